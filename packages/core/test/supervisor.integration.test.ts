import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { agentContainerPolicy } from '../src/supervisor/backoff.ts';
import type { BackoffPolicy } from '../src/supervisor/backoff.ts';
import { Supervisor } from '../src/supervisor/supervisor.ts';
import type { SupervisorOptions } from '../src/supervisor/supervisor.ts';

const patience = { timeout: 20_000, interval: 20 };
const hasty: BackoffPolicy = { ...agentContainerPolicy, firstDelayMs: 5, maxDelayMs: 20 };

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'supervisor-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function node(script: string, ...args: readonly string[]): readonly string[] {
  return [process.execPath, '-e', script, ...args];
}

function supervise(options: SupervisorOptions): Supervisor {
  const supervisor = new Supervisor(options);
  onTestFinished(() => supervisor[Symbol.asyncDispose]());
  return supervisor;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function readPid(path: string): Promise<number> {
  return vi.waitFor(async () => {
    const pid = Number.parseInt(await readFile(path, 'utf8'), 10);
    expect(pid).toBeGreaterThan(0);
    return pid;
  }, patience);
}

const noteAndWait = 'fs.writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000)';

describe('Supervisor with real processes', () => {
  it('starts a crashing child again and gives up at the fifth failure', async () => {
    const file = join(await makeDirectory(), 'runs');
    const supervisor = new Supervisor({
      command: node("fs.appendFileSync(process.argv[1], 'x'); process.exit(7)", file),
      policy: hasty,
      stdio: 'ignore',
    });
    await expect(supervisor.run()).resolves.toEqual({
      reason: 'gave-up',
      failures: 5,
      exit: { code: 7, signal: null },
    });
    expect(await readFile(file, 'utf8')).toBe('xxxxx');
  });

  it('ends with a clean exit', async () => {
    const supervisor = new Supervisor({ command: node(''), policy: hasty, stdio: 'ignore' });
    await expect(supervisor.run()).resolves.toEqual({ reason: 'clean-exit' });
  });

  it('treats a program that is not there like one that fails', async () => {
    const supervisor = new Supervisor({ command: ['/nonexistent/agent'], policy: hasty, stdio: 'ignore' });
    await expect(supervisor.run()).resolves.toMatchObject({ reason: 'gave-up', exit: { code: 127 } });
  });

  it('hands arguments over as they are, without a shell', async () => {
    const file = join(await makeDirectory(), 'argument');
    const hostile = '$(touch /tmp/x); "quoted" `ls` #{pane_id}\nnext';
    const supervisor = new Supervisor({
      command: node('fs.writeFileSync(process.argv[1], process.argv[2])', file, hostile),
      policy: hasty,
      stdio: 'ignore',
    });
    await supervisor.run();
    expect(await readFile(file, 'utf8')).toBe(hostile);
  });

  it('ends the child when stopped, and may be stopped twice', async () => {
    const file = join(await makeDirectory(), 'pid');
    const supervisor = supervise({ command: node(noteAndWait, file), policy: hasty, stdio: 'ignore' });
    const run = supervisor.run();
    const pid = await readPid(file);
    await Promise.all([supervisor.stop(), supervisor.stop()]);
    await expect(run).resolves.toEqual({ reason: 'stopped', exit: { code: null, signal: 'SIGTERM' } });
    expect(isAlive(pid)).toBe(false);
  });

  it('kills a child that does not listen to SIGTERM', async () => {
    const file = join(await makeDirectory(), 'pid');
    const deaf = `process.on('SIGTERM', () => {}); ${noteAndWait}`;
    const supervisor = supervise({ command: node(deaf, file), policy: hasty, stdio: 'ignore', graceMs: 50 });
    const run = supervisor.run();
    await readPid(file);
    await supervisor.stop();
    await expect(run).resolves.toMatchObject({ exit: { signal: 'SIGKILL' } });
  });

  it('rejects with the reason of an abort, after the child has ended', async () => {
    const file = join(await makeDirectory(), 'pid');
    const controller = new AbortController();
    const run = new Supervisor({ command: node(noteAndWait, file), policy: hasty, stdio: 'ignore' }).run(controller);
    const pid = await readPid(file);
    controller.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(isAlive(pid)).toBe(false);
  });

  it('writes structured log lines', async () => {
    const info = vi.fn();
    const logger = { debug: vi.fn(), info, warn: vi.fn(), error: vi.fn() };
    await new Supervisor({ command: node(''), policy: hasty, stdio: 'ignore', logger }).run();
    expect(info.mock.calls.flat()).toEqual([
      { event: 'child.started', pid: expect.any(Number) },
      { event: 'child.exited', pid: expect.any(Number), code: 0, signal: null },
      { event: 'supervisor.ended', reason: 'clean-exit' },
    ]);
  });
});

describe('Supervisor, PID file', () => {
  it('holds it while it runs and takes it away', async () => {
    const directory = await makeDirectory();
    const pidFile = join(directory, 'supervisor.pid');
    const supervisor = supervise({
      command: node(noteAndWait, join(directory, 'child')),
      policy: hasty,
      stdio: 'ignore',
      pidFile,
    });
    const run = supervisor.run();
    await readPid(join(directory, 'child'));
    expect(await readPid(pidFile)).toBe(process.pid);
    await supervisor.stop();
    await run;
    expect(existsSync(pidFile)).toBe(false);
  });

  it('refuses to run beside another one, and says which', async () => {
    const pidFile = join(await makeDirectory(), 'supervisor.pid');
    await writeFile(pidFile, `${process.ppid}\n`);
    const supervisor = new Supervisor({ command: node(''), policy: hasty, stdio: 'ignore', pidFile });
    await expect(supervisor.run()).rejects.toMatchObject({
      code: 'agent-exists',
      message: expect.stringContaining(String(process.ppid)),
    });
    expect(await readPid(pidFile)).toBe(process.ppid);
  });

  it.each(['99999999\n', 'no number', ''])('replaces a stale file that holds %j', async (content) => {
    const pidFile = join(await makeDirectory(), 'supervisor.pid');
    await writeFile(pidFile, content);
    await expect(new Supervisor({ command: node(''), policy: hasty, stdio: 'ignore', pidFile }).run()).resolves.toEqual(
      { reason: 'clean-exit' },
    );
  });
});

describe('Supervisor as a program', () => {
  const program = join(import.meta.dirname, 'fixtures', 'supervisor-program.ts');

  async function startProgram(
    ...script: readonly string[]
  ): Promise<{ program: ReturnType<typeof spawn>; childPid: number; file: string }> {
    const file = join(await makeDirectory(), 'child');
    const started = spawn(process.execPath, [program, ...node(script.join(''), file)], { stdio: 'ignore' });
    onTestFinished(() => void started.kill('SIGKILL'));
    return { program: started, childPid: await readPid(file), file };
  }

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('takes its child along when it gets %s', async (signal) => {
    const { program: started, childPid } = await startProgram(noteAndWait);
    started.kill(signal);
    expect(await once(started, 'exit')).toEqual([0, null]);
    expect(isAlive(childPid)).toBe(false);
  });

  it('takes its child along when it exits by itself', async () => {
    const { program: started, childPid } = await startProgram(noteAndWait);
    started.kill('SIGUSR2');
    await once(started, 'exit');
    await vi.waitFor(() => expect(isAlive(childPid)).toBe(false), patience);
  });

  it('passes other signals on and lives', async () => {
    const note = "process.on('SIGWINCH', () => fs.writeFileSync(process.argv[1] + '.signal', 'got it'));";
    const { program: started, childPid, file } = await startProgram(note, noteAndWait);
    started.kill('SIGWINCH');
    await vi.waitFor(async () => expect(await readFile(`${file}.signal`, 'utf8')).toBe('got it'), patience);
    expect(started.exitCode).toBeNull();
    expect(isAlive(childPid)).toBe(true);
    started.kill('SIGTERM');
    await once(started, 'exit');
  });
});
