import type { CallOptions } from '../call-options.ts';
import { captureCommand, captureFrames, type CaptureRange, type PaneFrame } from './capture.ts';
import { escapeFormat, toSessionName } from './format.ts';
import {
  type CreatedPane,
  type CreateSession,
  type CreateWindow,
  newSessionCommand,
  newWindowCommand,
  type SplitPane,
  splitPaneCommand,
} from './create-commands.ts';
import { runPrivately } from './launch-arguments.ts';
import { linkForListening } from './listening.ts';
import { type PaneOutput, PaneOutputStream } from './pane-output.ts';
import { quoteShell } from './quote.ts';
import { type Respawn, respawnPane } from './respawn-pane.ts';
import { pasteText, settlePaste } from './send-text.ts';
import { endSession } from './end-session.ts';
import {
  clientVariables,
  isUnreaped,
  paneVariables,
  queryRecords,
  type RecordQuery,
  sessionVariables,
  type TmuxClient,
  type TmuxPane,
  type TmuxSession,
  type TmuxWindow,
  toClient,
  toPane,
  toSession,
  toWindow,
  windowVariables,
} from './tmux-lists.ts';
import { type OptionScope, optionFlags, parseEnvironment } from './tmux-options.ts';
import { type PaneTarget, paneTarget, sessionTarget, type WindowTarget, windowTarget } from './tmux-target.ts';
import type { TmuxCommand, TmuxTransport } from './tmux-transport.ts';
import { waitForPattern, type WaitForOptions } from './wait-for-pattern.ts';
import { watchFormat, type WatchedFormat } from './watch-format.ts';

/** Which tmux server this is, in words for people. */
export interface TmuxServerName {
  readonly id: string;
  readonly label: string;
  readonly isLocal: boolean;
}

/** What a `TmuxService` speaks through, and for which server. */
export interface TmuxServiceOptions {
  /** How the server is reached. The service closes it. */
  readonly transport: TmuxTransport;
  readonly server: TmuxServerName;
  /** What the attach command begins with when it must differ: `['docker', 'exec', '-it', id, 'tmux']`. @default the transport's command */
  readonly attachPrefix?: readonly string[] | undefined;
}

/**
 * One tmux server: sessions, windows, panes, text in and out. Names are matched exactly; windows and panes are ids or
 * positions counted from 0, whatever `base-index` says. Everything rejects as `TmuxTransport` describes.
 */
export class TmuxService implements AsyncDisposable {
  readonly server: TmuxServerName;
  readonly transport: TmuxTransport;
  readonly #attachPrefix: readonly string[];

  constructor({ transport, server, attachPrefix = transport.command }: TmuxServiceOptions) {
    this.transport = transport;
    this.server = server;
    this.#attachPrefix = attachPrefix;
  }

  /** Makes a session that nobody is attached to. Settles when tmux has it; its program may still be starting. */
  async createSession(session: CreateSession, options?: CallOptions): Promise<CreatedPane & { readonly name: string }> {
    const name = toSessionName(session.name);
    const made = await this.#create(newSessionCommand({ ...session, name }), options);
    return { ...made, name };
  }

  /** Ends a session and those of its windows that no other session shows; the hidden session does not count. */
  async killSession(session: string, options?: CallOptions): Promise<void> {
    await endSession(this.transport, session, options);
  }

  async hasSession(session: string, options?: CallOptions): Promise<boolean> {
    const [outcome] = await this.transport.settleAll([['has-session', '-t', sessionTarget(session)]], options);
    if (outcome?.status === 'fulfilled') return true;
    if (outcome?.reason?.code === 'target-not-found') return false;
    throw outcome?.reason;
  }

  /** All sessions but the hidden one. */
  async listSessions(options?: CallOptions): Promise<readonly TmuxSession[]> {
    const records = await this.query({ list: ['list-sessions'], variables: sessionVariables }, options);
    return records.map(toSession).filter(({ name }) => name !== this.transport.session);
  }

  async createWindow(session: string, window: CreateWindow = {}, options?: CallOptions): Promise<CreatedPane> {
    return this.#create(newWindowCommand(`${sessionTarget(session)}:`, window), options);
  }

  /** Removes a window from every session that it is linked into, and ends its panes. */
  async killWindow(window: WindowTarget, options?: CallOptions): Promise<void> {
    await this.#run(['kill-window', '-t', await windowTarget(this.transport, window, options)], options);
  }

  /** Windows of a session, or of all but the hidden one. A window linked into several is listed in each. */
  async listWindows(session?: string, options?: CallOptions): Promise<readonly TmuxWindow[]> {
    const scope = session === undefined ? ['-a', ...this.#notHidden()] : ['-t', sessionTarget(session)];
    const records = await this.query({ list: ['list-windows', ...scope], variables: windowVariables }, options);
    return records.map(toWindow);
  }

  /** Shows a window in a second session too, without making it current there. */
  async linkWindow(window: WindowTarget, session: string, options?: CallOptions): Promise<void> {
    const source = await windowTarget(this.transport, window, options);
    await this.#run(['link-window', '-d', '-s', source, '-t', `${sessionTarget(session)}:`], options);
  }

  /** Takes a window out of one session; it must be linked into another. `index` is that of `listWindows`. */
  async unlinkWindow(session: string, index: number, options?: CallOptions): Promise<void> {
    await this.#run(['unlink-window', '-t', `${sessionTarget(session)}:${index}`], options);
  }

  async resizeWindow(
    window: WindowTarget,
    size: { readonly columns: number; readonly rows: number },
    options?: CallOptions,
  ): Promise<void> {
    const target = await windowTarget(this.transport, window, options);
    await this.#run(['resize-window', '-t', target, '-x', String(size.columns), '-y', String(size.rows)], options);
  }

  /** Splits a pane; the new one is beside (`right`) or below it and does not take the focus. */
  async splitPane(pane: PaneTarget, split: SplitPane = {}, options?: CallOptions): Promise<CreatedPane> {
    const target = await paneTarget(this.transport, pane, options);
    return this.#create(splitPaneCommand(target, split), options);
  }

  async killPane(pane: PaneTarget, options?: CallOptions): Promise<void> {
    await this.#onPane(pane, ['kill-pane'], [], options);
  }

  /** Panes of a session, of a window (`@n`), or of all sessions but the hidden one. */
  async listPanes(scope?: string, options?: CallOptions): Promise<readonly TmuxPane[]> {
    const of = scope?.startsWith('@')
      ? ['-t', scope]
      : scope === undefined
        ? []
        : ['-s', '-t', `${sessionTarget(scope)}:`];
    const list = scope === undefined ? ['-a', ...this.#notHidden()] : of;
    const ask = () => this.query({ list: ['list-panes', ...list], variables: paneVariables }, options);
    const panes = (await ask()).map(toPane);
    if (!panes.some(isUnreaped)) return panes;
    // tmux 3.3a misses the end of a program that is over at once: its status stays unknown until another child ends
    await this.#run(['run-shell', '-b', 'true'], options);
    return (await ask()).map(toPane);
  }

  /** Starts a program in a pane whose own one ended; `kill` ends a running one first. */
  async respawnPane(pane: PaneTarget, respawn: Respawn, options?: CallOptions): Promise<void> {
    await respawnPane(this.transport, await paneTarget(this.transport, pane, options), respawn, options);
  }

  /** Types `keys` literally and presses Enter (seed). For text from people use `sendText`. */
  async sendKeys(session: string, window: string | number, pane: string | number, keys: string): Promise<void> {
    const target = await paneTarget(this.transport, { session, window, pane });
    await this.transport.runAll([
      ['send-keys', '-t', target, '-l', '--', keys],
      ['send-keys', '-t', target, 'Enter'],
    ]);
  }

  /** Presses keys by tmux's names: `Enter`, `Escape`, `C-c`, `Up`. */
  async pressKeys(pane: PaneTarget, keys: readonly string[], options?: CallOptions): Promise<void> {
    await this.#onPane(pane, ['send-keys'], ['--', ...keys], options);
  }

  /** Pastes text and submits it with Enter. Control characters other than tab and line break are left out. */
  async sendText(pane: PaneTarget, text: string, options?: CallOptions): Promise<void> {
    const target = await paneTarget(this.transport, pane, options);
    await pasteText(this.transport, target, text, options);
    await settlePaste(text, options);
    await this.#run(['send-keys', '-t', target, 'Enter'], options);
  }

  /** Pastes text and submits nothing. */
  async insertText(pane: PaneTarget, text: string, options?: CallOptions): Promise<void> {
    await pasteText(this.transport, await paneTarget(this.transport, pane, options), text, options);
  }

  /** Asks the program to stop what it does. @default keys C-c */
  async interrupt(pane: PaneTarget, keys: readonly string[] = ['C-c'], options?: CallOptions): Promise<void> {
    await this.pressKeys(pane, keys, options);
  }

  /** The last `lines` lines of a pane as text, blank ones at the end left out (seed). */
  async capturePaneContent(
    session: string,
    window: string | number,
    pane: string | number,
    lines = 50,
  ): Promise<string> {
    const target = await paneTarget(this.transport, { session, window, pane });
    const content = await this.#run(captureCommand(target, { start: -lines }));
    return content.join('\n').trimEnd().split('\n').slice(-lines).join('\n');
  }

  async capture(pane: PaneTarget, options: CaptureRange & CallOptions = {}): Promise<PaneFrame> {
    const target = await paneTarget(this.transport, pane, options);
    const [frame] = await captureFrames(this.transport, [target], options);
    if (frame?.status === 'fulfilled') return frame.value;
    throw frame?.reason;
  }

  /** Captures many panes in one write. A pane that is gone is an error in its place. */
  async captureAll(
    panes: readonly string[],
    options: CaptureRange & CallOptions = {},
  ): Promise<readonly PromiseSettledResult<PaneFrame>[]> {
    const targets = await Promise.all(panes.map((pane) => paneTarget(this.transport, pane)));
    return captureFrames(this.transport, targets, options);
  }

  /** Feeds what the pane writes into a program's standard input; null ends that. The program runs on the tmux side. */
  async pipePane(pane: PaneTarget, argv: readonly string[] | null, options?: CallOptions): Promise<void> {
    const command = argv === null ? [] : ['--', escapeFormat(`exec ${quoteShell(argv)}`).replaceAll('%', '%%')];
    await this.#onPane(pane, ['pipe-pane'], command, options);
  }

  /** What the pane writes from now on. See `PaneOutput` for what happens to a slow reader. Control transport only. */
  streamOutput(pane: PaneTarget, options: CallOptions = {}): PaneOutput {
    return new PaneOutputStream(this.transport, () => this.listenTo(pane, options), options);
  }

  /** Makes sure that `output` events come for a pane; answers with its id. */
  async listenTo(pane: PaneTarget, options?: CallOptions): Promise<string> {
    return linkForListening(this.transport, await paneTarget(this.transport, pane, options), options);
  }

  /** Settles with the first match on the pane's screen or in its output. Rejects with `timed-out`. */
  async waitFor(pane: PaneTarget, pattern: RegExp | string, options: WaitForOptions): Promise<string> {
    const target = await paneTarget(this.transport, pane, options);
    return waitForPattern(this.transport, { target, pattern }, options);
  }

  async setOption(scope: OptionScope, name: string, value: string, options?: CallOptions): Promise<void> {
    await this.#run(['set-option', ...optionFlags(scope), '--', name, value], options);
  }

  /** The value in this very scope. Undefined when it is not set there. */
  async getOption(scope: OptionScope, name: string, options?: CallOptions): Promise<string | undefined> {
    const lines = await this.#run(['show-options', '-qv', ...optionFlags(scope), '--', name], options);
    return lines.length === 0 ? undefined : lines.join('\n');
  }

  async unsetOption(scope: OptionScope, name: string, options?: CallOptions): Promise<void> {
    await this.#run(['set-option', '-u', ...optionFlags(scope), '--', name], options);
  }

  /** Sets a variable for what starts later in a session, or in all; null removes it there. */
  async setEnvironment(
    scope: 'global' | { readonly session: string },
    name: string,
    value: string | null,
    options?: CallOptions,
  ): Promise<void> {
    const where = scope === 'global' ? ['-g'] : ['-t', sessionTarget(scope.session)];
    const what = value === null ? ['-r', '--', name] : ['--', name, value];
    await runPrivately(this.transport, ['set-environment', ...where, ...what], options);
  }

  async showEnvironment(
    scope: 'global' | { readonly session: string },
    options?: CallOptions,
  ): Promise<ReadonlyMap<string, string | null>> {
    const where = scope === 'global' ? ['-g'] : ['-t', sessionTarget(scope.session)];
    return parseEnvironment(await this.#run(['show-environment', '-s', ...where], options));
  }

  /** Values of format variables and user options for listed things, exactly, whatever they hold. */
  query<Name extends string>(
    query: RecordQuery<Name>,
    options?: CallOptions,
  ): Promise<readonly Readonly<Record<Name, string>>[]> {
    return queryRecords(this.transport, query, options);
  }

  /**
   * Tells the listener the value of a format now and when it changes, at most once a second. Control transport only.
   * tmux 3.3a may crash, with all that runs on it, when a client with a subscription is killed: prefer `query` after events.
   */
  watchFormat(watched: WatchedFormat, options?: CallOptions): Promise<() => Promise<void>> {
    return watchFormat(this.transport, watched, options);
  }

  async listClients(options?: CallOptions): Promise<readonly TmuxClient[]> {
    return (await this.query({ list: ['list-clients'], variables: clientVariables }, options)).map(toClient);
  }

  /** Shows another session in an attached terminal, in milliseconds. */
  async switchClient(client: string, session: string, options?: CallOptions): Promise<void> {
    await this.#run(['switch-client', '-c', client, '-t', sessionTarget(session)], options);
  }

  /** Program and arguments that open a session in the caller's terminal. */
  attachArgv(session: string): readonly string[] {
    return [...this.#attachPrefix, 'attach-session', '-t', sessionTarget(session)];
  }

  /** `attachArgv` quoted for a POSIX shell, for display and copying. */
  getAttachCommand(session: string): string {
    return quoteShell(this.attachArgv(session));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.transport[Symbol.asyncDispose]();
  }

  #run(command: TmuxCommand, options?: CallOptions): Promise<readonly string[]> {
    return this.transport.run(command, options);
  }

  async #onPane(
    pane: PaneTarget,
    command: TmuxCommand,
    rest: readonly string[],
    options?: CallOptions,
  ): Promise<readonly string[]> {
    const target = await paneTarget(this.transport, pane, options);
    return this.#run([...command, '-t', target, ...rest], options);
  }

  async #create(command: TmuxCommand, options?: CallOptions): Promise<CreatedPane> {
    const [line = ''] = await runPrivately(this.transport, command, options);
    const [sessionId = '', windowId = '', paneId = ''] = line.split(' ');
    return { sessionId, windowId, paneId };
  }

  #notHidden(): readonly string[] {
    const hidden = this.transport.session;
    return hidden === undefined ? [] : ['-f', `#{!=:#{session_name},${hidden}}`];
  }
}
