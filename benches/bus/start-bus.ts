import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { BusKind } from './peer.ts';

export interface Bus extends AsyncDisposable {
  readonly address: string;
  /** Time of the processor that it took. */
  readonly cpuMs: () => number;
}

/** Starts a bus as a process of its own and waits until it answers. */
export async function startBus(kind: BusKind): Promise<Bus> {
  return kind === 'nats' ? startNats() : startOwn(kind);
}

async function startOwn(kind: BusKind): Promise<Bus> {
  const flags = process.env['CPU_PROF'] === kind ? ['--cpu-prof', '--cpu-prof-dir=/tmp/bus-prof'] : [];
  const program = fileURLToPath(new URL('./bus-server.ts', import.meta.url));
  const child = spawn(process.execPath, [...flags, program, kind], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  if (!child.stdout) throw new Error('no output');
  const [line] = await once(child.stdout, 'data');
  return { address: String(line).trim(), cpuMs: () => readCpuMs(child.pid), [Symbol.asyncDispose]: () => end(child) };
}

async function startNats(): Promise<Bus> {
  const port = await findPort();
  const child = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const chunk of child.stderr) if (String(chunk).includes('Server is ready')) break;
  child.stderr.resume();
  return {
    address: `nats://127.0.0.1:${port}`,
    cpuMs: () => readCpuMs(child.pid),
    [Symbol.asyncDispose]: () => end(child),
  };
}

/** In ticks of 10 ms, from Linux. */
function readCpuMs(pid = 0): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function end(child: ReturnType<typeof spawn>): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
