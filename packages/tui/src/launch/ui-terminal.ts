import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createControlTransport } from '@swarm-tui/core';
import { type HubConnection, resolveHubPaths } from '@swarm-tui/hub/client';
import type { AppOptions, RunningApp } from '../app/create-app.ts';
import { detectLooks } from '../app/theme/detect.ts';
import { endCommand, listExit } from '../workspace/options.ts';
import { TmuxWorkspace } from '../workspace/tmux-workspace.ts';
import { toChromeStyles, toPaneLabel } from './agent-labels.ts';
import { showCrash } from './crash-screen.ts';
import { readFlowControl } from './flow-control.ts';
import { showNotices } from './pane-notices.ts';
import { runEditor } from './run-editor.ts';
import { createSheetPorts } from './sheet-ports.ts';
import { plainEnvironment } from './plain-environment.ts';
import type { Environment } from './ui-environment.ts';
import type { UiSettings } from './ui-settings.ts';

/** The terminal that the list is drawn on. */
export interface UiTerminalOptions {
  readonly env: Environment;
  readonly hub: HubConnection;
  readonly settings: UiSettings;
}

/** What surrounds the app: its tmux session, clipboard, editor, and what happens when it fails. */
export interface UiTerminal extends AsyncDisposable {
  readonly appOptions: Omit<AppOptions, 'hub' | 'hasFleet' | 'config'>;
  /** Connects the panes, once the app has drawn. Never rejects: without panes the list still works. */
  open(app: RunningApp): Promise<void>;
  /** Runs before the crash screen. */
  onCrash(restore: () => Promise<void>): void;
  /** Ends the tmux session. */
  leave(): Promise<void>;
}

/** A disk that hangs keeps nobody from leaving. */
const longestSaveMs = 2000;

/** Takes the process's own terminal. */
export function openUiTerminal({ env, hub, settings }: UiTerminalOptions): UiTerminal {
  const place = findPlace(env);
  const workspace = createWorkspace({ env, hub, settings }, place);
  const stop = new AbortController();
  const opened = Promise.withResolvers<void>();
  const { settled, ...ports } = createSheetPorts({ env, directory: process.cwd(), settings, ready: opened.promise });
  return {
    appOptions: {
      stdin: process.stdin,
      stdout: process.stdout,
      workspace,
      env,
      services: {
        copy: (text) => workspace.copy(text),
        edit: (text) => runEditor(text, env),
        agentEnvironment: () => plainEnvironment(env),
        directory: process.cwd(),
        ...ports,
      },
    },
    async open(app) {
      try {
        if (place === null) workspace.fail('Panes need tmux: start swarm-tui without ui-pane');
        else await workspace.open();
        for (const text of workspace.keyNotes) app.store.dispatch({ type: 'toast', kind: 'info', text });
        showLabels({ app, workspace, env, settings, signal: stop.signal });
        showNotices({ store: app.store, tell: (text) => workspace.tell(text), signal: stop.signal });
      } catch (error) {
        workspace.fail(error instanceof Error ? error.message : String(error));
      } finally {
        opened.resolve();
      }
    },
    onCrash: (restore) => catchCrashes(env, place, restore),
    async leave() {
      // this process ends with its pane
      await Promise.race([settled(), delay(longestSaveMs, undefined, { ref: false })]);
      await workspace.leave().catch(() => place !== null && tmuxNow(place, endCommand(place.sessionId, place.paneId)));
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await workspace[Symbol.asyncDispose]();
    },
  };
}

interface Place {
  readonly socketPath: string;
  readonly sessionId: string;
  readonly paneId: string;
}

/** Where the list runs: tmux tells its panes in TMUX and TMUX_PANE. */
function findPlace(env: Environment): Place | null {
  const match = /^(.+),\d+,(\d+)$/.exec(env['TMUX'] ?? '');
  const paneId = env['TMUX_PANE'];
  if (match === null || paneId === undefined) return null;
  const [, socketPath = '', session = ''] = match;
  return { socketPath, sessionId: `$${session}`, paneId };
}

function createWorkspace({ env, hub, settings }: UiTerminalOptions, place: Place | null): TmuxWorkspace {
  const { socketPath = '', sessionId = '', paneId = '' } = place ?? {};
  return new TmuxWorkspace({
    sessionId,
    listPaneId: paneId,
    leader: settings.leader,
    shell: env['SHELL'],
    readFlowControl,
    styles: toChromeStyles(detectLooks(settings.app, env)),
    connect: () => createControlTransport({ command: ['tmux', '-S', socketPath], attachTo: sessionId, env }),
    switchViewer: async (id, clientTty) => (await hub.request('agent.switch-viewer', { id, clientTty })).switched,
  });
}

interface LabelOptions {
  readonly app: RunningApp;
  readonly workspace: TmuxWorkspace;
  readonly env: Environment;
  readonly settings: UiSettings;
  readonly signal: AbortSignal;
}

const labelIntervalMs = 250;

/** Keeps the borders of open panes true. Costs nothing while none is open. */
function showLabels({ app, workspace, env, settings, signal }: LabelOptions): void {
  const looks = detectLooks(settings.app, env);
  let isPlanned = false;
  const show = (): void => {
    isPlanned = false;
    if (signal.aborted) return;
    const { agents } = app.store.getState().fleet;
    const open = workspace.state.panes.flatMap((pane) => agents.get(pane.agentId) ?? []);
    workspace.setLabels(new Map(open.map((agent) => [agent.id, toPaneLabel(agent, looks)])));
  };
  const plan = (): void => {
    if (isPlanned || workspace.state.panes.length === 0) return;
    isPlanned = true;
    setTimeout(show, labelIntervalMs).unref();
  };
  const unsubscribe = app.store.subscribe(plan);
  signal.addEventListener('abort', unsubscribe, { once: true });
  plan();
}

function catchCrashes(env: Environment, place: Place | null, restore: () => Promise<void>): void {
  const logPath = join(resolveHubPaths(env).stateDirectory, 'ui.log');
  let isCrashing = false;
  const crash = (error: unknown): void => {
    if (isCrashing) return;
    isCrashing = true;
    void restore()
      .catch(() => undefined)
      .then(() => showCrash({ error, logPath, stdin: process.stdin, stdout: process.stdout }))
      .then((wish) => {
        if (wish === 'restart') process.exit(listExit.restart);
        if (place !== null) tmuxNow(place, endCommand(place.sessionId, place.paneId));
        process.exit(1);
      });
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

/** The last thing that this process does: its own pane goes with it. */
function tmuxNow({ socketPath }: Place, command: readonly string[]): void {
  spawnSync('tmux', ['-S', socketPath, ...command], { stdio: 'ignore' });
}
