import { connectHub, resolveHubPaths } from '@swarm-tui/hub/client';
import { describe, expect, it, vi } from 'vitest';
import { Terminal } from './harness/terminal.ts';
import { World } from './harness/world.ts';

const count = 200;
const nameOf = (index: number): string => `n${String(index).padStart(3, '0')}`;

/** So many agents that do nothing but exist. One connection, since 200 command lines would be a test of the machine. */
async function startMany(world: World): Promise<void> {
  await world.json('ls');
  const { hub: version } = await world.json<{ hub: { version: string } }>('hub', 'status');
  await using hub = await connectHub({ paths: resolveHubPaths(world.env), version: version.version, autoStart: null });
  const request = (index: number) =>
    hub.request(
      'agent.spawn',
      {
        aiProvider: 'shell',
        name: nameOf(index),
        workingDirectory: world.work,
        command: ['sleep', '1000'],
        env: { SWARM_E2E_WORLD: world.id },
      },
      { timeoutMs: 100_000 },
    );
  await Promise.all(Array.from({ length: count }, (_, index) => request(index)));
}

/** Names in sight, top to bottom. */
async function inSight(ui: Terminal): Promise<readonly string[]> {
  return (await ui.screen()).flatMap((line) => /^[▌ ][ *]\S [^│]* (n\d{3}) /.exec(line)?.[1] ?? []);
}

/** Waits until the counters in the header tell of all of them. */
async function seeAll(ui: Terminal): Promise<void> {
  await vi.waitFor(
    async () => {
      const [header = ''] = await ui.screen();
      const counts = [...header.matchAll(/ (\d+) (?:needs? you|done|working|quiet)/g)].map(([, number]) =>
        Number(number),
      );
      expect(counts.reduce((sum, number) => sum + number, 0)).toBe(count);
    },
    { timeout: 30_000, interval: 200 },
  );
}

describe('200 agents', () => {
  it('scroll, are filtered, and are all there after reopening', async () => {
    await using world = await World.create();
    await startMany(world);
    {
      await using ui = await Terminal.open(world, { columns: 120, rows: 40 });
      await ui.see(/ n000 /);
      await ui.press('G');
      await ui.see(/^▌.* n\d{3} /m);
      const bottom = await inSight(ui);
      expect(bottom.length).toBeGreaterThan(25);
      await ui.press('g');
      await seeAll(ui);
      const seen = new Set(await inSight(ui));
      for (let page = 0; page < 12 && seen.size < count; page += 1) {
        const first = (await inSight(ui))[0] ?? '';
        await ui.press('PgDn');
        await ui.seeGone(new RegExp(`^ .*${first} `, 'm'), 5000).catch(() => '');
        for (const name of await inSight(ui)) seen.add(name);
      }
      expect([...seen].sort()).toEqual(Array.from({ length: count }, (_, index) => nameOf(index)));
      await ui.press('j', 'k', 'g', 'j', 'j');

      await ui.press('/');
      await ui.type('n155');
      await ui.see('1 of 200');
      await ui.press('Enter');
      await ui.see(/^▌.* n155 /m);
      expect(await inSight(ui)).toEqual(['n155']);
      await ui.press('q');
      expect(await ui.exitStatus()).toBe(0);
    }
    const { agents } = await world.json<{ agents: readonly { name: string; state: string }[] }>('ls');
    expect(agents.map(({ name }) => name).sort()).toEqual(Array.from({ length: count }, (_, index) => nameOf(index)));
    await using again = await Terminal.open(world, { columns: 80, rows: 24 });
    await seeAll(again);
    await again.press('G');
    await again.see(/^▌.* n\d{3} /m);
  });
});
