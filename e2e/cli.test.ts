import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentSchema } from '../packages/tui/src/cli/output/json-kinds.ts';
import { World } from './harness/world.ts';

interface Agent {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly text: string;
  readonly pid: number | null;
  readonly directory: string;
  readonly attachCommand: string;
}

const list = async (world: World): Promise<readonly Agent[]> =>
  (await world.json<{ agents: readonly Agent[] }>('ls')).agents;

describe('the command line, from nothing to nothing', () => {
  it('spawns, lists, sends, waits, captures, explains and kills', async () => {
    await using world = await World.create();
    expect((await world.cli('ls')).stdout).toContain('No agents yet');

    const spawned = await world.cli('spawn', 'demo', '/ask permission rm -rf build', '--name', 'asker');
    expect(spawned).toMatchObject({ code: 0, stdout: expect.stringMatching(/^asker {2}\S+ {2}running\n$/) });
    expect(await world.cli('wait', 'asker', '--for', 'waiting', '--timeout', '60s')).toMatchObject({ code: 0 });
    expect(await list(world)).toMatchObject([{ name: 'asker', state: 'waiting', reason: 'permission' }]);
    expect((await world.cli('ls')).stdout).toMatch(/^waiting +permission +\S+ +asker +demo +local .*rm -rf build/m);

    // while it asks, a message waits; once answered it goes in
    expect((await world.cli('send', 'asker', '/say got it')).stdout).toMatch(/held|queued/);
    expect((await world.cli('keys', 'asker', '1')).code).toBe(0);
    expect(await world.cli('wait', 'asker', '--for', 'got it', '--timeout', '60s')).toMatchObject({ code: 0 });
    expect((await world.cli('capture', 'asker')).stdout).toContain('got it');
    expect((await world.cli('explain', 'asker')).stdout).toMatch(/source +says +age +trust +verdict/);

    expect(await world.cli('rename', 'asker', 'new name; $(x) #{y}')).toMatchObject({ code: 2, stdout: '' });
    expect(await world.cli('rename', 'asker', 'new-name')).toMatchObject({ code: 0 });
    expect((await list(world))[0]?.name).toBe('new-name');
    expect(await world.cli('kill', '--yes', 'new-name')).toMatchObject({ code: 0 });
    expect(await list(world)).toMatchObject([{ state: 'stopped' }]);
    expect(await world.cli('kill', '--yes', 'new', '--remove')).toMatchObject({ code: 0 });
    expect(await list(world)).toEqual([]);
  });

  it('kills on a yes from stdin, and never because nobody answered', async () => {
    await using world = await World.create();
    await world.cli('spawn', 'shell', '', '--name', 'one', '--', 'sleep', '1000');
    const kill = (input: string) => world.run(process.execPath, [launcherPath(), 'kill', 'one'], input);
    expect(await kill('')).toMatchObject({ code: 2, stderr: expect.stringMatching(/Stop one\?.*--yes/s) });
    expect(await kill('n\n')).toMatchObject({ code: 1, stdout: '' });
    expect(await world.run('sh', ['-c', `"${process.execPath}" "${launcherPath()}" kill one <&-`])).toMatchObject({
      code: 2,
    });
    expect(await list(world)).not.toMatchObject([{ state: 'stopped' }]);
    expect(await kill('y')).toMatchObject({ code: 0, stdout: 'one stopped\n' });
  });

  it('fails when its output cannot be written, and is quiet when the reader has gone', async () => {
    await using world = await World.create();
    await world.cli('spawn', 'shell', '', '--name', 'one', '--', 'sleep', '1000');
    const shell = (line: string) => world.run('bash', ['-c', line, process.execPath, launcherPath()]);
    for (const command of ['ls', 'ls --json', '--help']) {
      expect(await shell(`"$0" "$1" ${command} > /dev/full`)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^swarm-tui: The output could not be written: ENOSPC[^\n]*\n$/),
      });
      expect(await shell(`"$0" "$1" ${command} | head -c 1; exit "\${PIPESTATUS[0]}"`)).toMatchObject({
        code: 0,
        stderr: '',
      });
    }
  });

  it('has no agent of what cannot be started, and says why', async () => {
    await using world = await World.create();
    for (const _ of [1, 2]) {
      expect(await world.cli('spawn', 'demo', '--name', 'x', '--', '/nonexistent')).toMatchObject({
        code: 1,
        stderr:
          'swarm-tui: The program "/nonexistent" was not found\nInstall "/nonexistent", or check that it is executable and on the PATH of whoever asked.\n',
      });
    }
    expect(JSON.parse((await world.cli('ls', '--json')).stdout)).toMatchObject({ agents: [] });
    expect((await world.cli('spawn', 'shell', '--name', 'x', '--', 'sleep', '1000')).stdout).toMatch(/^x {2}/);
    expect(await world.cli('kill', 'x', '--yes')).toMatchObject({ code: 0, stdout: 'x stopped\n' });
  });

  it('prints no escape sequence into a pipe, whatever an agent writes', async () => {
    await using world = await World.create();
    const evil = String.raw`printf 'x\033[31mred\033[0m\033]0;t\007\342\200\256end\n'; sleep 1000`;
    await world.cli('spawn', 'shell', '--name', 'evil', '--', 'sh', '-c', evil);
    expect(await world.cli('wait', 'evil', '--for', 'text:red')).toMatchObject({ code: 0 });
    for (const words of ['capture evil', 'capture evil --json', 'logs evil', 'ls', 'ls --json']) {
      const { code, stdout } = await world.cli(...words.split(' '));
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/[[\p{Cc}\p{Cf}]--[\n]]/v);
    }
    expect((await world.cli('capture', 'evil')).stdout).toMatch(/^xred/);
  });

  it('fails in one line when what is followed cannot be written', async () => {
    await using world = await World.create();
    await world.cli('spawn', 'shell', '--name', 'one', '--', 'sh', '-c', 'while sleep 0.1; do echo x; done');
    for (const command of ['events --since 0', 'logs one -f'])
      expect(
        await world.run('bash', ['-c', `"$0" "$1" ${command} > /dev/full`, process.execPath, launcherPath()]),
      ).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^swarm-tui: The output could not be written[^\n]*\n$/),
      });
  });

  it('says at once that a state directory cannot be, and that a fifo is no configuration', async () => {
    await using world = await World.create();
    const lost = await world.run('env', ['XDG_STATE_HOME=/proc/nope', process.execPath, launcherPath(), 'ls']);
    expect(lost).toMatchObject({ stdout: '', stderr: expect.stringContaining('/proc/nope') });
    expect(lost.code).toBeGreaterThan(0);
    await world.writeFile('config/swarm-tui/x', '');
    await world.run('mkfifo', [join(world.directory, 'config/swarm-tui/config.toml')]);
    expect(await world.cli('ls')).toMatchObject({ code: 0 });
    expect((await world.cli('doctor')).stdout).toMatch(/fail config .*no regular file/);
  });

  it('delivers hostile text byte for byte, and nothing of it runs', async () => {
    await using world = await World.create();
    const marker = join(world.directory, 'ran');
    const texts = [
      `$(touch ${marker}) \`touch ${marker}\` #(touch ${marker}) #{pid} ; touch ${marker};`,
      '-n --help ; ',
      'tab\there "double" \'single\' \\ back\\\\slash ~ {} % %1 \\; trailing;',
      'سلام עברית 🧑‍💻 日本語 ﷽',
      'line 1\nline 2\n\n  line 4',
      'x'.repeat(10_000),
    ];
    for (const [index, text] of texts.entries()) {
      // everything that a person may write: task, message, directory, environment
      const directory = join(world.work, `d ${index} $(x) #{y};'"`);
      mkdirSync(directory);
      const name = `n${index}`;
      const { agent } = await world.json<{ agent: Agent }>(
        'spawn',
        'shell',
        '',
        '--name',
        name,
        '--dir',
        directory,
        '--',
        'cat',
      );
      expect(agent.directory).toBe(directory);
      writeFileSync(join(world.directory, 'message'), text);
      const sent = await world.run(process.execPath, [launcherPath(), 'send', agent.id, '-', '--wait', 'typed'], text);
      expect(sent).toMatchObject({ code: 0 });
      const probe = text.split('\n').at(-1)?.slice(-20).trim() ?? '';
      expect(await world.cli('wait', agent.id, '--for', `text:${probe}`, '--timeout', '30s')).toMatchObject({
        code: 0,
      });
      await world.cli('kill', '--yes', agent.id);
    }
    expect((await list(world)).map(({ name }) => name).filter((name) => name.startsWith('n'))).toHaveLength(
      texts.length,
    );
    expect(await world.run('ls', [marker])).toMatchObject({ stdout: '' });
  });

  it('keeps the same contract in every --json, and says no such agent as JSON', async () => {
    await using world = await World.create();
    await world.cli('spawn', 'shell', '', '--name', 'one', '--', 'sleep', '1000');
    await world.cli('spawn', 'demo', '/say hello', '--name', 'two');
    for (const line of [
      'ls',
      'explain two',
      'capture two',
      'logs two',
      'wait two --for hello',
      'send two /say --wait queued',
      'keys two Enter',
      'interrupt two',
      'rename two three',
      'restart three',
      'kill three --yes',
      'events --no-follow',
      'hub status',
      'doctor',
    ]) {
      const { code, stdout } = await world.cli(...line.split(' '), '--json');
      expect({ line, code }).toEqual({ line, code: 0 });
      for (const document of stdout.trimEnd().split('\n')) {
        const parsed: unknown = JSON.parse(document);
        const { kind } = parsed as { kind: string };
        // what is not documented would be missing from what was parsed
        expect(documentSchema(kind).parse(parsed)).toEqual(parsed);
      }
    }
    const missing = await world.cli('capture', 'nobody', '--json');
    expect(missing.code).toBe(3);
    expect(JSON.parse(missing.stdout)).toMatchObject({ version: 1, kind: 'error', error: { code: 'no-such-agent' } });
  });

  it('prints the list, and ends well, where there is no terminal', async () => {
    await using world = await World.create();
    await world.cli('spawn', 'shell', '', '--name', 'one', '--', 'sleep', '1000');
    expect(await world.cli()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^STATE .*\n.* one /) });
  });

  it('says in one line what to do without tmux', async () => {
    await using world = await World.create();
    const node = join(world.directory, 'bin');
    mkdirSync(node);
    const { stderr, code } = await world.run('env', [
      `PATH=${node}`,
      process.execPath,
      launcherPath(),
      'spawn',
      'demo',
    ]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/tmux.*Install it: \S.*tmux/is);
  });
});

describe('an agent’s surroundings', () => {
  it('has the asking environment, no TMUX, and survives a tmux kill-server of another', async () => {
    await using world = await World.create();
    await world.cli('spawn', 'shell', '', '--name', 'bystander', '--', 'sleep', '1000');
    await world.run('env', [
      'ONLY_MINE=yes',
      process.execPath,
      launcherPath(),
      'spawn',
      'shell',
      '',
      '--name',
      'env',
      '--',
      'sh',
      '-c',
      'echo "[$ONLY_MINE][$TMUX][$TMUX_PANE]"; tmux kill-server; echo done; sleep 1000',
    ]);
    expect(await world.cli('wait', 'env', '--for', 'done', '--timeout', '30s')).toMatchObject({ code: 0 });
    expect((await world.cli('capture', 'env')).stdout).toContain('[yes][][]');
    await world.cli('spawn', 'shell', '', '--name', 'later', '--', 'sh', '-c', 'echo "[$ONLY_MINE]"; sleep 1000');
    expect(await world.cli('wait', 'later', '--for', 'text:[]', '--timeout', '30s')).toMatchObject({ code: 0 });
    expect((await list(world)).filter(({ state }) => state !== 'stopped')).toHaveLength(3);
  });

  it('works in a worktree of its own that is kept with the work in it', async () => {
    await using world = await World.create();
    const repository = join(world.work, 'repo');
    const git = (...args: readonly string[]) =>
      world.run('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
    mkdirSync(repository);
    await git('init', '-q', '-b', 'main');
    await git('commit', '-q', '--allow-empty', '-m', 'first');
    const command = [
      'spawn',
      'shell',
      '',
      '--name',
      'tree',
      '--dir',
      repository,
      '--worktree',
      'feat/x',
      '--',
      'sh',
      '-c',
      'echo work > file; echo made; sleep 1000',
    ];
    // --json has to stand before the --
    const result = await world.cli('--json', ...command);
    expect(result).toMatchObject({ code: 0 });
    expect(await world.cli('wait', 'tree', '--for', 'made', '--timeout', '30s')).toMatchObject({ code: 0 });
    const refused = await world.cli('kill', '--yes', 'tree', '--remove', '--worktree');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/1 uncommitted change/);
    expect((await list(world)).map(({ name }) => name)).toEqual(['tree']);
    expect(await world.cli('kill', '--yes', 'tree', '--remove')).toMatchObject({ code: 0 });
    expect((await git('worktree', 'list')).stdout).toContain('feat/x');
  });
});

function launcherPath(): string {
  return join(import.meta.dirname, '..', 'packages', 'tui', 'bin', 'swarm-tui.cjs');
}
