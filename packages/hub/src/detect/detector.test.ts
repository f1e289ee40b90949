import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import { createParts } from '../testing/create-parts.ts';
import { Detector } from './detector.ts';

const says = (state: string) => Buffer.from(`\u001b]7501;state=${state}:app=p\u0007`);

function setUp() {
  const { parts, log, apply } = createParts();
  onTestFinished(() => parts.agenda[Symbol.dispose]());
  const detector = new Detector(parts);
  apply({ type: 'agent.created', id: 'a', agent: createAgentRecord({ id: 'a' }) });
  const print = (state: string) => detector.output('a', says(state), Date.now());
  const record = () => parts.store.get('a').record;
  const logged = () => log.events.flatMap(({ event }) => (event.type === 'agent.activity' ? [event] : []));
  return { detector, log, print, record, logged };
}

describe('Detector', () => {
  it('judges again after the log refused a state, without more news of the agent', async () => {
    const { detector, log, logged } = setUp();
    log.failWith(new Error('disk full'));
    // No output came, whose age would have it judged again in any case.
    detector.foreground('a', 'cargo');
    await new Promise((resolve) => setImmediate(resolve));
    log.failWith(null);
    await vi.waitFor(() => expect(logged()).toHaveLength(1), { timeout: 5_000 });
  }, 15_000);

  it('forgets no unread turn over a state that was not logged', async () => {
    const { log, print, record } = setUp();
    print('working');
    print('idle');
    await vi.waitFor(() => expect(record()).toMatchObject({ activity: { state: 'idle' }, unread: true }));
    log.failWith(new Error('disk full'));
    print('working');
    await new Promise((resolve) => setImmediate(resolve));
    log.failWith(null);
    print('idle');
    print('error');
    await vi.waitFor(() => expect(record().activity.state).toBe('error'));
    expect(record().unread).toBe(true);
  });
});
