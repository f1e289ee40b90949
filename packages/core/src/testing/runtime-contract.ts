import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AgentConfigInput } from '../agent/agent-config.ts';
import { AgentHandle } from '../agent/agent-handle.ts';
import { AgentInfo } from '../agent/agent-info.ts';
import type { AgentRuntime, RuntimeEvent } from '../runtime/agent-runtime.ts';
import { hostileTexts } from './hostile-texts.ts';

/** What the suite needs of a runtime under test. */
export interface RuntimeUnderTest {
  readonly runtime: AgentRuntime;
  /** A directory that agents can work in. */
  readonly workingDirectory: string;
  /** Runs until it is ended. */
  readonly longCommand: readonly [string, ...string[]];
  /** Ends by itself with this exit code; left out where nothing runs for real. */
  readonly failingCommand?: { readonly command: readonly [string, ...string[]]; readonly code: number } | undefined;
  /** Removes all that the test made. */
  readonly dispose: () => Promise<void>;
}

type Optional = 'stopAgent' | 'restartAgent' | 'renameAgent' | 'watch';
const waiting = { timeout: 20_000, interval: 20 };
const missing = 'a-program-that-nobody-has';
const nobody = { agentId: 'nobody', data: {} };

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

  function need<Name extends Optional>(
    runtime: AgentRuntime,
    member: Name,
  ): NonNullable<AgentRuntime[Name]> | undefined {
    const value = runtime[member];
    return value?.bind(runtime) as NonNullable<AgentRuntime[Name]> | undefined;
  }

  describe(`${name} keeps the runtime contract`, () => {
    it('spawns an agent whose handle is plain JSON', async () => {
      const { runtime, config } = await start();
      const handle = await runtime.spawnAgent(config());
      expect(AgentHandle.parse(JSON.parse(JSON.stringify(handle)))).toEqual(handle);
      expect(handle).toMatchObject({ runtimeType: runtime.type, agentId: 'probe' });
    });

    it('lists what it spawned, as running and without environment', async () => {
      const { runtime, config } = await start();
      const handle = await runtime.spawnAgent(config({ env: { PATH: process.env['PATH'] ?? '', SECRET: 'hunter2' } }));
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
      if (runtime.checkSpawn === undefined) return context.skip();
      await runtime.checkSpawn(config());
      await expect(runtime.checkSpawn(config({ command: [missing] }))).rejects.toMatchObject({
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
      expect(runtime.getAttachArgv?.(handle).length).not.toBe(0);
    });

    it('answers a ping', async () => {
      const { runtime } = await start();
      await expect(runtime.ping()).resolves.toBeUndefined();
    });

    it('stops an agent twice with one answer, and keeps its row', async () => {
      const { runtime, config } = await start();
      const stop = need(runtime, 'stopAgent');
      const handle = await runtime.spawnAgent(config());
      const exit = await stop?.(handle, { graceMs: 2000 });
      expect(await stop?.(handle, { graceMs: 2000 })).toEqual(exit);
      expect(await runtime.listAgents()).toMatchObject([stop ? { status: 'stopped', exit, pid: null } : {}]);
    });

    it('runs another command in the place of a stopped one', async () => {
      const { runtime, config, longCommand } = await start();
      const restart = need(runtime, 'restartAgent');
      const handle = await runtime.spawnAgent(config());
      await runtime.stopAgent?.(handle, { graceMs: 2000 });
      await restart?.(handle, { command: longCommand });
      expect(await runtime.listAgents()).toMatchObject([restart ? { status: 'running', exit: null } : {}]);
    });

    it('renames', async () => {
      const { runtime, config } = await start();
      const rename = need(runtime, 'renameAgent');
      const handle = await runtime.spawnAgent(config({ name: 'before' }));
      const renamed = await rename?.(handle, "it's #{pid} after; 日本");
      expect(renamed?.agentId ?? 'probe').toBe('probe');
      expect(await runtime.listAgents()).toMatchObject([
        { config: { name: rename ? "it's #{pid} after; 日本" : 'before' } },
      ]);
    });

    it('rejects what is asked of an agent that is not there', async () => {
      const { runtime } = await start();
      const stop = need(runtime, 'stopAgent') ?? (async () => Promise.reject({ code: 'agent-not-found' }));
      await expect(stop({ runtimeType: runtime.type, ...nobody })).rejects.toMatchObject({ code: 'agent-not-found' });
    });

    it('reports what happens, in order, to those who watch', async () => {
      const { runtime, config } = await start();
      const events: RuntimeEvent['type'][] = [];
      const unwatch = runtime.watch?.((event) => {
        if (['added', 'exited', 'gone'].includes(event.type)) events.push(event.type);
      });
      const handle = await runtime.spawnAgent(config());
      await runtime.stopAgent?.(handle, { graceMs: 2000 });
      await runtime.killAgent(handle);
      const wanted = ['added', ...(runtime.stopAgent ? ['exited'] : []), 'gone'];
      await vi.waitFor(() => expect(events).toEqual(runtime.watch ? wanted : []), waiting);
      unwatch?.();
      await runtime.spawnAgent(config());
      expect(events).toHaveLength(runtime.watch ? wanted.length : 0);
    });

    it('keeps the exit status of a program that ends by itself', async (context) => {
      const { runtime, config, failingCommand } = await start();
      if (!failingCommand) return context.skip('nothing runs for real in this runtime');
      await runtime.spawnAgent(config({ command: [...failingCommand.command] }));
      const ended = { status: 'failed', pid: null, exit: { code: failingCommand.code, signal: null } };
      await vi.waitFor(async () => expect(await runtime.listAgents()).toMatchObject([ended]), waiting);
    });
  });
}
