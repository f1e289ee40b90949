import { realpathSync } from 'node:fs';
import { describe, expect, it, onTestFinished, type TestContext, vi } from 'vitest';
import type { AgentConfigInput } from '../agent/agent-config.ts';
import { AgentHandle } from '../agent/agent-handle.ts';
import { AgentInfo } from '../agent/agent-info.ts';
import type { AgentRuntime, RuntimeEvent } from '../runtime/agent-runtime.ts';
import { quoteShell } from '../tmux/quote.ts';
import { hostileTexts } from './hostile-texts.ts';

/** Where agents are real programs: how the suite starts one and looks at it. */
export interface RealAgents {
  /** The command that runs a POSIX shell script. */
  readonly shell: (script: string) => readonly [string, ...string[]];
  /** The agent's pane, for the service that `getTmux` gives. */
  readonly pane: (handle: AgentHandle) => string;
  /** Whether a process, named as the agent itself sees it (`$$`), still runs. */
  readonly isRunning: (pid: number) => boolean | Promise<boolean>;
}

/** What the suite needs of a runtime under test. What is left out, and what the runtime lacks, is shown as skipped. */
export interface RuntimeUnderTest {
  readonly runtime: AgentRuntime;
  /** A directory that agents can work in. */
  readonly workingDirectory: string;
  /** Runs until it is ended. */
  readonly longCommand: readonly [string, ...string[]];
  /** A second runtime on the same engine, as the next process would open it; `dispose` disposes it too. */
  readonly reopen?: (() => Promise<AgentRuntime>) | undefined;
  /** Left out where nothing runs for real. */
  readonly real?: RealAgents | undefined;
  /** Removes all that the test made. */
  readonly dispose: () => Promise<void>;
}

type Optional = 'checkSpawn' | 'getAttachArgv' | 'stopAgent' | 'restartAgent' | 'renameAgent' | 'watch';
const waiting = { timeout: 20_000, interval: 20 };
const missing = 'a-program-that-nobody-has';
const nobody = { agentId: 'nobody', data: {} };
const env = { PATH: process.env['PATH'] ?? '' };

/** A member that a runtime may lack; without it the test is skipped, and says why. */
function need<Name extends Optional>(
  runtime: AgentRuntime,
  member: Name,
  { skip }: TestContext,
): NonNullable<AgentRuntime[Name]> {
  const value = runtime[member];
  if (value === undefined) return skip(`this runtime has no ${member}`);
  return value.bind(runtime) as NonNullable<AgentRuntime[Name]>;
}

/** Something that the caller of the suite may leave out. */
function given<Value>(value: Value | undefined, what: string, { skip }: TestContext): Value {
  return value ?? skip(`no ${what} given`);
}

/** Proves that a runtime keeps the promises of `AgentRuntime`. Call it in a vitest file, once per runtime. */
export function describeRuntimeContract(name: string, create: () => Promise<RuntimeUnderTest>): void {
  async function start(): Promise<
    RuntimeUnderTest & { config: (more?: Partial<AgentConfigInput>) => AgentConfigInput }
  > {
    const subject = await create();
    onTestFinished(subject.dispose);
    const { workingDirectory, longCommand: command } = subject;
    const config = (more: Partial<AgentConfigInput> = {}): AgentConfigInput => ({
      agentId: 'probe',
      aiProvider: 'shell',
      workingDirectory,
      command: [...command],
      ...more,
    });
    return { ...subject, config };
  }

  const listIds = async (runtime: AgentRuntime): Promise<readonly string[]> =>
    (await runtime.listAgents()).map(({ handle }) => handle.agentId);

  describe(`${name} keeps the runtime contract`, () => {
    it('spawns an agent whose handle is plain JSON', async () => {
      const { runtime, config } = await start();
      const handle = await runtime.spawnAgent(config());
      expect(AgentHandle.parse(JSON.parse(JSON.stringify(handle)))).toEqual(handle);
      expect(handle).toMatchObject({ runtimeType: runtime.type, agentId: 'probe' });
    });

    it('lists what it spawned, as running and without environment', async () => {
      const { runtime, config } = await start();
      const handle = await runtime.spawnAgent(config({ env: { ...env, SECRET: 'hunter2' } }));
      const [info] = await runtime.listAgents();
      expect(AgentInfo.parse(info)).toMatchObject({ handle, status: 'running', exit: null });
      expect(JSON.stringify(info)).not.toContain('hunter2');
    });

    it('keeps hostile names and tasks exactly', async () => {
      const { runtime, config } = await start();
      const texts = hostileTexts.map(([, text]) => text).filter((text) => text.length <= 512);
      await Promise.all(
        texts.map((text, index) => runtime.spawnAgent(config({ agentId: `probe-${index}`, name: text, task: text }))),
      );
      const infos = (await runtime.listAgents()).map((info) => [
        info.handle.agentId,
        info.config.name,
        info.config.task,
      ]);
      expect(new Set(infos)).toEqual(new Set(texts.map((text, index) => [`probe-${index}`, text, text])));
    });

    it('refuses a second agent of the same id, and leaves the first alone', async () => {
      const { runtime, config } = await start();
      await runtime.spawnAgent(config());
      await expect(runtime.spawnAgent(config())).rejects.toMatchObject({ code: 'agent-exists' });
      expect(await listIds(runtime)).toEqual(['probe']);
    });

    it('gives an id to one of two spawns at the same moment', async () => {
      const { runtime, config } = await start();
      const outcomes = await Promise.allSettled([runtime.spawnAgent(config()), runtime.spawnAgent(config())]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(await listIds(runtime)).toEqual(['probe']);
    });

    it('refuses an id that is none', async () => {
      const { runtime, config } = await start();
      await expect(runtime.spawnAgent(config({ agentId: 'No Id!' }))).rejects.toMatchObject({ code: 'invalid-input' });
    });

    it('says what to do about a program that is missing, and leaves nothing behind', async () => {
      const { runtime, config } = await start();
      const failure = runtime.spawnAgent(config({ command: [missing] }));
      await expect(failure).rejects.toMatchObject({
        code: 'command-not-found',
        hint: expect.stringContaining(missing),
      });
      expect(await runtime.listAgents()).toEqual([]);
    });

    it('tells beforehand that a program is missing', async (context) => {
      const { runtime, config } = await start();
      const check = need(runtime, 'checkSpawn', context);
      await check(config());
      await expect(check(config({ command: [missing] }))).rejects.toMatchObject({
        code: 'command-not-found',
      });
      expect(await runtime.listAgents()).toEqual([]);
    });

    it('rejects with the reason of an aborted signal, and leaves nothing behind', async () => {
      const { runtime, config } = await start();
      const reason = new Error('changed my mind');
      await expect(runtime.spawnAgent(config(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(await runtime.listAgents()).toEqual([]);
    });

    it('removes a killed agent, and lets it be killed twice', async () => {
      const { runtime, config } = await start();
      const handle = await runtime.spawnAgent(config());
      await runtime.killAgent(handle, { graceMs: 2000 });
      await runtime.killAgent(handle, { graceMs: 2000 });
      expect(await runtime.listAgents()).toEqual([]);
    });

    it('lets an id be used again once its agent is killed', async () => {
      const { runtime, config } = await start();
      await runtime.killAgent(await runtime.spawnAgent(config()), { graceMs: 2000 });
      await runtime.spawnAgent(config({ name: 'second' }));
      expect(await runtime.listAgents()).toMatchObject([{ config: { name: 'second' } }]);
    });

    it('gives a tmux service and a way to attach', async () => {
      const { runtime, config } = await start();
      const handle = await runtime.spawnAgent(config());
      const tmux = { server: { label: expect.any(String) }, capturePaneContent: expect.any(Function) };
      expect(runtime.getTmux(handle)).toMatchObject(tmux);
      expect(runtime.getAttachCommand(handle)).toContain('tmux');
    });

    it('gives the same way to attach as an argument list', async (context) => {
      const { runtime, config } = await start();
      const attachArgv = need(runtime, 'getAttachArgv', context);
      const handle = await runtime.spawnAgent(config());
      expect(quoteShell(attachArgv(handle))).toBe(runtime.getAttachCommand(handle));
    });

    it('answers a ping', async () => {
      const { runtime } = await start();
      await expect(runtime.ping()).resolves.toBeUndefined();
    });

    it('stops an agent twice with one answer, and keeps its row', async (context) => {
      const { runtime, config } = await start();
      const stop = need(runtime, 'stopAgent', context);
      const handle = await runtime.spawnAgent(config());
      const exit = await stop(handle, { graceMs: 2000 });
      expect(await stop(handle, { graceMs: 2000 })).toEqual(exit);
      expect(await runtime.listAgents()).toMatchObject([{ status: 'stopped', exit, pid: null }]);
    });

    it('runs another command in the place of a stopped one', async (context) => {
      const { runtime, config, longCommand } = await start();
      const [stop, restart] = [need(runtime, 'stopAgent', context), need(runtime, 'restartAgent', context)];
      const handle = await runtime.spawnAgent(config());
      await stop(handle, { graceMs: 2000 });
      await restart(handle, { command: longCommand });
      expect(await runtime.listAgents()).toMatchObject([{ status: 'running', exit: null }]);
    });

    it('renames', async (context) => {
      const { runtime, config } = await start();
      const rename = need(runtime, 'renameAgent', context);
      const handle = await runtime.spawnAgent(config({ name: 'before' }));
      const renamed = await rename(handle, "it's #{pid} after; 日本");
      expect(renamed.agentId).toBe('probe');
      expect(await runtime.listAgents()).toMatchObject([{ config: { name: "it's #{pid} after; 日本" } }]);
    });

    it('rejects what is asked of an agent that is not there', async (context) => {
      const { runtime } = await start();
      const stop = need(runtime, 'stopAgent', context);
      await expect(stop({ runtimeType: runtime.type, ...nobody })).rejects.toMatchObject({ code: 'agent-not-found' });
    });

    it('reports what happens, in order, to those who watch', async (context) => {
      const { runtime, config } = await start();
      const watch = need(runtime, 'watch', context);
      const events: RuntimeEvent['type'][] = [];
      const unwatch = watch((event) => {
        if (['added', 'exited', 'gone'].includes(event.type)) events.push(event.type);
      });
      const handle = await runtime.spawnAgent(config());
      await runtime.stopAgent?.(handle, { graceMs: 2000 });
      await runtime.killAgent(handle);
      const wanted = ['added', ...(runtime.stopAgent ? ['exited'] : []), 'gone'];
      await vi.waitFor(() => expect(events).toEqual(wanted), waiting);
      unwatch();
      await runtime.spawnAgent(config());
      expect(events).toHaveLength(wanted.length);
    });

    it('finds its agents again from the engine alone', async (context) => {
      const { runtime, config, ...subject } = await start();
      const reopen = given(subject.reopen, 'way to reopen', context);
      const handle = await runtime.spawnAgent(config({ name: "it's one", task: 'two' }));
      const [before] = await runtime.listAgents();
      const second = await reopen();
      expect(await second.listAgents()).toMatchObject([
        { handle, config: before?.config, status: 'running', createdAt: before?.createdAt },
      ]);
      await expect(second.spawnAgent(config())).rejects.toMatchObject({ code: 'agent-exists' });
      await second.killAgent(handle, { graceMs: 2000 });
      expect(await second.listAgents()).toEqual([]);
      await vi.waitFor(async () => expect(await runtime.listAgents()).toEqual([]), waiting);
    });

    describeReal(start);
  });
}

type Start = () => Promise<
  RuntimeUnderTest & { readonly config: (more?: Partial<AgentConfigInput>) => AgentConfigInput }
>;

/** What only real programs can show. */
function describeReal(start: Start): void {
  async function run(context: TestContext, script: string, more: Partial<AgentConfigInput> = {}) {
    const { runtime, config, workingDirectory, ...subject } = await start();
    const real = given(subject.real, 'real agents', context);
    const handle = await runtime.spawnAgent(config({ command: [...real.shell(script)], ...more }));
    const tmux = runtime.getTmux(handle);
    const see = (pattern: RegExp): Promise<string> =>
      tmux.waitFor(real.pane(handle), pattern, { timeoutMs: waiting.timeout });
    return { runtime, handle, real, tmux, see, workingDirectory };
  }

  it('runs the program in its directory, with the environment that was asked for', async (context) => {
    const script = 'printf "[%s][%s]\\n" "$(pwd -P)" "$PROBE"; exec sleep 1000';
    const { see, workingDirectory } = await run(context, script, { env: { ...env, PROBE: "it's $HOME" } });
    expect(await see(/\[.*\]\[.*\]/)).toBe(`[${realpathSync(workingDirectory)}][it's $HOME]`);
  });

  it('shows what the program wrote, and types into it', async (context) => {
    const { see, tmux, real, handle } = await run(context, 'read line; echo "got <$line>"; exec sleep 1000');
    await tmux.sendText(real.pane(handle), "it's #{pid}");
    await see(/got <.*>/);
    const { lines } = await tmux.capture(real.pane(handle));
    expect(lines.join('\n')).toContain("got <it's #{pid}>");
  });

  it('ends the whole process tree of a killed agent, whatever it ignores', async (context) => {
    const script = "trap '' HUP TERM; (trap '' HUP TERM; sleep 1000 & echo \"tree $$ $!.\"; wait) & wait";
    const { see, runtime, handle, real } = await run(context, script);
    const pids = [...(await see(/tree \d+ \d+\./)).matchAll(/\d+/g)].map(([pid]) => Number(pid));
    const running = async () => Promise.all(pids.map(async (pid) => real.isRunning(pid)));
    expect(await running()).toEqual([true, true]);
    await runtime.killAgent(handle, { graceMs: 200 });
    expect(await running()).toEqual([false, false]);
  });

  it('keeps the exit status of a program that ends by itself', async (context) => {
    const { runtime } = await run(context, 'exit 3');
    const ended = { status: 'failed', pid: null, exit: { code: 3, signal: null } };
    await vi.waitFor(async () => expect(await runtime.listAgents()).toMatchObject([ended]), waiting);
  });
}
