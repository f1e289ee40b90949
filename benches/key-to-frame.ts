// From a key press to the frame that shows it: the UI with 1,000 agents against the same UI with one agent. Both run in
// this process on streams that swallow what is written, in turns, so that a busy machine slows both alike.
// NODE_ENV=production node benches/key-to-frame.ts   (after `tsc -b`)
import { EventEmitter } from 'node:events';
import type { AgentRecord } from '@swarm-tui/hub/client';
import { createAgentRecord, FakeHub } from '@swarm-tui/hub/testing';
import { report } from './report.ts';
import { createApp, type RunningApp } from '../packages/tui/dist/app/create-app.js';
import { createIdleWorkspace } from '../packages/tui/dist/app/fixtures/idle-workspace.js';

const presses = 200;
const warmUp = 40;
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 50 },
];
const reach = 1.3;

class Input extends EventEmitter {
  setRawMode(): void {}
  resume(): void {}
  pause(): void {}
}

class Output extends EventEmitter {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: number;
  onFrame: (() => void) | undefined;

  constructor({ columns, rows }: { columns: number; rows: number }) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string, done?: (error?: Error | null) => void): boolean {
    // Begin and end of a synchronised update surround the frame itself.
    if (!text.includes('\u001b[?2026')) this.onFrame?.();
    done?.();
    return true;
  }
}

function agents(count: number): AgentRecord[] {
  const states = ['working', 'idle', 'waiting'] as const;
  return Array.from({ length: count }, (_, index) =>
    createAgentRecord({
      id: `agent-${index}`,
      provider: 'claude',
      text: `Running pytest tests/module_${index} -x with a text that is too long for its column`,
      createdAt: 1e12 + index,
      order: index,
      git: { branch: `feat/${index}`, added: index, removed: 3, dirtyFiles: 1, unpushed: 0, at: 0 },
      activity: {
        state: states[index % 3] ?? 'idle',
        reason: null,
        detail: null,
        since: Date.now() - 3_600_000,
        certainty: 'high',
        conflict: false,
        resetsAt: null,
      },
    }),
  );
}

interface Subject {
  readonly app: RunningApp;
  press(): Promise<number>;
}

async function open(count: number, size: { columns: number; rows: number }): Promise<Subject> {
  const hub = new FakeHub({ agents: agents(count) });
  const stdin = new Input();
  const stdout = new Output(size);
  const app = createApp({
    stdin,
    stdout,
    hub,
    workspace: createIdleWorkspace(),
    env: { COLORTERM: 'truecolor', LANG: 'C.UTF-8', TERM: 'xterm-256color' },
    config: { hasMotion: false },
    services: { copy: async () => {}, edit: async () => null, agentEnvironment: () => ({}), directory: '/' },
  });
  while (app.store.getState().preview.agentId === null) await pause(20);
  const id = app.store.getState().preview.agentId ?? '';
  const lines = Array.from(
    { length: 50 },
    (_, row) => `\u001b[3${row % 7}mline ${row}\u001b[0m ${'const words = code; '.repeat(7)}`,
  );
  while (app.store.getState().preview.frame === null) {
    hub.fleet.show(id, lines, { columns: 160, rows: 50 });
    await pause(20);
  }
  const press = (): Promise<number> =>
    new Promise((resolve) => {
      const start = performance.now();
      stdout.onFrame = () => {
        stdout.onFrame = undefined;
        resolve(performance.now() - start);
      };
      // `v` marks a row and unmarks it: the frame changes with one agent as with many.
      stdin.emit('data', 'v');
    });
  return { app, press };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

let worst = 0;
for (const size of sizes) {
  const [one, many] = [await open(1, size), await open(1000, size)];
  const took: { one: number[]; many: number[] } = { one: [], many: [] };
  for (let round = 0; round < presses + warmUp; round += 1) {
    const [first, second] = [await one.press(), (await pause(10), await many.press())];
    await pause(10);
    if (round < warmUp) continue;
    took.one.push(first);
    took.many.push(second);
  }
  const ratio = median(took.many) / median(took.one);
  worst = Math.max(worst, ratio);
  const name = `${size.columns}x${size.rows}`;
  console.log(
    `key to frame ${name}: 1 agent ${median(took.one).toFixed(2)} ms, 1,000 agents ${median(took.many).toFixed(2)} ms, ${ratio.toFixed(2)}x`,
  );
  await one.app[Symbol.asyncDispose]();
  await many.app[Symbol.asyncDispose]();
}
console.log(`key to frame, worst ratio: ${worst.toFixed(2)} (reach: ${reach})`);
report({
  what: 'key press to changed frame with 1,000 agents',
  against: 'the same frame with 1 agent',
  value: worst,
  unit: 'x its time',
  reach: { atMost: reach },
});
