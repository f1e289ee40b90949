import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkBindings } from './check-bindings.ts';

const { signal } = new AbortController();

async function check(text: string): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-bindings-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'config.toml');
  writeFileSync(file, text);
  return (await checkBindings({ env: {}, file })(signal)).map(({ level, topic, text: said }) => {
    expect({ level, topic }).toEqual({ level: 'warn', topic: 'bindings' });
    return said;
  });
}

describe('checkBindings', () => {
  it('has nothing to say of keys that are right, or of no file', async () => {
    expect(await check('[keys]\nnew = ["Ctrl+N"]\n[leader_keys]\nsplit-right = ["v"]\n')).toEqual([]);
    expect(await checkBindings({ env: { XDG_CONFIG_HOME: '/nowhere' } })(signal)).toEqual([]);
  });

  it('names the line of an id that no command has, and the one that may be meant', async () => {
    expect(await check('theme = "dark"\n[keys]\nquitt = ["Q"]\n[leader_keys]\nwarp-drive = ["5"]')).toEqual([
      'config.toml line 3: "quitt" in [keys] is no command. Did you mean quit?',
      'config.toml line 5: "warp-drive" in [leader_keys] is no command. docs/keys.md lists all ids.',
    ]);
  });

  it('names the line of a key that two commands have', async () => {
    const [said, ...more] = await check('[keys]\nnew = ["j"]\n');
    expect(more).toEqual([]);
    expect(said).toMatch(
      /^config\.toml line 2: j in \[keys\] is bound to \S+ and to \S+\. \S+ has it; give \S+ another key\.$/,
    );
    expect(said).toContain('new');
    expect(await check('[keys]\nnew = ["Ctrl+N", "c-n"]\n')).toEqual([
      'config.toml line 2: Ctrl+N stands twice for new in [keys].',
    ]);
  });

  it('leaves a file that cannot be read as TOML to the other check', async () => {
    expect(await check('[keys\n')).toEqual([]);
  });
});
