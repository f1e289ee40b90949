import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { CommandRegistry } from '../commands/registry.ts';
import { SheetView } from '../sheets/SheetView.tsx';
import type { AppState } from '../state/app-state.ts';
import { regionsOf } from '../state/screen-layout.ts';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';
import { ListView } from './ListView.tsx';
import { DetailsView, PreviewView } from './PreviewView.tsx';

/** The whole screen for a state: header, list with its sides, sheet or footer. */
export function Screen({
  state,
  registry,
}: {
  readonly state: AppState;
  readonly registry: CommandRegistry;
}): ReactNode {
  const regions = regionsOf(state);
  const hasSides = regions.preview !== null;
  return (
    <Box flexDirection="column" width={state.size.columns} height={state.size.rows}>
      <Header state={state} regions={regions} />
      <Box flexDirection="row">
        {regions.list.columns > 0 ? <ListView state={state} regions={regions} /> : null}
        {hasSides ? <PreviewView state={state} regions={regions} /> : null}
        <DetailsView state={state} regions={regions} />
      </Box>
      {hasSides ? null : <PreviewView state={state} regions={regions} />}
      <SheetView state={state} region={regions.sheet} />
      <Footer state={state} regions={regions} registry={registry} />
    </Box>
  );
}
