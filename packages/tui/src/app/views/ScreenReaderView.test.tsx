import type { AgentRecord } from '@swarm-tui/hub/client';
import { render } from 'ink';
import { Writable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { App } from '../App.tsx';
import { allCommands } from '../commands/all-commands.ts';
import { CommandRegistry } from '../commands/registry.ts';
import { mockFleet, mockNow } from '../fixtures/mock-fleet.ts';
import { createAppState } from '../state/app-state.ts';
import { Store } from '../state/store.ts';
import { unicodeGlyphs } from '../theme/glyphs.ts';
import { createTheme } from '../theme/tokens.ts';

class Screen extends Writable {
  readonly columns = 200;
  readonly rows = 50;
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function open(): { store: Store; screen: Screen } {
  const screen = new Screen();
  const clock = { now: () => mockNow };
  const connection = { state: 'connected', since: mockNow } as const;
  const store = new Store(createAppState({ size: { columns: 200, rows: 50 }, now: mockNow, connection }), clock);
  const looks = { theme: createTheme('dark', 'none'), glyphs: unicodeGlyphs };
  const app = render(<App store={store} registry={new CommandRegistry(allCommands)} looks={looks} isScreenReader />, {
    stdout: screen as unknown as NodeJS.WriteStream,
    isScreenReaderEnabled: true,
    interactive: true,
    patchConsole: false,
  });
  onTestFinished(() => app.unmount());
  return { store, screen };
}

const waiting: AgentRecord['activity'] = {
  state: 'waiting',
  reason: 'question',
  detail: 'Which port?',
  since: mockNow,
  certainty: 'high',
  conflict: false,
  resetsAt: null,
};
const times = (text: string, part: string): number => text.split(part).length - 1;

describe('the list for a screen reader', () => {
  it('says once that an agent began to need the person, and not what was so at the start', async () => {
    const { store, screen } = open();
    store.dispatch({ type: 'fleet.snapshot', snapshot: { seq: 1, agents: mockFleet(), runtimes: [] } });
    await vi.waitFor(() => expect(screen.text).toContain('4 agents need you'));
    screen.text = '';
    store.dispatch({ type: 'fleet.changes', changes: [{ type: 'patch', id: 'a9', patch: { activity: waiting } }] });
    await vi.waitFor(() => expect(screen.text).toContain('5 agents need you'));
    const name = mockFleet().find(({ id }) => id === 'a9')?.name ?? '';
    const sentence = `${name} asks a question: Which port?`;
    // Once by itself, before the list is said anew with its row in it.
    await vi.waitFor(() => expect(screen.text).toContain(`${sentence}\n5 agents need you`));
    screen.text = '';
    store.dispatch({ type: 'fleet.changes', changes: [{ type: 'patch', id: 'a9', patch: { text: 'more' } }] });
    store.dispatch({ type: 'toast', kind: 'info', text: 'something else' });
    await vi.waitFor(() => expect(screen.text).toContain('something else'));
    expect(times(screen.text, sentence)).toBe(times(screen.text, '5 agents need you'));
  });
});
