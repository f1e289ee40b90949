import { join } from 'node:path';
import { vi } from 'vitest';
import { launcher, type World } from './world.ts';

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs in the terminal. @default the swarm-tui launcher without arguments */
  readonly command?: readonly string[];
}

let count = 0;

/** A terminal that a test types into and looks at: a tmux server of its own, without keys or looks of its own. */
export class Terminal implements AsyncDisposable {
  readonly #world: World;
  readonly #socket: string;

  private constructor(world: World, socket: string) {
    this.#world = world;
    this.#socket = socket;
  }

  /** Opens a terminal of the given size and starts a program in it. The screen stays readable when the program ends. */
  static async open(world: World, options: TerminalOptions = {}): Promise<Terminal> {
    const { columns = 80, rows = 24, env = {}, command = [process.execPath, launcher] } = options;
    const terminal = new Terminal(world, join(world.directory, 'run', `terminal-${++count}`));
    const settings = await world.writeFile(
      'terminal.conf',
      [
        'set -g prefix None',
        'set -g status off',
        'set -s escape-time 0',
        'set -g remain-on-exit on',
        'set -g focus-events on',
        'set -s set-clipboard on',
        'set -g default-terminal tmux-256color',
        'set -as terminal-overrides ",*:Tc"',
        'unbind -a -T root',
        'unbind -a',
      ].join('\n'),
    );
    // Neither TMUX nor TMUX_PANE: for the program this is a plain terminal.
    const start = [
      'env',
      '-u',
      'TMUX',
      '-u',
      'TMUX_PANE',
      ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
      ...command,
    ];
    await terminal.#tmux(
      '-f',
      settings,
      'new-session',
      '-d',
      '-s',
      't',
      '-x',
      String(columns),
      '-y',
      String(rows),
      '-c',
      world.work,
      ...start,
    );
    return terminal;
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const result = await this.#world.run('tmux', ['-S', this.#socket, ...args]);
    if (result.code !== 0) throw new Error(`tmux ${args.join(' ')}: ${result.stderr}`);
    return result.stdout;
  }

  /** Keys by their tmux names: `Enter`, `C-]`, `j`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', '-t', 't', '--', ...keys);
  }

  /** Text as if typed. */
  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-t', 't', '-l', '--', text);
  }

  /** Text as a terminal pastes it (bracketed where the program asked for it). */
  async paste(text: string): Promise<void> {
    await this.#tmux('set-buffer', '-b', 'paste', '--', text);
    await this.#tmux('paste-buffer', '-p', '-d', '-b', 'paste', '-t', 't');
  }

  /** A click with the left button; column and row count from 1. */
  async click(column: number, row: number): Promise<void> {
    await this.type(`\u001b[<0;${column};${row}M\u001b[<0;${column};${row}m`);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-t', 't', '-x', String(columns), '-y', String(rows));
  }

  /** The lines on the screen, blanks at the end cut. */
  async screen(options: { readonly colours?: boolean } = {}): Promise<readonly string[]> {
    const text = await this.#tmux('capture-pane', '-p', ...(options.colours ? ['-e'] : []), '-t', 't');
    return text.replace(/\n$/, '').split('\n');
  }

  async text(): Promise<string> {
    return (await this.screen()).join('\n');
  }

  /** Waits until the screen matches; fails with the screen as it is. */
  async see(pattern: RegExp | string, timeoutMs = 20_000): Promise<string> {
    return vi.waitFor(
      async () => {
        const text = await this.text();
        const matches = typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
        if (!matches) throw new Error(`not on the screen: ${String(pattern)}\n${text}`);
        return text;
      },
      { timeout: timeoutMs, interval: 100 },
    );
  }

  /** Waits until the screen no longer matches. */
  async seeGone(pattern: RegExp, timeoutMs = 20_000): Promise<string> {
    return vi.waitFor(
      async () => {
        const text = await this.text();
        if (pattern.test(text)) throw new Error(`still on the screen: ${String(pattern)}\n${text}`);
        return text;
      },
      { timeout: timeoutMs, interval: 100 },
    );
  }

  /** What programs have switched on in the terminal: `alternate_on`, `mouse_any_flag`, `cursor_flag`, `wrap_flag`. */
  async modes(): Promise<{ alternate: boolean; mouse: boolean; cursor: boolean; wrap: boolean }> {
    const format = '#{alternate_on}#{mouse_any_flag}#{cursor_flag}#{wrap_flag}';
    const flags = (await this.#tmux('display-message', '-p', '-t', 't', format)).trim();
    const [alternate = false, mouse = false, cursor = false, wrap = false] = [...flags].map((flag) => flag === '1');
    return { alternate, mouse, cursor, wrap };
  }

  /** What programs have put on the clipboard; empty before. */
  async clipboard(): Promise<string> {
    return (await this.#world.run('tmux', ['-S', this.#socket, 'show-buffer'])).stdout;
  }

  /** Process id of the program in the terminal, or null once it has ended. */
  async pid(): Promise<number | null> {
    const [pid, dead] = (await this.#tmux('display-message', '-p', '-t', 't', '#{pane_pid} #{pane_dead}'))
      .trim()
      .split(' ');
    return dead === '1' ? null : Number(pid);
  }

  /** Waits for the program to end and tells its exit status. */
  async exitStatus(timeoutMs = 20_000): Promise<number> {
    return vi.waitFor(
      async () => {
        const [dead, status] = (
          await this.#tmux('display-message', '-p', '-t', 't', '#{pane_dead} #{pane_dead_status}')
        )
          .trim()
          .split(' ');
        if (dead !== '1') throw new Error(`still runs:\n${await this.text()}`);
        if (status === undefined) {
          // this tmux sees the end of the terminal first, and may need another child to look for the status
          await this.#tmux('run-shell', '-b', ':');
          throw new Error('its exit status is not known yet');
        }
        return Number(status);
      },
      { timeout: timeoutMs, interval: 100 },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#world.run('tmux', ['-S', this.#socket, 'kill-server']);
  }
}
