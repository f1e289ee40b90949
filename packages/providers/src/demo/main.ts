#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Announcer } from './announcer.ts';
import { DemoAgent } from './demo-agent.ts';
import { parseDemoOptions } from './demo-options.ts';
import type { DemoOptions } from './demo-options.ts';
import { InputDecoder } from './input-decoder.ts';
import type { InputEvent } from './input-decoder.ts';
import { Terminal } from './terminal.ts';

const { stdin, stdout, stderr, env } = process;

function readOptions(): DemoOptions {
  try {
    return parseDemoOptions(process.argv.slice(2));
  } catch (error) {
    stderr.write(`swarm demo: ${error instanceof Error ? error.message : String(error)}\n`);
    return process.exit(2);
  }
}

function readPrompt({ scriptFile, prompt }: DemoOptions): string {
  if (scriptFile === null) return prompt;
  try {
    return readFileSync(scriptFile, 'utf8').trimEnd();
  } catch (error) {
    stderr.write(`swarm demo: cannot read the script: ${error instanceof Error ? error.message : String(error)}\n`);
    return process.exit(2);
  }
}

/** Without a terminal a newline is all there is to end a line with. */
function fromPipe(event: InputEvent): InputEvent {
  return event.type === 'key' && event.key === 'newline' ? { type: 'key', key: 'enter' } : event;
}

function main(): void {
  const options = readOptions();
  const prompt = readPrompt(options);
  const hasColours = (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  const terminal = new Terminal(stdout, hasColours);
  const announcer = new Announcer({ terminal, ...options });
  const exit = (code: number): never => {
    agent.close();
    terminal.control('\x1b[?2004l');
    return process.exit(code);
  };
  const agent = new DemoAgent({
    options,
    terminal,
    announcer,
    env,
    exit,
    killSelf: (signal) => process.kill(process.pid, signal),
  });
  const decoder = new InputDecoder();
  // Raw before the prompt shows: a cooked terminal cuts lines at 4 kB.
  if (stdin.isTTY) stdin.setRawMode(true);
  terminal.control('\x1b[?2004h');
  stdin.on('data', (bytes: Uint8Array) => {
    for (const event of decoder.push(bytes)) agent.input(stdin.isTTY ? event : fromPipe(event));
  });
  stdin.on('end', () => exit(0));
  stdout.on('resize', () => agent.resized());
  process.on('SIGTERM', () => exit(143));
  process.on('SIGHUP', () => exit(129));
  agent.start(prompt);
}

main();
