import type { ReactNode } from 'react';
import { footerHints } from '../commands/footer-hints.ts';
import type { CommandRegistry } from '../commands/registry.ts';
import { Lines } from '../components/Lines.tsx';
import { useLooks } from '../components/look-context.ts';
import { footerLine } from '../layout/footer-line.ts';
import { footerRight } from '../layout/footer-right.ts';
import { blank, fitLine } from '../layout/line.ts';
import type { Regions } from '../layout/regions.ts';
import { toastLines } from '../layout/toast-lines.ts';
import type { AppState } from '../state/app-state.ts';

interface FooterProps {
  readonly state: AppState;
  readonly regions: Regions;
  readonly registry: CommandRegistry;
}

/** The last lines: a toast or what can be undone, then the keys that work now. */
export function Footer({ state, regions, registry }: FooterProps): ReactNode {
  const { glyphs } = useLooks();
  const { columns: width, rows } = regions.footer;
  if (rows === 0) return null;
  const isAway = state.workspace.focusedPaneId !== null && regions.mode === 'dock';
  const hints = isAway ? [blank(width)] : footerLine(footerHints(registry, state), footerRight(state), width).line;
  const told = toastLines(state, { glyphs, width });
  const lines = [...told.map((line) => fitLine(line, width)), hints];
  while (lines.length < rows) lines.unshift([blank(width)]);
  return <Lines lines={lines.slice(-rows)} width={width} />;
}
