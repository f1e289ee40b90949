import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DaemonClient, IpcClient } from '@swarm-tui/ipc';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  examples,
  hostileBeginnings,
  hostileLines,
  hostileWebSocket,
  toLine,
  toPair,
  toWebSocketFrame,
  upgradeRequest,
} from './fuzz-bytes.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);
/** What a target may hold more after some thousand connections: caches that are bounded, and what the measure misses. */
const SLACK_BYTES = 4_000_000;

interface Measure {
  readonly bytes: number;
  readonly clients: number;
}

/** Two clients that do no harm: what one says, the other hears. */
interface Witness extends AsyncDisposable {
  readonly say: (number: number) => Promise<unknown>;
  readonly isConnected: () => boolean;
  readonly heard: unknown[];
}

const SUBJECT = 'witness.heard';

async function openWitness(kind: string, socketPath: string): Promise<Witness> {
  const heard: unknown[] = [];
  const connect = kind === 'daemon' ? connectToDaemon : connectToServer;
  const { speaker, listener, say } = await connect(socketPath, heard);
  return {
    say,
    heard,
    isConnected: () => [speaker, listener].every(({ connection }) => connection.state === 'connected'),
    async [Symbol.asyncDispose]() {
      await speaker[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
    },
  };
}

async function connectToServer(socketPath: string, heard: unknown[]) {
  const [speaker, listener] = [await open(), await open()];
  listener.subscribe(SUBJECT, (payload) => heard.push(payload));
  await listener.request('echo', 'subscribed');
  return { speaker, listener, say: (number: number) => speaker.request('say', number) };

  function open(): Promise<IpcClient> {
    return IpcClient.connect({ socketPath, reconnect: false });
  }
}

async function connectToDaemon(socketPath: string, heard: unknown[]) {
  const [speaker, listener] = [await open(), await open()];
  listener.listen(SUBJECT, ({ payload }) => heard.push(payload));
  await listener.request('status_request', {});
  const say = async (number: number): Promise<unknown> => {
    await speaker.publish(SUBJECT, number);
    return speaker.request('status_request', {});
  };
  return { speaker, listener, say };

  function open(): Promise<DaemonClient> {
    return DaemonClient.connect({ socketPath, reconnect: false });
  }
}

describe.each(['server', 'daemon'])('a %s that is attacked', (kind) => {
  const directory = mkdtempSync(join(tmpdir(), 'ipc-fuzz-'));
  const socketPath = join(directory, 'fuzz.sock');
  let target: ChildProcess;
  let witness: Witness;
  let said = 0;

  beforeAll(async () => {
    const program = join(import.meta.dirname, 'fuzz-target.ts');
    target = fork(program, [kind, directory], { execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'] });
    await once(target, 'message');
    witness = await openWitness(kind, socketPath);
  });
  afterAll(async () => {
    await witness[Symbol.asyncDispose]();
    target.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  async function measure(): Promise<Measure> {
    target.send('measure');
    const [told] = await once(target, 'message');
    return told as Measure;
  }

  /** Alive, and quick enough to answer before the test's patience ends. */
  async function checkWitness(): Promise<void> {
    expect(target.exitCode).toBe(null);
    await witness.say(++said);
    expect(witness.isConnected()).toBe(true);
  }

  /** Sends the parts each in a turn of its own, then leaves, politely or not. */
  async function attack(parts: readonly Buffer[], isPolite: boolean): Promise<void> {
    const socket = connect(socketPath);
    const closed = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));
    socket.resume();
    for (const part of parts) {
      await new Promise((resolve) => socket.write(part, resolve));
      await nextTurn();
    }
    if (isPolite) socket.end();
    else socket.destroy();
    const timer = setTimeout(() => socket.destroy(), 200);
    await closed;
    clearTimeout(timer);
  }

  const cut = (bytes: Buffer, at: number): readonly Buffer[] => [bytes.subarray(0, at), bytes.subarray(at)];

  async function attackMany(attacks: fc.Arbitrary<Buffer>, prefix: readonly Buffer[]): Promise<void> {
    const arbitrary = fc.array(fc.tuple(attacks, fc.nat(400), fc.boolean()), { minLength: 4, maxLength: 4 });
    const property = fc.asyncProperty(arbitrary, async (batch) => {
      await Promise.all(
        batch.map(([bytes, at, isPolite]) => attack([...prefix, ...cut(bytes, at % (bytes.length + 1))], isPolite)),
      );
      await checkWitness();
    });
    await fc.assert(property, { numRuns: Math.ceil(RUNS / 4), endOnFailure: true });
  }

  it.each<[string, fc.Arbitrary<Buffer>, readonly Buffer[]]>([
    ['JSON lines', hostileLines, []],
    ['WebSocket frames', hostileWebSocket, [upgradeRequest]],
    ['what is neither', hostileBeginnings, []],
  ])('by %s lives, answers the others, and holds nothing of it', async (_name, attacks, prefix) => {
    await attackMany(attacks, prefix);
    await vi.waitFor(async () => expect((await measure()).clients).toBe(2), 10_000);
    const before = await measure();
    await attackMany(attacks, prefix);
    await vi.waitFor(async () => expect((await measure()).clients).toBe(2), 10_000);
    expect((await measure()).bytes - before.bytes).toBeLessThan(SLACK_BYTES);
  });

  it('by nobody is the same in all pieces: JSON lines split at every byte', async () => {
    const lines = Buffer.concat(examples.slice(-9, -3).map(toLine));
    await splitEverywhere(lines, toLine({ type: 'heartbeat', id: 'the-last', payload: {} }));
  });

  it('by nobody is the same in all pieces: frames split at every byte', async () => {
    const frames = [examples.slice(-12, -9), examples.slice(-9, -6)].map((some) =>
      toWebSocketFrame(Buffer.concat(some.map(toPair))),
    );
    const last = toWebSocketFrame(toPair({ type: 'heartbeat', id: 'the-last', payload: {} }));
    await splitEverywhere(Buffer.concat([upgradeRequest, ...frames]), last);
  });

  /** The last message is answered wherever what comes before is cut. */
  async function splitEverywhere(bytes: Buffer, last: Buffer): Promise<void> {
    const whole = Buffer.concat([bytes, last]);
    const places = Array.from({ length: whole.length }, (_, at) => at);
    for (let from = 0; from < places.length; from += 16) {
      const answers = await Promise.all(places.slice(from, from + 16).map((at) => awaitLast(cut(whole, at))));
      expect(answers).toEqual(answers.map(() => true));
    }
    await checkWitness();
  }

  async function awaitLast(parts: readonly Buffer[]): Promise<boolean> {
    const socket = connect(socketPath);
    const answered = hears(socket, 'the-last');
    for (const part of parts) {
      await new Promise((resolve) => socket.write(part, resolve));
      await nextTurn();
    }
    const isAnswered = await answered;
    socket.destroy();
    return isAnswered;
  }

  it('has lost nothing between the others meanwhile', async () => {
    expect(target.exitCode).toBe(null);
    expect(said).toBeGreaterThan(RUNS / 4);
    await vi.waitFor(async () => expect((await measure()).clients).toBe(2), 10_000);
    const all = Array.from({ length: said }, (_, index) => index + 1);
    await vi.waitFor(() => expect(witness.heard).toEqual(all));
  });
});

/** False when the socket closes before it says so. */
function hears(socket: Socket, word: string): Promise<boolean> {
  const answer = Promise.withResolvers<boolean>();
  let said = '';
  socket.on('error', () => undefined);
  socket.on('close', () => answer.resolve(false));
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1');
    if (said.includes(word)) answer.resolve(true);
  });
  return answer.promise;
}
