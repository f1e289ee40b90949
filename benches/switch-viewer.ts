// A viewer pane changes agent: `switch-client` on its attached client, against a new `tmux attach` in the pane. Both are
// timed from the request to the first byte of the other agent's screen in the viewer pane.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createControlTransport, TmuxService } from '@swarm-tui/core';
import { report } from './report.ts';

const rounds = 15;
const id = randomBytes(4).toString('hex');
const { TMUX: _server, TMUX_PANE: _pane, ...rest } = process.env;
const env = { ...rest, TERM: 'xterm-256color' };
const agentsCommand = ['tmux', '-L', `swarm-bench-agents-${id}`, '-f', '/dev/null'];
const viewerCommand = ['tmux', '-L', `swarm-bench-viewer-${id}`, '-f', '/dev/null'];

function open(command: readonly string[], label: string): TmuxService {
  const transport = createControlTransport({ command, env });
  return new TmuxService({ transport, server: { id: label, label, isLocal: true } });
}

function screenOf(name: string): string {
  return `this is the screen of agent ${name}`;
}

/** Does `change`, and settles with the milliseconds until the viewer pane writes `wanted`. */
async function timeUntilSeen(viewer: TmuxService, wanted: string, change: () => Promise<void>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  let seen = '';
  const start = performance.now();
  const stop = viewer.transport.subscribe((event) => {
    if (event.type !== 'output') return;
    seen += Buffer.from(event.data).toString('latin1');
    if (seen.includes(wanted)) resolve(performance.now() - start);
  });
  await change();
  const took = await promise;
  stop();
  return took;
}

async function findViewerClient(agents: TmuxService): Promise<string> {
  for (;;) {
    const client = (await agents.listClients()).find(({ isControl }) => !isControl);
    if (client) return client.name;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const agents = open(agentsCommand, 'agents');
const viewer = open(viewerCommand, 'viewer');
try {
  for (const name of ['even', 'odd']) {
    await agents.createSession({ name, command: ['sh', '-c', `echo ${screenOf(name)}; exec cat`] });
    await agents.waitFor(name, screenOf(name), { timeoutMs: 30_000 });
  }
  const { paneId } = await viewer.createSession({ name: 'viewer', command: ['cat', '-'] });
  await viewer.listenTo(paneId);
  const attach = (name: string): Promise<void> =>
    viewer.respawnPane(paneId, { kill: true, command: ['env', '-u', 'TMUX', ...agents.attachArgv(name)] });
  const attaching: number[] = [];
  const switching: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    attaching.push(await timeUntilSeen(viewer, screenOf('even'), () => attach('even')));
    const client = await findViewerClient(agents);
    switching.push(await timeUntilSeen(viewer, screenOf('odd'), () => agents.switchClient(client, 'odd')));
  }
  const [slow, fast] = [median(attaching), median(switching)];
  console.log(
    `new tmux attach in the pane   median ${slow.toFixed(2)} ms, best ${Math.min(...attaching).toFixed(2)} ms`,
  );
  console.log(
    `switch-client                 median ${fast.toFixed(2)} ms, best ${Math.min(...switching).toFixed(2)} ms`,
  );
  console.log(
    `ratio ${(slow / fast).toFixed(1)}x by median, ${(Math.min(...attaching) / Math.min(...switching)).toFixed(1)}x by best (target 5x)`,
  );
  report({
    what: 'switch the viewer pane to another agent',
    against: 'spawning a new `tmux attach`',
    value: slow / fast,
    unit: 'x faster',
    reach: { atLeast: 5 },
  });
} finally {
  await agents[Symbol.asyncDispose]();
  await viewer[Symbol.asyncDispose]();
  for (const command of [agentsCommand, viewerCommand])
    execFileSync('tmux', [...command.slice(1), 'kill-server'], { env });
}
