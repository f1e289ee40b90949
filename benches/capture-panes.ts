// Captures 200 panes over one control-mode connection, and with one `tmux capture-pane` process each, in one run.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createControlTransport, type TmuxCommand, TmuxService } from '@swarm-tui/core';
import { report } from './report.ts';

const paneCount = 200;
const rounds = Number(process.argv[2] ?? 15);
const command = ['tmux', '-L', `swarm-bench-${randomBytes(4).toString('hex')}`, '-f', '/dev/null'];
const { TMUX: _server, TMUX_PANE: _pane, ...env } = process.env;

async function time(measure: () => unknown): Promise<number> {
  const start = performance.now();
  await measure();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function startPanes(tmux: TmuxService): Promise<readonly string[]> {
  const script =
    'i=0; while [ $i -lt 45 ]; do echo "line $i of a screen that an agent might show, with some words"; i=$((i+1)); done; exec cat';
  const made = Array.from({ length: paneCount }, (_, index) =>
    tmux.createSession({ name: `agent-${index}`, command: ['sh', '-c', script] }),
  );
  const panes = (await Promise.all(made)).map(({ paneId }) => paneId);
  await Promise.all(panes.map((pane) => tmux.waitFor(pane, 'line 44', { timeoutMs: 60_000 })));
  return panes;
}

function captureByProcess(panes: readonly string[]): void {
  for (const pane of panes) spawnSync('tmux', [...command.slice(1), 'capture-pane', '-p', '-t', pane], { env });
}

function print(label: string, ms: number): void {
  console.log(
    `${label.padEnd(52)} ${ms.toFixed(2).padStart(9)} ms  ${(ms / paneCount).toFixed(3).padStart(7)} ms each`,
  );
}

const tmux = new TmuxService({
  transport: createControlTransport({ command, env }),
  server: { id: 'bench', label: 'bench', isLocal: true },
});
try {
  const panes = await startPanes(tmux);
  const captures = panes.map((pane): TmuxCommand => ['capture-pane', '-p', '-t', pane]);
  const sides = {
    processes: () => captureByProcess(panes),
    text: () => tmux.transport.runAll(captures),
    frames: () => tmux.captureAll(panes),
  };
  const took: Record<keyof typeof sides, number[]> = { processes: [], text: [], frames: [] };
  // in turns, so that a disturbance of the machine meets all sides
  for (let round = 0; round < rounds; round += 1) {
    took.processes.push(await time(sides.processes));
    took.text.push(await time(sides.text));
    took.frames.push(await time(sides.frames));
  }
  const [processes, text, frames] = [median(took.processes), median(took.text), median(took.frames)];
  console.log(`${paneCount} panes, median of ${rounds} rounds in turns`);
  print('one tmux capture-pane process each', processes);
  print('runAll(capture-pane) over control mode', text);
  print('captureAll (text, cursor, size, title) over control', frames);
  console.log(`ratio, text like the peer  ${(processes / text).toFixed(1)}x (target 60x)`);
  console.log(`ratio, whole frames        ${(processes / frames).toFixed(1)}x`);
  report({
    what: 'capture 200 panes',
    against: 'one `tmux capture-pane` process each',
    value: processes / text,
    unit: 'x faster',
    reach: { atLeast: 60 },
  });
} finally {
  await tmux[Symbol.asyncDispose]();
  execFileSync('tmux', [...command.slice(1), 'kill-server'], { env });
}
