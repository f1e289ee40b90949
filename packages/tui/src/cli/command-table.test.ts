import { describe, expect, it } from 'vitest';
import { allCommands } from '../app/commands/all-commands.ts';
import { FakeCli } from './fake-context.ts';
import { loadCommands } from './command-table.ts';

/** As a shell completes them. */
async function visibleWords(): Promise<readonly string[]> {
  const { out } = await new FakeCli().run('__complete', '');
  return out.trim().split('\n');
}

describe('the commands of the UI', () => {
  it('name one of the command line that is there', async () => {
    const words = await visibleWords();
    const named = allCommands.flatMap(({ cli }) => cli ?? []);
    expect(named.length).toBeGreaterThan(8);
    for (const line of named) {
      const [word = '', ...options] = line.split(' ');
      expect(words).toContain(word);
      const { out } = await new FakeCli().run(word, '--help');
      for (const option of options) expect(out).toContain(option);
    }
  });

  it('name the one of their own name, wherever there is one', async () => {
    const words = await visibleWords();
    const same = allCommands.filter(({ id, aliases = [] }) => [id, ...aliases].some((name) => words.includes(name)));
    expect(same.map(({ id }) => id)).toEqual(expect.arrayContaining(['stop', 'restart', 'interrupt', 'rename']));
    // `keys` shows them in the UI, and presses them on the command line
    expect(same.filter(({ cli }) => cli === undefined).map(({ id }) => id)).toEqual(['keys']);
  });
});

describe('loadCommands', () => {
  it('loads everything without a word, and for one that is no command', async () => {
    const all = await loadCommands();
    expect(all.length).toBeGreaterThan(5);
    expect(await loadCommands('lss')).toEqual(all);
  });

  it('loads one module for each command of the help, which knows that command', async () => {
    const words = await visibleWords();
    expect(words).toEqual(expect.arrayContaining(['ls', 'spawn', 'rename', 'completion']));
    const found = await Promise.all(
      words.filter((word) => word !== 'help').map(async (word) => (await loadCommands(word)).length),
    );
    expect(new Set(found)).toEqual(new Set([1]));
  });

  it.each(['list', 'explain', 'restart'])('knows `%s` by its own module alone', async (word) => {
    const { code, out } = await new FakeCli().run(word, '--help');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('Usage: swarm-tui ') });
    expect(await loadCommands(word)).toHaveLength(1);
  });
});
