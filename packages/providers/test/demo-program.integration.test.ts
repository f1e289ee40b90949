import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { demoProgramPath } from '../src/index.ts';

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** The program on pipes, until it ends. */
async function play(
  args: readonly string[],
  input: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [demoProgramPath(), '--speed', '10', ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stdin.write(input);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, output, errors };
}

it('plays a script file without a terminal and ends with its status', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'script-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const script = join(folder, 'script');
  await writeFile(script, 'say one\nfail too bad\n');
  const { code, output } = await play(['--script', script], 'crash 4\n');
  expect(output).toMatch(/● one[^]*■ API error: too bad[^]*fatal/);
  expect(output).toContain('\x1b]7501;state=error:app=demo:kind=api:detail=API%20error%3A%20too%20bad\x1b\\');
  expect(code).toBe(4);
});

it('writes no colours under NO_COLOR', async () => {
  expect((await play(['--', 'exit'], '')).output).toContain('\x1b[1mswarm demo agent');
  expect((await play(['--', 'exit'], '', { NO_COLOR: '1' })).output).not.toContain('\x1b[1m');
});

it('answers permissions and plans itself under --auto', async () => {
  const { output, code } = await play(['--auto', '--', 'ask permission make\nplan one; two\nexit'], '');
  expect(output).toMatch(/Allowed by autopilot: make[^]*Allowed by autopilot: the plan/);
  expect(output).not.toContain('state=blocked');
  expect(code).toBe(0);
});

it('is silent about its state when it is told to be', async () => {
  const { output } = await play(['--no-protocol', '--no-title', '--no-notice', '--', 'exit'], '');
  expect(output).not.toContain('\x1b]');
});

it.each([
  ['an unknown option', ['--wat'], /--wat/],
  ['a script that is not there', ['--script', '/nonexistent'], /\/nonexistent/],
])('names %s and exits 2', async (_what, args, message) => {
  const { code, errors } = await play(args, '');
  expect(errors).toMatch(message);
  expect(code).toBe(2);
});
