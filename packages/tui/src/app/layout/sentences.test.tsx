import { renderToString } from 'ink';
import { describe, expect, it } from 'vitest';
import { allCommands } from '../commands/all-commands.ts';
import { CommandRegistry } from '../commands/registry.ts';
import { mockState } from '../fixtures/mock-screen.tsx';
import { ScreenReaderView } from '../views/ScreenReaderView.tsx';
import { agentSentence, fleetSentence } from './sentences.ts';

const state = mockState({ columns: 80, rows: 24 });

describe('for a screen reader', () => {
  it('a row is one sentence', () => {
    const sentence = (id: string): string => {
      const agent = state.fleet.agents.get(id);
      return agent === undefined ? '' : agentSentence(agent);
    };
    expect(sentence('a3')).toBe('payments-retry needs approval: rm -rf build && pnpm build');
    expect(sentence('a4')).toBe('flaky-login needs a login: Google login expired 1m ago');
    expect(sentence('a8')).toBe('invoice-pdf is working: Editing src/pdf/layout.ts');
  });

  it('the header is one sentence, and says when the hub is lost', () => {
    expect(fleetSentence(state)).toBe('4 agents need you, 2 done, 8 working, 4 quiet');
    expect(fleetSentence({ ...state, connection: { state: 'lost', since: 0, retryAt: 0 } })).toMatch(
      /^The hub is lost/u,
    );
  });

  it('the list has a line per row and no columns', () => {
    const drawn = renderToString(<ScreenReaderView state={state} registry={new CommandRegistry(allCommands)} />, {
      columns: 200,
    });
    expect(drawn).toContain('payments-retry needs approval: rm -rf build && pnpm build');
    expect(drawn).not.toMatch(/[▌▲│─]/u);
  });
});
