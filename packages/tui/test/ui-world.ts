import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createControlTransport } from '@swarm-tui/core';
import { createAgentRecord } from '@swarm-tui/hub/testing';
import { onTestFinished, vi } from 'vitest';
import type { LeaderEntry } from '../src/app/workspace-port.ts';
import { TmuxWorkspace } from '../src/workspace/tmux-workspace.ts';

const exec = promisify(execFile);
const startProgram = fileURLToPath(new URL('fixtures/start-ui.ts', import.meta.url));
const clean = ['env', '-u', 'TMUX', '-u', 'TMUX_PANE'];

/** The server that stands for the person's terminal, their own tmux, the UI's and the agents'. */
export type ServerName = 'terminal' | 'person' | 'ui' | 'agents';

export interface UiWorldOptions {
  /** tmux.conf of the person. */
  readonly personConf?: string;
}

/** tmux servers of one test in a directory of their own; all ended with the test. */
export class UiWorld {
  readonly directory = mkdtempSync(join(tmpdir(), 'swui-'));
  readonly #id = randomBytes(4).toString('hex');

  constructor({ personConf = '' }: UiWorldOptions = {}) {
    this.write('person.conf', personConf);
    this.write('agents.conf', 'set -g prefix None\nset -g mouse on\nset -g status off\nbind -n C-q detach-client\n');
    this.write(
      'terminal.conf',
      'set -g prefix None\nset -g status off\nset -s escape-time 0\nset -g remain-on-exit on\nunbind -a -T root\nunbind -a\n',
    );
    onTestFinished(() => this.#end());
  }

  get env(): NodeJS.ProcessEnv {
    const { TMUX: _server, TMUX_PANE: _pane, ...rest } = process.env;
    return {
      ...rest,
      TMUX_TMPDIR: this.directory,
      HOME: this.directory,
      SWARM_TUI_UI_SOCKET: this.socket('ui'),
      TERM: 'xterm-256color',
      SHELL: '/bin/sh',
    };
  }

  socket(server: ServerName): string {
    return `${server}-${this.#id}`;
  }

  write(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs a tmux command on one of the servers. Rejects when tmux does. */
  async tmux(server: ServerName, ...args: readonly string[]): Promise<string> {
    const conf = server === 'ui' ? '/dev/null' : join(this.directory, `${server}.conf`);
    const { stdout } = await exec('tmux', ['-L', this.socket(server), '-f', conf, ...args], { env: this.env });
    return stdout.replace(/\n$/, '');
  }

  /** Opens a terminal in which a program runs. */
  async openTerminal(name: string, command: readonly string[], { columns = 140, rows = 24 } = {}): Promise<void> {
    await this.tmux(
      'terminal',
      'new-session',
      '-d',
      '-s',
      name,
      '-x',
      String(columns),
      '-y',
      String(rows),
      '--',
      ...clean,
      ...command,
    );
    // set for all windows, this crashes tmux 3.3a at the next new-session -d
    await this.tmux('terminal', 'set-option', '-w', '-t', name, 'window-size', 'manual');
  }

  /** Opens the UI in a new terminal, on a server of its own; settles when it is on the screen. */
  async startUi(name = 'main', size?: { columns: number; rows: number }): Promise<void> {
    await this.openTerminal(name, [process.execPath, startProgram], size);
    await this.see(name, 'list ready');
  }

  /** Opens the person's own tmux in a new terminal, with a shell in session `work`. */
  async startPersonTmux(name = 'main'): Promise<void> {
    const conf = join(this.directory, 'person.conf');
    await this.openTerminal(name, [
      'tmux',
      '-L',
      this.socket('person'),
      '-f',
      conf,
      'new-session',
      '-s',
      'work',
      '--',
      'sh',
      '-c',
      "PS1='my shell $ ' exec sh -i",
    ]);
    await this.see(name, 'my shell $');
  }

  /** The command line that opens the UI, for a shell in a terminal of this world. */
  get startCommand(): string {
    return `${process.execPath} ${startProgram}`;
  }

  /** All that the UI must not change on the person's server. */
  async personState(): Promise<Readonly<Record<string, string>>> {
    const ask = (...command: readonly string[]) => this.tmux('person', ...command);
    return {
      keys: await ask('list-keys'),
      server: await ask('show-options', '-s'),
      global: await ask('show-options', '-g'),
      windows: await ask('show-options', '-gw'),
      hooks: await ask('show-hooks', '-g'),
      environment: await ask('show-environment', '-g'),
      sessions: await ask('list-sessions', '-F', '#{session_id} #{session_name} #{session_windows}'),
      session: await ask('show-options', '-t', '=work:'),
      buffers: await ask('list-buffers'),
    };
  }

  /** Keys by tmux names, one after the other as a person would: a burst is a paste to tmux. */
  async press(name: string, ...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.tmux('terminal', 'send-keys', '-t', name, key);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  screen(name: string): Promise<string> {
    return this.tmux('terminal', 'capture-pane', '-p', '-t', name);
  }

  async see(name: string, text: string | RegExp): Promise<string> {
    return this.until(async () => {
      const screen = await this.screen(name);
      return (typeof text === 'string' ? screen.includes(text) : text.test(screen))
        ? screen
        : Promise.reject(new Error(`no ${String(text)} in\n${screen}`));
    });
  }

  until<T>(look: () => Promise<T>): Promise<T> {
    return vi.waitFor(look, { timeout: 20_000, interval: 50 });
  }

  /** An agent that shows its name and what is typed. */
  async startAgent(id: string): Promise<ReturnType<typeof createAgentRecord>> {
    const show = `stty -echo; printf 'agent ${id} here\\n'; exec cat`;
    await this.tmux('agents', 'new-session', '-d', '-s', id, '-x', '80', '-y', '24', '--', 'sh', '-c', show);
    const attachArgv = ['tmux', '-L', this.socket('agents'), 'attach-session', '-t', `=${id}`];
    return createAgentRecord({
      id,
      name: id,
      attachArgv,
      directory: this.directory,
      runtimeType: 'local',
      host: 'local',
    });
  }

  /** What the list's process does: opens the workspace of a UI session. */
  async openWorkspace(
    entries: readonly LeaderEntry[] = [],
    { server = 'ui', session = '=swarm:' }: { server?: ServerName; session?: string } = {},
  ): Promise<TmuxWorkspace> {
    const found = await this.tmux(server, 'display-message', '-p', '-t', session, '#{session_id} #{@swarm_list}');
    const [sessionId = '', listPaneId = ''] = found.split(' ');
    const workspace = new TmuxWorkspace({
      sessionId,
      listPaneId,
      connect: () =>
        createControlTransport({ command: ['tmux', '-L', this.socket(server)], attachTo: sessionId, env: this.env }),
      switchViewer: async (id, tty) => {
        await this.tmux('agents', 'switch-client', '-c', tty, '-t', `=${id}`);
        return true;
      },
      shell: '/bin/sh',
    });
    onTestFinished(() => workspace[Symbol.asyncDispose]());
    workspace.setLeaderTable(entries);
    await workspace.open();
    return workspace;
  }

  async #end(): Promise<void> {
    for (const server of ['terminal', 'person', 'ui', 'agents'] as const)
      await this.tmux(server, 'kill-server').catch(() => undefined);
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
