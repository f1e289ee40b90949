import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createSignalScanner, fuseActivity, readRules, signalEvidence } from '@swarm-tui/core';
import type { ActivityVerdict, Evidence, Signal } from '@swarm-tui/core';
import { onTestFinished, vi } from 'vitest';
import { createProviderRegistry, demoProgramPath } from '../src/index.ts';

const run = promisify(execFile);
const { TMUX: _tmux, TMUX_PANE: _pane, NO_COLOR: _noColor, ...env } = process.env;
const patience = { timeout: 20_000, interval: 40 };
const rules = createProviderRegistry().find('demo')?.rules ?? [];

/** The demo agent in a real terminal of its own tmux server, with all that it writes. */
export class DemoTerminal {
  readonly #socket: string;
  readonly #directory: string;
  readonly startedAt = Date.now();

  private constructor(socket: string, directory: string) {
    this.#socket = socket;
    this.#directory = directory;
  }

  static async open(
    args: readonly string[] = [],
    size: { columns: number; rows: number } = { columns: 100, rows: 30 },
  ): Promise<DemoTerminal> {
    const directory = await mkdtemp(join(tmpdir(), 'demo-'));
    const terminal = new DemoTerminal(join(directory, 'tmux'), directory);
    onTestFinished(async () => {
      await terminal.tmux('kill-server').catch(() => undefined);
      await rm(directory, { recursive: true, force: true });
    });
    // The pane waits until its output is piped, so that not a byte is missed.
    const start = ['sh', '-c', 'while [ ! -e "$0" ]; do sleep 0.02; done; exec "$@"', join(directory, 'go')];
    const program = [process.execPath, demoProgramPath(), '--speed', '4', ...args];
    const where = ['-x', String(size.columns), '-y', String(size.rows), '-c', directory];
    await terminal.tmux('new-session', '-d', '-s', 'demo', ...where, ...start, ...program);
    await terminal.tmux('set-option', '-g', 'remain-on-exit', 'on');
    await terminal.tmux('pipe-pane', '-O', '-t', 'demo', `cat > ${join(directory, 'raw')}`);
    await writeFile(join(directory, 'go'), '');
    await terminal.waitForScreen(/^(›|●| +› 1 )|=|■/m);
    return terminal;
  }

  async tmux(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-S', this.#socket, '-f', '/dev/null', ...args], { env, encoding: 'utf8' });
    return stdout;
  }

  screen(): Promise<string> {
    return this.tmux('capture-pane', '-p', '-t', 'demo', '-S', '-');
  }

  waitForScreen(pattern: RegExp): Promise<string> {
    return vi.waitFor(async () => {
      const screen = await this.screen();
      if (!pattern.test(screen)) throw new Error(`no ${pattern} on the screen:\n${screen}`);
      return screen;
    }, patience);
  }

  async press(...keys: readonly string[]): Promise<void> {
    await this.tmux('send-keys', '-t', 'demo', ...keys);
  }

  /** Bracketed paste, then Enter: how every agent is sent its messages. */
  async send(text: string): Promise<void> {
    const file = join(this.#directory, 'message');
    await writeFile(file, text);
    await this.tmux('load-buffer', '-b', 'message', file);
    await this.tmux('paste-buffer', '-p', '-d', '-b', 'message', '-t', 'demo');
    await this.press('Enter');
  }

  async signals(): Promise<readonly Signal[]> {
    return createSignalScanner().push(await readFile(join(this.#directory, 'raw')));
  }

  async #evidence(): Promise<readonly Evidence[]> {
    const now = Date.now();
    const signals = await this.signals();
    const title = signals.findLast((signal) => signal.type === 'title')?.title ?? '';
    const spoken = signals.map((signal) => signalEvidence(signal, now)).filter((item) => item !== null);
    const bottom = (await this.tmux('capture-pane', '-p', '-t', 'demo')).split('\n');
    return [spoken.at(-1), readRules(rules, { title }, now), readRules(rules, { bottom }, now)].filter(
      (item) => item !== null && item !== undefined,
    );
  }

  /** The verdict over what can be seen of the agent right now. */
  async judge(): Promise<ActivityVerdict> {
    const seen = {
      lifecycleAlive: true,
      startedAt: this.startedAt,
      screenChangedAt: 0,
      outputAt: 0,
      typedAt: 0,
      previous: null,
    };
    return fuseActivity({ ...seen, evidence: await this.#evidence() }, Date.now());
  }

  waitForState(state: string, reason: string | null): Promise<ActivityVerdict> {
    return vi.waitFor(async () => {
      const verdict = await this.judge();
      const { activity } = verdict;
      if (activity.state !== state || activity.reason !== reason)
        throw new Error(`it is ${activity.state} ${activity.reason}: ${verdict.because}`);
      return verdict;
    }, patience);
  }
}
