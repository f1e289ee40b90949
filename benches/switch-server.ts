// The viewer pane goes to an agent on another tmux server: our workspace, which asks the hub first, against a plain
// `respawn-pane -k` of the same attach command. Both are timed until the other agent's screen has reached the terminal that shows the UI.
import { execFileSync, spawn } from 'node:child_process';
import { createControlTransport } from '@swarm-tui/core';
import { createAgentRecord } from '@swarm-tui/hub/testing';
import { TmuxWorkspace } from '../packages/tui/src/workspace/tmux-workspace.ts';
import { toViewerCommand } from '../packages/tui/src/workspace/viewer-command.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './packed-world.ts';
import { report } from './report.ts';

const rounds = Number(process.argv[2] ?? 15);
const directory = mkdtempSync(join(tmpdir(), 'swbench-'));
const { TMUX: _server, TMUX_PANE: _pane, ...rest } = process.env;
const env = { ...rest, TMUX_TMPDIR: directory, TERM: 'xterm-256color' };
const tmux = (...args: readonly string[]): string =>
  execFileSync('tmux', ['-f', '/dev/null', ...args], { env, encoding: 'utf8' }).trim();

const servers = ['first', 'second'];
const agents = servers.map((server) => {
  tmux('-L', server, 'new-session', '-d', '-s', 'agent', '--', 'sh', '-c', `printf 'screen of ${server}'; exec cat`);
  return createAgentRecord({ id: server, attachArgv: ['tmux', '-L', server, 'attach-session', '-t', '=agent'] });
});
const ids = tmux(
  '-L',
  'ui',
  'new-session',
  '-d',
  '-P',
  '-F',
  '#{session_id} #{pane_id}',
  '-x',
  '140',
  '-y',
  '40',
  '--',
  'sh',
  '-c',
  'exec cat',
);
const [sessionId = '', listPaneId = ''] = ids.split(' ');
tmux('-L', 'ui', 'set-option', '-p', '-t', listPaneId, '@swarm_pane', 'list');

const command = ['tmux', '-L', 'ui'];
const plainly = createControlTransport({ command, attachTo: sessionId, env });
await using workspace = new TmuxWorkspace({
  sessionId,
  listPaneId,
  connect: () => createControlTransport({ command, attachTo: sessionId, env }),
  // what the hub answers for an agent whose server the viewer is not a client of
  switchViewer: () => Promise.resolve(false),
});

const terminal = spawn('script', ['-qfec', 'stty rows 40 cols 140; exec tmux -L ui attach-session', '/dev/null'], {
  env,
  stdio: ['pipe', 'pipe', 'ignore'],
});
let seen = '';
let wake: () => void = () => {};
terminal.stdout.on('data', (chunk: Buffer) => {
  seen += chunk.toString('latin1');
  wake();
});

async function timeTo(server: string, change: () => Promise<unknown>): Promise<number> {
  seen = '';
  const shown = new Promise<void>((resolve) => {
    wake = () => (seen.includes(`screen of ${server}`) ? resolve() : undefined);
  });
  const start = performance.now();
  await Promise.all([change(), shown]);
  return performance.now() - start;
}

try {
  await workspace.open();
  const [first, second] = agents;
  if (first === undefined || second === undefined) throw new Error('no agents');
  await workspace.focusAgent(first);
  const paneId = workspace.state.panes[0]?.paneId ?? '';
  const [plain, ours]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await timeTo('second', () => workspace.switchViewer(second)));
    plain.push(
      await timeTo('first', () =>
        plainly.run(['respawn-pane', '-k', '-t', paneId, '--', ...toViewerCommand(first.attachArgv)]),
      ),
    );
    await plainly.run(['set-option', '-p', '-t', paneId, '@swarm_agent', 'first']);
    await workspace.backToList();
  }
  const [plainMs, oursMs] = [median(plain), median(ours)];
  console.log(`plain respawn-pane            median ${plainMs.toFixed(1)} ms`);
  console.log(
    `viewer to another server      median ${oursMs.toFixed(1)} ms   ratio ${(oursMs / plainMs).toFixed(2)} (target 1.1)`,
  );
  report({
    what: 'switch the viewer to an agent on another tmux server',
    against: 'plain `respawn-pane`',
    value: oursMs / plainMs,
    unit: 'x its time',
    reach: { atMost: 1.1 },
  });
} finally {
  await workspace[Symbol.asyncDispose]();
  await plainly[Symbol.asyncDispose]();
  for (const server of [...servers, 'ui']) {
    try {
      tmux('-L', server, 'kill-server');
    } catch {
      // it ended with its last session
    }
  }
  rmSync(directory, { recursive: true, force: true });
}
