import { HubError } from '@swarm-tui/hub/client';
import { createAgentRecord } from '@swarm-tui/hub/testing';
import { describe, expect, it, vi } from 'vitest';
import { FakeCli } from './fake-context.ts';

const now = 1_700_000_100_000;
const activity = {
  reason: null,
  detail: null,
  since: now - 120_000,
  certainty: 'high',
  conflict: false,
  resetsAt: null,
} as const;

function fleet() {
  return [
    createAgentRecord({ id: 'quiet-1', name: 'quiet', text: 'Updated 14 pages.' }),
    createAgentRecord({
      id: 'busy-1',
      name: 'busy 日本',
      activity: { ...activity, state: 'working' },
      text: 'Running tests',
      git: { branch: 'main', added: 3, removed: 1, dirtyFiles: 1, unpushed: 0, at: now },
    }),
    createAgentRecord({
      id: 'asks-1',
      name: 'asks',
      activity: { ...activity, state: 'waiting', reason: 'permission', detail: 'rm -rf build' },
    }),
  ];
}

describe('ls', () => {
  it('puts those that need you first, without blanks in the fields before the text', async () => {
    const { out, code } = await new FakeCli({ agents: fleet() }).run('ls');
    const lines = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^STATE +WHY +SINCE +NAME +AGENT +WHERE +BRANCH +DIFF +TEXT$/);
    expect(lines[1]).toMatch(/^waiting +permission +2m +asks +demo +local +- +- +rm -rf build$/);
    expect(lines[2]).toMatch(/^working +- +2m +busy_日本 +demo +local +main +\+3\/-1 +Running tests$/);
    expect(lines[3]).toMatch(/^idle /);
  });

  it('prints versioned JSON whose states a script can select', async () => {
    const { out } = await new FakeCli({ agents: fleet() }).run('ls', '--json');
    const document: unknown = JSON.parse(out);
    expect(document).toMatchObject({
      version: 1,
      kind: 'agents',
      agents: [
        { name: 'asks', state: 'waiting', reason: 'permission', needsYou: true, since: '2023-11-14T22:13:00.000Z' },
        { name: 'busy 日本', state: 'working', needsYou: false, added: 3 },
        { name: 'quiet', state: 'idle' },
      ],
    });
  });

  it('takes --json before the command as well', async () => {
    const { out } = await new FakeCli().run('--json', 'ls');
    expect(JSON.parse(out)).toMatchObject({ kind: 'agents', agents: [] });
  });

  it('filters by state, reason and need', async () => {
    const cli = new FakeCli({ agents: fleet() });
    expect((await cli.run('ls', '--needs-you')).out.trimEnd().split('\n')).toHaveLength(2);
    expect((await cli.run('ls', '--state', 'working,permission')).out.trimEnd().split('\n')).toHaveLength(3);
  });

  it('asks whether another state was meant', async () => {
    const cli = new FakeCli({ agents: fleet() });
    expect(await cli.run('ls', '--state', 'wating')).toMatchObject({
      code: 2,
      out: '',
      errors: 'swarm-tui: "wating" is no state.\nDid you mean waiting?\n',
    });
    expect((await cli.run('ls', '--state', 'bogus')).errors).toContain('States are queued, ');
    expect((await cli.run('ls', '--state', 'paused')).out).toBe('No agent matches.\n');
  });

  it('refuses a host on which nothing runs, and says that none needs you', async () => {
    const cli = new FakeCli({ agents: [createAgentRecord({ id: 'quiet-1' })] });
    expect(await cli.run('ls', '--host', 'nohost')).toMatchObject({
      code: 2,
      errors: 'swarm-tui: No agent runs on "nohost".\nHosts are local.\n',
    });
    expect(await cli.run('ls', '--needs-you')).toMatchObject({ code: 0, out: 'No agent needs you.\n' });
  });

  it('colours a terminal, never under NO_COLOR, always when told', async () => {
    const agents = fleet();
    expect((await new FakeCli({ agents, isTerminal: true }).run('ls')).out).toContain('\u001b[1;33mwaiting');
    expect((await new FakeCli({ agents, isTerminal: true, env: { NO_COLOR: '1' } }).run('ls')).out).not.toContain(
      '\u001b',
    );
    expect((await new FakeCli({ agents, env: { NO_COLOR: '1' } }).run('ls', '--color', 'always')).out).toContain(
      '\u001b[',
    );
  });

  it('cuts only for a terminal', async () => {
    const agents = [createAgentRecord({ id: 'long-1', text: 'x'.repeat(300) })];
    expect((await new FakeCli({ agents }).run('ls')).out).toContain('x'.repeat(300));
    const line = (await new FakeCli({ agents, isTerminal: true, env: { NO_COLOR: '1' } }).run('ls')).out.split('\n')[1];
    expect(line).toHaveLength(100);
  });
});

describe('exit codes', () => {
  it('says 3 and near names for an agent that is not there', async () => {
    const { code, errors } = await new FakeCli({ agents: fleet() }).run('capture', 'usy');
    expect(code).toBe(3);
    expect(errors).toContain('Did you mean busy 日本?');
  });

  it('says 2 for an ambiguous beginning, and lists what it may mean', async () => {
    const agents = [
      createAgentRecord({ id: 'web-1', name: 'web-api' }),
      createAgentRecord({ id: 'web-2', name: 'web-ui' }),
    ];
    const { code, errors } = await new FakeCli({ agents }).run('explain', 'web');
    expect(code).toBe(2);
    expect(errors).toContain('web-api (web-1), web-ui (web-2)');
  });

  it('says 2 for a wrong option and an unknown command', async () => {
    expect((await new FakeCli().run('ls', '--nonsense')).code).toBe(2);
    expect((await new FakeCli().run('lss')).code).toBe(2);
    expect((await new FakeCli().run('wait', 'x', '--timeout', 'soon')).code).not.toBe(0);
  });

  it('says in the status what the hub warns of', async () => {
    const cli = new FakeCli();
    expect((await cli.run('hub', 'status')).out).not.toContain('warning');
    cli.hub.warning = 'The event log was damaged and set aside.';
    expect((await cli.run('hub', 'status')).out).toMatch(/^warning +The event log was damaged/m);
  });

  it('says 4 when there is no hub to ask', async () => {
    const { code, errors } = await new FakeCli({ isHubDown: true }).run('hub', 'status');
    expect(code).toBe(4);
    expect(errors).toContain('No hub answers.\nAny other command starts it.');
  });

  it('says 124 when a wait times out', async () => {
    const cli = new FakeCli({ agents: fleet() });
    cli.hub.fleet.answer('agent.wait', async ({ id }) => ({ matched: false, agent: cli.hub.fleet.get(id) }));
    const { code, errors } = await cli.run('wait', 'busy 日本', '--for', 'idle', '--timeout', '5m');
    expect(code).toBe(124);
    expect(errors).toContain('gave up waiting for idle after 5m');
  });

  it('says 0 for help and version', async () => {
    expect((await new FakeCli().run('--help')).code).toBe(0);
    expect(await new FakeCli().run('--version')).toMatchObject({ code: 0, out: '1.2.3\n' });
  });

  it('prints an error as JSON too when JSON was asked for', async () => {
    const { out } = await new FakeCli().run('capture', 'nobody', '--json');
    expect(JSON.parse(out)).toMatchObject({ kind: 'error', error: { code: 'no-such-agent' } });
  });
});

describe('wrong usage', () => {
  it.each([
    [['ls', '--jsn', '--json'], "Unknown option '--jsn'.", 'Did you mean --json?'],
    [['bogus', '--json'], "Unknown command 'bogus'.", 'See: swarm-tui --help'],
    [['hub', 'stp', '--json'], "Unknown command 'stp'.", 'Did you mean stop?'],
    [['logs', 'quiet', '-n', 'abc', '--json'], '--lines needs a whole number.', null],
    [['demo', '--count', '0', '--json'], '--count is at least 1.', null],
    [['demo', '--count', '1.5', '--json'], '--count needs a whole number.', null],
    [['rename', 'quiet', '', '--json'], 'The new name is empty.', null],
  ])('is told as JSON too: %j', async (argv, message, hint) => {
    const { code, out, errors } = await new FakeCli({ agents: fleet() }).run(...argv);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ kind: 'error', error: { code: 'wrong-usage', message, hint } });
    expect(errors).toBe(`swarm-tui: ${message}\n${hint === null ? '' : `${hint}\n`}`);
  });

  it('has hints that can be typed, in JSON as well', async () => {
    const cli = new FakeCli({ agents: fleet(), env: { SWARM_TUI_CALLED_AS: 'npm start' } });
    const { out } = await cli.run('capture', 'nobody', '--json');
    expect(JSON.parse(out)).toMatchObject({ error: { hint: 'List them: npm start -- ls' } });
  });

  it('takes --json behind -- for the text that it is', async () => {
    expect((await new FakeCli().run('send', 'nobody', '--', '--json')).out).toBe('');
  });

  it('names each agent that is not there, and suggests no nonsense', async () => {
    const cli = new FakeCli({ agents: fleet() });
    const { code, out, errors } = await cli.run('kill', 'a', 'zz', 'nobody', '--yes', '--json');
    expect(code).toBe(3);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toMatchObject([
      { kind: 'error', name: 'zz', error: { code: 'no-such-agent', hint: 'List them: swarm-tui ls' } },
      { kind: 'error', name: 'nobody', error: { code: 'no-such-agent' } },
    ]);
    expect(errors).not.toContain('Did you mean');
    expect(cli.hub.fleet.asked('agent.stop')).toEqual([]);
  });

  it('refuses a configuration file that was named and is not there', async () => {
    expect(await new FakeCli().run('--config', '/nonexistent', 'ls')).toMatchObject({
      code: 2,
      out: '',
      errors: expect.stringContaining('/nonexistent cannot be read'),
    });
  });

  it('attaches to a terminal alone', async () => {
    const cli = new FakeCli({ agents: fleet() });
    expect(await cli.run('attach', 'quiet')).toMatchObject({ code: 1, errors: expect.stringContaining('no terminal') });
    expect(cli.ran).toEqual([]);
    const terminal = new FakeCli({ agents: fleet(), isTerminal: true });
    expect((await terminal.run('attach', 'quiet')).code).toBe(0);
    expect(terminal.ran).toHaveLength(1);
  });
});

describe('spawn', () => {
  it('hands on everything, with the asking environment but without the terminal’s', async () => {
    const cli = new FakeCli({ env: { HOME: '/h', TMUX: 'x', TERM: 'y', SECRET: 's' } });
    await cli.run(
      'spawn',
      'claude',
      'fix the login test',
      '--worktree',
      '-m',
      'opus',
      '-e',
      'A=1=2',
      '--name',
      'login',
    );
    expect(cli.hub.fleet.asked('agent.spawn')).toMatchObject([
      {
        aiProvider: 'claude',
        task: 'fix the login test',
        name: 'login',
        aiModel: 'opus',
        workingDirectory: '/work/here',
        worktree: { branch: 'login' },
        env: { HOME: '/h', SECRET: 's', A: '1=2' },
        wait: true,
      },
    ]);
    expect(cli.hub.fleet.asked('agent.spawn')[0]).not.toHaveProperty('env.TMUX');
  });

  it('hands on nothing that npm left behind when it started this program', async () => {
    const npm = { npm_command: 'run-script', npm_lifecycle_event: 'start', npm_package_json: '/x', INIT_CWD: '/x' };
    const cli = new FakeCli({ env: { ...npm, npm_config_registry: 'https://mine', SWARM_TUI_CALLED_AS: 'npm start' } });
    await cli.run('spawn', 'demo', 'x');
    expect(cli.hub.fleet.asked('agent.spawn')).toMatchObject([{ task: 'x' }]);
    const [asked] = cli.hub.fleet.asked('agent.spawn');
    expect(Object(asked)).toHaveProperty('env', { npm_config_registry: 'https://mine' });
  });

  it('reads the task from stdin and runs any program after --', async () => {
    const cli = new FakeCli({ input: 'line 1\nline 2' });
    await cli.run('spawn', 'demo', '-');
    await cli.run('spawn', 'shell', '', '--', 'sh', '-c', 'echo "$HOME"');
    expect(cli.hub.fleet.asked('agent.spawn')).toMatchObject([
      { task: 'line 1\nline 2' },
      { command: ['sh', '-c', 'echo "$HOME"'] },
    ]);
  });

  it('takes what follows -- as the program, with or without agent and task', async () => {
    const cli = new FakeCli();
    await cli.run('spawn', '--name', 'a', '--', 'bash', '-c', 'x');
    await cli.run('spawn', 'shell', '--', './wrap', '-a', 'rm');
    expect(cli.hub.fleet.asked('agent.spawn')).toMatchObject([
      { aiProvider: 'shell', task: '', command: ['bash', '-c', 'x'] },
      { aiProvider: 'shell', task: '', command: ['./wrap', '-a', 'rm'] },
    ]);
    expect(await cli.run('spawn', 'demo', 'fix', 'the', 'test')).toMatchObject({ code: 2 });
  });

  it('fails with the reason when the agent did not start', async () => {
    const cli = new FakeCli();
    const stopped = createAgentRecord({ id: 'x-1', lifecycle: 'stopped', lifecycleReason: 'claude is not on PATH' });
    cli.hub.fleet.answer('agent.spawn', async () => stopped);
    expect(await cli.run('spawn', 'claude')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('claude is not on PATH'),
    });
  });

  it('warns of those that are in the same worktree', async () => {
    const worktree = { path: '/r.worktrees/b1', branch: 'b1', created: true };
    const cli = new FakeCli({ agents: [createAgentRecord({ id: 'first-1', name: 'first', worktree })] });
    cli.hub.fleet.answer('agent.spawn', async () => createAgentRecord({ id: 'x-1', name: 'x', worktree }));
    expect(await cli.run('spawn', 'claude', '-w', 'b1')).toMatchObject({
      code: 0,
      errors: 'x shares the worktree of b1 with first: each sees what the other changes\n',
    });
  });

  it('refuses an --env that is no pair', async () => {
    expect(await new FakeCli().run('spawn', 'demo', '-e', 'nonsense')).toMatchObject({ code: 2 });
  });
});

describe('send', () => {
  it('keeps the text as written, joins words, and passes --no-enter', async () => {
    const cli = new FakeCli({ agents: fleet(), input: '  two\n lines\n' });
    await cli.run('send', 'quiet', 'a', '$(b)', '--no-enter');
    await cli.run('send', 'quiet', '-');
    expect(cli.hub.fleet.asked('agent.send')).toMatchObject([
      { id: 'quiet-1', text: 'a $(b)', submit: false },
      { id: 'quiet-1', text: '  two\n lines', submit: true },
    ]);
  });

  it('sends text that looks like an option after --', async () => {
    const cli = new FakeCli({ agents: fleet() });
    await cli.run('send', 'quiet', '--', '--json', '-x');
    expect(cli.hub.fleet.asked('agent.send')).toMatchObject([{ text: '--json -x' }]);
  });

  it.each([
    ['typed', 'queued', 124],
    ['typed', 'held', 124],
    ['typed', 'echoed', 0],
    ['accepted', 'echoed', 124],
    ['accepted', 'accepted', 0],
    ['accepted', 'uncertain', 0],
    ['queued', 'queued', 0],
  ] as const)('waits for %s, which is %s: exit code %i', async (wanted, state, code) => {
    const cli = new FakeCli({ agents: fleet() });
    cli.hub.fleet.answer('agent.send', async () => ({ id: 'm', text: 'x', state, at: 1 }));
    const { code: ended, errors } = await cli.run('send', 'quiet', 'x', '--wait', wanted, '--timeout', '4s');
    expect(ended).toBe(code);
    expect(errors).toBe(code === 0 ? '' : `gave up waiting for ${wanted} after 4s\n`);
    expect((await cli.run('send', 'quiet', 'x', '--wait', wanted, '--json')).code).toBe(code);
  });

  it('has nothing to say to nobody', async () => {
    expect(await new FakeCli({ agents: fleet() }).run('send', 'quiet')).toMatchObject({ code: 2 });
  });
});

/** Three agents, of which one cannot be stopped. */
function refusingCli(): FakeCli {
  const cli = new FakeCli({ agents: fleet() });
  cli.hub.fleet.answer('agent.stop', async ({ id }) => {
    if (id === 'busy-1') throw new HubError('runtime-failed', 'It does not answer.', { hint: 'Look at it.' });
    return cli.hub.fleet.patch(id, { lifecycle: 'stopped' });
  });
  return cli;
}

describe('keys and interrupt', () => {
  it('print nothing, and with --json which agent it was done to', async () => {
    const cli = new FakeCli({ agents: fleet() });
    const done = { version: 1, kind: 'done', id: 'quiet-1', name: 'quiet' };
    expect(await cli.run('keys', 'quiet', 'Down', 'Enter')).toMatchObject({ code: 0, out: '' });
    expect(JSON.parse((await cli.run('keys', 'qui', 'Down', '--json')).out)).toEqual(done);
    expect(JSON.parse((await cli.run('interrupt', 'quiet', '--json')).out)).toEqual(done);
    expect(cli.hub.fleet.asked('agent.keys')).toMatchObject([{ keys: ['Down', 'Enter'] }, { keys: ['Down'] }]);
    expect(cli.hub.fleet.asked('agent.interrupt')).toMatchObject([{ id: 'quiet-1' }]);
  });
});

describe('keys', () => {
  it('presses nothing when one of them is no key', async () => {
    const cli = new FakeCli({ agents: fleet() });
    const { code, errors } = await cli.run('keys', 'quiet', 'Down', 'Entr');
    expect({ code, errors }).toEqual({
      code: 2,
      errors: 'swarm-tui: "Entr" is no key of tmux.\nDid you mean Enter? Text goes with: swarm-tui send NAME TEXT\n',
    });
    expect(cli.hub.fleet.asked('agent.keys')).toEqual([]);
  });
});

describe('wait', () => {
  it('says at once that a misspelt state is a text, and asks for the state', async () => {
    const cli = new FakeCli({ agents: fleet() });
    const never = Promise.withResolvers<never>();
    cli.hub.fleet.answer('agent.wait', () => never.promise);
    void cli.run('wait', 'qui', '--for', 'idel');
    await vi.waitFor(() => expect(cli.errors).toBe('waiting for quiet to print "idel" … Did you mean idle?\n'));
    expect(cli.hub.fleet.asked('agent.wait')).toMatchObject([{ for: { text: 'idel' } }]);
  });

  it('asks nothing about text: and is silent about a state without a terminal', async () => {
    const cli = new FakeCli({ agents: fleet() });
    cli.hub.fleet.answer('agent.wait', async ({ id }) => ({ matched: true, agent: cli.hub.fleet.get(id) }));
    expect((await cli.run('wait', 'quiet', '--for', 'text:idel')).errors).toBe('waiting for quiet to print "idel" …\n');
    expect((await cli.run('wait', 'quiet', '--for', 'idle')).errors).toBe('');
  });

  it('shows a terminal how long it has waited, and clears that line at the end', async () => {
    const cli = new FakeCli({ agents: fleet(), isErrorTerminal: true });
    cli.hub.fleet.answer('agent.wait', async ({ id }) => ({ matched: true, agent: cli.hub.fleet.get(id) }));
    const { out, errors } = await cli.run('wait', 'quiet');
    expect(out).toBe('quiet idle\n');
    expect(errors).toBe('\r\u001b[Kwaiting for quiet to be idle … 0s\r\u001b[K');
  });
});

describe('hints', () => {
  it('can be typed as they stand in a clone', async () => {
    const cli = new FakeCli({ env: { SWARM_TUI_CALLED_AS: 'npm start' } });
    expect((await cli.run('ls')).out).toContain(
      'Start one: npm start -- spawn, or see simulated ones: npm start -- demo',
    );
    expect((await cli.run('demo', '--count', '1')).out).toBe(
      '1 simulated agents started. Look: npm start   End them: npm start -- demo --stop\n',
    );
    expect((await cli.run('capture', 'nobody')).errors).toContain('List them: npm start -- ls');
    expect((await cli.run('wait', '--help')).out).toContain('Usage: npm start -- wait [options]');
  });
});

describe('kill', () => {
  it.each(['n', 'no', '', 'yesterday', 'quiet'])('asks, and does nothing for the answer "%s"', async (answer) => {
    const cli = new FakeCli({ agents: fleet(), answer });
    expect(await cli.run('kill', 'quiet')).toMatchObject({
      code: 1,
      out: '',
      errors: expect.stringContaining('Stop quiet? [y/N] '),
    });
    expect(cli.hub.fleet.asked('agent.stop')).toEqual([]);
  });

  it.each(['y', 'Y', 'yes', ' YES '])('does it for the answer "%s"', async (answer) => {
    const cli = new FakeCli({ agents: fleet(), answer });
    expect(await cli.run('kill', 'quiet')).toMatchObject({ code: 0, out: 'quiet stopped\n' });
  });

  it.each([['quiet'], ['--all'], ['quiet', '--remove'], ['quiet', '--remove', '--worktree', '--force']])(
    'does nothing without an answer, and says --yes: kill %s %s',
    async (...args) => {
      const cli = new FakeCli({ agents: fleet() });
      expect(await cli.run('kill', ...args)).toMatchObject({ code: 2, errors: expect.stringContaining('say --yes') });
      expect(cli.hub.fleet.asked('agent.stop')).toEqual([]);
      expect(cli.hub.fleet.asked('agent.remove')).toEqual([]);
    },
  );

  it('stops and keeps the row, with --yes without asking', async () => {
    const cli = new FakeCli({ agents: fleet() });
    expect(await cli.run('kill', '--yes', 'quiet', 'asks')).toMatchObject({
      code: 0,
      out: 'quiet stopped\nasks stopped\n',
    });
    expect(cli.hub.fleet.asked('agent.remove')).toEqual([]);
  });

  it('stops nothing at all when one name is wrong', async () => {
    const cli = new FakeCli({ agents: fleet() });
    expect(await cli.run('kill', '--yes', 'quiet', 'nobody')).toMatchObject({ code: 3 });
    expect(cli.hub.fleet.asked('agent.stop')).toEqual([]);
  });

  it.each(['unreachable', 'paused', 'queued'] as const)('asks the hub to stop one that is %s', async (lifecycle) => {
    const cli = new FakeCli({ agents: [createAgentRecord({ id: 'far-1', name: 'far', lifecycle })] });
    expect(await cli.run('kill', '--yes', 'far')).toMatchObject({ code: 0, out: 'far stopped\n' });
    expect(cli.hub.fleet.asked('agent.stop')).toMatchObject([{ id: 'far-1' }]);
  });

  it('fails when the hub cannot reach the agent', async () => {
    const cli = new FakeCli({ agents: [createAgentRecord({ id: 'far-1', name: 'far', lifecycle: 'unreachable' })] });
    cli.hub.fleet.answer('agent.stop', async () => {
      throw new HubError('hub-unreachable', 'far cannot be reached.', { hint: 'Try again later.' });
    });
    expect(await cli.run('kill', '--yes', 'far')).toMatchObject({
      code: 4,
      out: '',
      errors: expect.stringContaining('far cannot be reached'),
    });
  });

  it('asks nothing for one that has ended already', async () => {
    const agents = (['stopped', 'lost'] as const).map((name) => createAgentRecord({ id: name, name, lifecycle: name }));
    const cli = new FakeCli({ agents });
    expect(await cli.run('kill', '--yes', '--all')).toMatchObject({ code: 0, out: 'stopped stopped\nlost lost\n' });
    expect(cli.hub.fleet.asked('agent.stop')).toEqual([]);
  });

  it('says what became of each when one of them fails', async () => {
    const cli = refusingCli();
    const { code, out, errors } = await cli.run('kill', '--yes', 'quiet', 'busy 日本', 'asks');
    expect(code).toBe(1);
    expect(out).toBe('quiet stopped\nasks stopped\n');
    expect(errors).toBe('swarm-tui: busy 日本: It does not answer. Look at it.\n');
  });

  it('gives JSON an error of its own for each that failed', async () => {
    const { code, out } = await refusingCli().run('kill', '--yes', '--all', '--json');
    const documents = out.trimEnd().split('\n');
    expect(code).toBe(1);
    expect(documents.map((line): unknown => JSON.parse(line))).toMatchObject([
      {
        kind: 'agents',
        agents: [
          { name: 'quiet', state: 'stopped' },
          { name: 'asks', state: 'stopped' },
        ],
      },
      { kind: 'error', name: 'busy 日本', error: { code: 'runtime-failed', message: 'It does not answer.' } },
    ]);
  });

  it('reports work that a removal would lose', async () => {
    const cli = new FakeCli({ agents: fleet() });
    cli.hub.fleet.answer('agent.remove', async () => {
      throw new HubError('would-lose-work', 'quiet has 2 files that are not committed.', { hint: 'Commit them.' });
    });
    expect(await cli.run('kill', '--yes', 'quiet', '--remove', '--worktree')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('Commit them.'),
    });
  });
});

describe('events', () => {
  it('prints the past once, in order, as JSON lines', async () => {
    const cli = new FakeCli({ agents: fleet() });
    cli.hub.fleet.emit({ type: 'agent.seen', id: 'quiet-1' });
    cli.hub.fleet.emit({ type: 'agent.interrupted', id: 'busy-1' });
    const { out } = await cli.run('events', '--no-follow');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toMatchObject([
      { kind: 'event', seq: 1, type: 'agent.seen', id: 'quiet-1' },
      { kind: 'event', seq: 2, type: 'agent.interrupted' },
    ]);
  });

  it('fails when it cannot write, also while it follows', async () => {
    const cli = new FakeCli({ agents: fleet(), onWrite: () => Promise.reject(new Error('disk full')) });
    const running = cli.run('events', '--since', '0');
    await vi.waitFor(() => expect(cli.hub.fleet.interests.has('fleet.event')).toBe(true));
    cli.hub.fleet.emit({ type: 'agent.seen', id: 'quiet-1' });
    expect(await running).toMatchObject({ code: 1, errors: 'swarm-tui: disk full\n' });
  });

  it('prints each once and in order, however slowly it is read', async () => {
    const gate = Promise.withResolvers<void>();
    const cli = new FakeCli({ agents: fleet(), onWrite: () => gate.promise });
    const running = cli.run('events', '--since', '0');
    await vi.waitFor(() => expect(cli.hub.fleet.interests.has('fleet.event')).toBe(true));
    for (let index = 0; index < 50; index++)
      cli.hub.fleet.emit({ type: 'agent.renamed', id: 'quiet-1', name: 'x'.repeat(200_000), handle: null });
    gate.resolve();
    await vi.waitFor(() => expect(cli.out.split('\n')).toHaveLength(51), { timeout: 20_000 });
    cli.interrupt();
    const { out } = await running;
    const seqs = out
      .trimEnd()
      .split('\n')
      .map((line) => Number(/"seq":(\d+)/.exec(line)?.[1]));
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('follows until Ctrl+C', async () => {
    const cli = new FakeCli({ agents: fleet() });
    const running = cli.run('events', '--since', '0');
    await vi.waitFor(() => expect(cli.hub.fleet.interests.has('fleet.event')).toBe(true));
    cli.hub.fleet.emit({ type: 'agent.seen', id: 'quiet-1' });
    await vi.waitFor(() => expect(cli.out).toContain('agent.seen'));
    cli.interrupt();
    expect((await running).code).toBe(0);
  });
});

describe('logs', () => {
  it('follows output as plain text', async () => {
    const cli = new FakeCli({ agents: fleet() });
    const running = cli.run('logs', 'quiet', '-f', '-n', '0');
    await vi.waitFor(() => expect(cli.hub.fleet.interests.has('agent.quiet-1.output')).toBe(true));
    cli.hub.fleet.write('quiet-1', 'a \u001b[31mred\u001b[0m word\r\n');
    await vi.waitFor(() => expect(cli.out).toContain('a red word\n'));
    cli.interrupt();
    await running;
  });
});

describe('logs -f that cannot be written', () => {
  it('fails at once', async () => {
    const cli = new FakeCli({ agents: fleet(), onWrite: () => Promise.reject(new Error('disk full')) });
    const running = cli.run('logs', 'quiet', '-f', '-n', '0');
    await vi.waitFor(() => expect(cli.hub.fleet.interests.has('agent.quiet-1.output')).toBe(true));
    cli.hub.fleet.write('quiet-1', 'word\r\n');
    expect(await running).toMatchObject({ code: 1, errors: 'swarm-tui: disk full\n' });
  });

  it('leaves out what comes faster than it is read, and says so', async () => {
    const gate = Promise.withResolvers<void>();
    const cli = new FakeCli({ agents: fleet(), onWrite: () => gate.promise });
    const running = cli.run('logs', 'quiet', '-f', '-n', '0');
    await vi.waitFor(() => expect(cli.hub.fleet.interests.has('agent.quiet-1.output')).toBe(true));
    for (let index = 0; index < 10; index++) cli.hub.fleet.write('quiet-1', `${'x'.repeat(999_999)}\n`);
    gate.resolve();
    await vi.waitFor(() => expect(cli.out.length).toBe(5_000_000));
    cli.hub.fleet.write('quiet-1', 'the end\n');
    await vi.waitFor(() => expect(cli.out).toMatch(/the end\n$/));
    expect(cli.errors).toBe('5000000 bytes were left out: the reader is too slow\n');
    cli.interrupt();
    await running;
  });
});

describe('logs -f', () => {
  /** Output comes between the subscription and the answer that holds the past. */
  async function follow(past: readonly string[], meanwhile: readonly string[], ...options: readonly string[]) {
    const cli = new FakeCli({ agents: fleet() });
    cli.hub.fleet.show('quiet-1', past);
    cli.hub.fleet.answer('agent.capture', async ({ id }) => {
      for (const text of meanwhile) cli.hub.fleet.write(id, text);
      await vi.waitFor(() => expect(cli.hub.fleet.interests.has('agent.quiet-1.output')).toBe(true));
      return cli.hub.fleet.frame(id);
    });
    const running = cli.run('logs', 'quiet', '-f', ...options);
    await vi.waitFor(() => expect(cli.out).toContain(past.at(-1) ?? ''));
    return { cli, running };
  }

  it('prints the past first, then what came meanwhile', async () => {
    const { cli, running } = await follow(['one', 'two'], ['three\r\n']);
    await vi.waitFor(() => expect(cli.out).toBe('one\ntwo\nthree\n'));
    cli.interrupt();
    expect((await running).code).toBe(0);
  });

  it('prints once what is in the past and came meanwhile too', async () => {
    const { cli, running } = await follow(['one', 'two'], ['\u001b[1mone\r\n', 'two\u001b[0m\r\n', 'three\r\n']);
    await vi.waitFor(() => expect(cli.out).toBe('one\ntwo\nthree\n'));
    cli.interrupt();
    await running;
  });

  it.each(['stopped', 'lost'] as const)('ends after the last output of an agent that is %s', async (lifecycle) => {
    const { cli, running } = await follow(['one'], []);
    cli.hub.fleet.write('quiet-1', 'last words\r\n');
    cli.hub.fleet.patch('quiet-1', { lifecycle });
    expect(await running).toMatchObject({ code: 0, out: 'one\nlast words\n' });
  });

  it('ends when the agent is removed, or has ended before', async () => {
    const { cli, running } = await follow(['one'], []);
    cli.hub.fleet.remove('quiet-1');
    expect(await running).toMatchObject({ code: 0, out: 'one\n' });
    const ended = new FakeCli({ agents: [createAgentRecord({ id: 'old-1', name: 'old', lifecycle: 'stopped' })] });
    ended.hub.fleet.show('old-1', ['long ago']);
    expect(await ended.run('logs', 'old', '-f')).toMatchObject({ code: 0, out: 'long ago\n' });
  });

  it('writes the bytes as they are with --raw, also those that are no UTF-8', async () => {
    const { cli, running } = await follow(['one'], [], '--raw');
    const data = Uint8Array.of(0x1b, 0x5b, 0x31, 0x6d, 0xff, 0xfe, 0xe6, 0x97);
    cli.hub.fleet.write('quiet-1', data);
    cli.hub.fleet.patch('quiet-1', { lifecycle: 'stopped' });
    await running;
    expect(cli.bytes).toEqual(Buffer.concat([Buffer.from('one\n'), data]));
  });
});

describe('completion', () => {
  const complete = async (...words: readonly string[]) => {
    const cli = new FakeCli({ agents: fleet() });
    return (await cli.run('__complete', '--', ...words)).out.split('\n').slice(0, -1);
  };

  it.each([
    [['sp'], ['spawn']],
    [['capture', 'q'], ['quiet']],
    [
      ['kill', 'quiet', ''],
      ['busy 日本', 'asks'],
    ],
    [['kill', '--yes', 'as'], ['asks']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['hub', 'st'],
      ['status', 'stop'],
    ],
    [
      ['spawn', ''],
      ['claude', 'codex', 'mine'],
    ],
    [
      ['spawn', '--name', 'x', 'c'],
      ['claude', 'codex'],
    ],
    [['spawn', 'claude', ''], []],
    [['spawn', 'claude', '--', ''], []],
    [['spawn', '--runtime', ''], ['local']],
    [['wait', 'quiet', '--for', 'i'], ['idle']],
    [['wait', '--for', 'idle', 'qu'], ['quiet']],
    [
      ['send', 'quiet', '--wait', ''],
      ['queued', 'typed', 'accepted'],
    ],
    [['ls', '--state', 'working', 'wai'], ['waiting']],
    [['ls', '--host', ''], ['local']],
    [
      ['ls', '--color', ''],
      ['auto', 'always', 'never'],
    ],
    [['--color', 'al'], ['always']],
    [['ls', '--color=n'], ['--color=never']],
    [['ls', '--color', '=', 'n'], ['never']],
    [
      ['ls', '--color', '='],
      ['auto', 'always', 'never'],
    ],
    [['keys', 'quiet', 'Ent'], ['Enter']],
    [['keys', 'quiet', 'Down', 'Esc'], ['Escape']],
    [['ls', '--js'], ['--json']],
    [['spawn', '--wor'], ['--worktree']],
    [
      ['hub', 'status', '--'],
      ['--json', '--color', '--no-color', '--ascii', '--config', '--help'],
    ],
  ])('offers in place of the last of %j: %j', async (words, offered) => {
    expect(await complete(...words)).toEqual(offered);
  });

  it('offers every option once', async () => {
    const options = await complete('spawn', '-');
    expect(new Set(options).size).toBe(options.length);
    expect(options).toEqual(expect.arrayContaining(['--json', '--help', '--env', '--color']));
  });

  it('never shows hidden commands, and is silent without a hub', async () => {
    const cli = new FakeCli({ isHubDown: true });
    expect((await cli.run('__complete', '--', '')).out).not.toContain('__complete');
    expect(await cli.run('__complete', '--', 'capture', '')).toMatchObject({ code: 0, out: '' });
  });
});

describe('doctor', () => {
  it('says what is wrong, what to do, and fails', async () => {
    const checks = [async () => [{ level: 'fail', topic: 'tmux', text: 'not found. Run: apt install tmux' } as const]];
    const { code, out } = await new FakeCli({ checks }).run('doctor');
    expect(code).toBe(1);
    expect(out).toContain('fail tmux         not found. Run: apt install tmux');
    expect(out).toContain('1 failed.');
  });

  it('repairs with --fix, then looks again', async () => {
    let isBroken = true;
    const fix = async (): Promise<string> => {
      isBroken = false;
      return 'mended it';
    };
    const checks = [
      async () => [
        isBroken
          ? ({ level: 'warn', topic: 'x', text: 'broken', fix } as const)
          : ({ level: 'ok', topic: 'x', text: 'whole' } as const),
      ],
    ];
    const { code, out } = await new FakeCli({ checks }).run('doctor', '--fix');
    expect(code).toBe(0);
    expect(out).toContain('done mended it\nok   x');
  });
});

describe('demo', () => {
  it('starts simulated agents and ends only those', async () => {
    const cli = new FakeCli({ agents: [createAgentRecord({ id: 'mine-1', provider: 'claude' })] });
    expect((await cli.run('demo', '--count', '2')).out).toContain('2 simulated agents started');
    await cli.run('demo', '--stop');
    expect(cli.hub.fleet.asked('agent.remove')).toHaveLength(2);
    expect(cli.hub.fleet.get('mine-1').removeAt).toBeNull();
  });

  it('says how many started when some did not', async () => {
    const cli = new FakeCli();
    let asked = 0;
    cli.hub.fleet.answer('agent.spawn', async () => {
      asked += 1;
      if (asked === 2) throw new HubError('runtime-failed', 'No room.');
      return createAgentRecord({ id: `d-${asked}`, provider: 'demo' });
    });
    const { code, out, errors } = await cli.run('demo', '--count', '3');
    expect(code).toBe(1);
    expect(out).toContain('2 simulated agents started');
    expect(errors).toMatch(/^swarm-tui: \S+: No room\.\n$/);
  });

  it('ends the others when one cannot be ended', async () => {
    const agents = ['a', 'b', 'c'].map((name) => createAgentRecord({ id: name, name, provider: 'demo' }));
    const cli = new FakeCli({ agents });
    cli.hub.fleet.answer('agent.remove', async ({ id }) => {
      if (id === 'a') throw new HubError('runtime-failed', 'It stays.');
      return { removeAt: cli.hub.fleet.now() };
    });
    const { code, out, errors } = await cli.run('demo', '--stop');
    expect({ code, out, errors }).toEqual({
      code: 1,
      out: '2 simulated agents ended.\n',
      errors: 'swarm-tui: a: It stays.\n',
    });
  });
});

describe('help', () => {
  it('groups the commands and names the exit codes', async () => {
    const { out } = await new FakeCli().run('--help');
    expect(out).toMatch(/^Usage: swarm-tui \[options\] \[command\]\n/);
    expect(out).toMatch(/\nAgents\n {2}spawn/);
    expect(out).toMatch(/\nFleet\n {2}events/);
    expect(out).toContain(
      'Exit: 0 good, 1 failed, 2 wrong usage, 3 no such agent, 4 no hub, 124 timed out, 130 Ctrl+C',
    );
    expect(out).not.toContain('__complete');
  });
});
