import { type ReactNode, useContext } from 'react';
import { RegistryContext } from '../components/registry-context.ts';
import { Lines } from '../components/Lines.tsx';
import { useLooks } from '../components/look-context.ts';
import { toastLines } from '../layout/toast-lines.ts';
import type { Region } from '../layout/regions.ts';
import type { AppState } from '../state/app-state.ts';
import type { Sheet } from '../state/sheet.ts';
import { definitionOf } from './definition-of.ts';
import type { SheetContent, SheetLook } from './sheet-definition.ts';
import { sheetLines } from './sheet-lines.ts';

function contentOf(sheet: Sheet, state: AppState, look: SheetLook): SheetContent {
  return definitionOf(sheet).content(sheet, state, look);
}

/** The sheet that is open, over the full width at the bottom. */
export function SheetView({ state, region }: { readonly state: AppState; readonly region: Region | null }): ReactNode {
  const { glyphs } = useLooks();
  const registry = useContext(RegistryContext);
  if (region === null || state.sheet === null) return null;
  const { columns: width, rows } = region;
  const told = state.toasts.length > 0 ? toastLines(state, { glyphs, width }) : [];
  const room = Math.max(0, rows - 2 - told.length);
  const content = contentOf(state.sheet, state, { width, rows: room, glyphs, registry });
  return <Lines lines={sheetLines(content, { width, rows, told }, glyphs)} width={width} />;
}
