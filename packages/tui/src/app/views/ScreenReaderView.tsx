import { Box, Static, Text } from 'ink';
import type { ReactNode } from 'react';
import { footerHints } from '../commands/footer-hints.ts';
import type { CommandRegistry } from '../commands/registry.ts';
import { useLooks } from '../components/look-context.ts';
import { cleanText } from '../layout/clean-text.ts';
import { agentSentence, fleetSentence } from '../layout/sentences.ts';
import { sheetSentences } from '../sheets/sheet-sentences.ts';
import { type AppState, shownToast } from '../state/app-state.ts';
import { regionsOf } from '../state/screen-layout.ts';
import { visibleItems } from '../state/visible-items.ts';
import { useAnnouncements } from './use-announcements.ts';

/** The list for a screen reader: no columns, one sentence per row, nothing that ticks. */
export function ScreenReaderView({
  state,
  registry,
}: {
  readonly state: AppState;
  readonly registry: CommandRegistry;
}): ReactNode {
  const { shown } = visibleItems(state, regionsOf(state));
  const { glyphs } = useLooks();
  const announcements = useAnnouncements(state);
  const { columns: width, rows } = state.size;
  const sheet = sheetSentences(state, { width, rows, glyphs, registry });
  const hints = footerHints(registry, state).map(({ key, text }) => `${key} ${text}`);
  return (
    <Box flexDirection="column">
      <Static items={[...announcements]}>{(text, index) => <Text key={index}>{text}</Text>}</Static>
      <Text>{fleetSentence(state)}</Text>
      <Box flexDirection="column" aria-role="list">
        {shown.map(({ item }) => {
          const agent = item.kind === 'agent' ? state.fleet.agents.get(item.key) : undefined;
          if (agent === undefined) return null;
          return (
            <Box key={item.key} aria-role="listitem" aria-state={{ selected: item.key === state.list.cursorKey }}>
              <Text>{agentSentence(agent)}</Text>
            </Box>
          );
        })}
      </Box>
      {sheet.map((text, index) => (
        <Text key={index}>{text}</Text>
      ))}
      <Text>{cleanText(shownToast(state.toasts)?.text ?? '')}</Text>
      {sheet.length > 0 ? null : <Text>{hints.join(', ')}</Text>}
    </Box>
  );
}
