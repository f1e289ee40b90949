import { spawn } from 'node:child_process';
import { withoutTmux } from '@swarm-tui/core';
import { connectHub, resolveHubPaths } from '@swarm-tui/hub/client';
import { asCalled, callUi } from '../launch/called-as.ts';
import { hubCommand, readVersion } from '../launch/program-files.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';
import { findConfigFile } from './find-config-file.ts';

const maxInputBytes = 1_500_000;

/** The real surroundings of a command: this process's terminal, environment and hub. */
export function createCliContext(argv: readonly string[], signal: AbortSignal): CliContext {
  const { env } = process;
  // each write tells its own error; without a listener Node would end with a stack trace
  process.stdout.on('error', () => undefined);
  const connect: CliContext['connect'] = ({ mayStart }) =>
    connectHub({
      paths: resolveHubPaths(env),
      autoStart: mayStart ? { command: hubCommand() } : null,
      version: readVersion(),
      // one question and one answer: nothing of the binary transport need be loaded
      encoding: 'json-lines',
      signal,
    });
  return {
    env,
    directory: process.cwd(),
    // undefined where it is none
    isTerminal: process.stdout.isTTY === true,
    columns: process.stdout.columns || 80,
    isErrorTerminal: process.stderr.isTTY === true,
    version: readVersion(),
    now: Date.now,
    write: writeOut,
    writeError: (text) => void process.stderr.write(text),
    drawStatus: (line) => void process.stderr.write(`\r\u001b[K${line}`),
    readInput,
    ask: (question) => ask(question, signal),
    asCalled: (text) => asCalled(text, env),
    uiCommand: callUi(env),
    connect,
    runInTerminal,
    listProviders: () => listProviders(argv),
    loadChecks: async () => {
      const { listChecks } = await import('../doctor/list-checks.ts');
      return listChecks({
        env,
        configFile: findConfigFile(argv),
        isTerminal: process.stdout.isTTY === true,
        version: readVersion(),
        connect,
      });
    },
    signal,
  };
}

async function listProviders(argv: readonly string[]): Promise<readonly string[]> {
  const [{ loadConfigLeniently }, { createProviderRegistry }] = await Promise.all([
    import('../config/lenient-config.ts'),
    import('@swarm-tui/providers'),
  ]);
  const { providers: custom } = loadConfigLeniently({ env: process.env, file: findConfigFile(argv) });
  const registry = createProviderRegistry({ custom });
  return registry.list().map(({ id }) => id);
}

/** Waits until the output is on its way; ends the program quietly when the reader has gone (`| head`). */
function writeOut(output: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(output, (cause) => {
      if (cause === null || cause === undefined) return resolve();
      if ('code' in cause && cause.code === 'EPIPE') process.exit(exitCodes.good);
      return reject(new CliError('failed', `The output could not be written: ${cause.message}.`, { cause }));
    });
  });
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > maxInputBytes) throw new CliError('wrong-usage', `The input is larger than ${maxInputBytes} bytes.`);
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function ask(question: string, signal: AbortSignal): Promise<string | null> {
  const { createInterface } = await import('node:readline');
  process.stderr.write(question);
  // the terminal itself edits the line: Ctrl+C stays the signal that it is
  using lines = createInterface({ input: process.stdin, terminal: false, signal });
  const answer = Promise.withResolvers<string | null>();
  lines.once('line', answer.resolve).once('close', () => answer.resolve(null));
  const line = await answer.promise;
  signal.throwIfAborted();
  return line;
}

function runInTerminal([program, ...args]: readonly string[]): Promise<number> {
  if (program === undefined) return Promise.reject(new CliError('failed', 'The agent has no attach command yet.'));
  // a tmux inside a tmux is refused as long as these say so
  const env = withoutTmux(process.env);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    child.once('error', (cause) =>
      reject(new CliError('failed', `${program} could not be started: ${cause.message}`, { cause })),
    );
    child.once('exit', (code) => resolve(code ?? exitCodes.failed));
  });
}
