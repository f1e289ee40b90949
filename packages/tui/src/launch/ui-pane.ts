import { flushCompileCache } from 'node:module';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { connectHub, type HubConnection, resolveHubPaths } from '@swarm-tui/hub/client';
import type { RunningApp } from '../app/create-app.ts';
import { awaitHubAhead } from './hub-ahead.ts';
import { LateHub } from './late-hub.ts';
import { hubCommand, readVersion } from './program-files.ts';
import { reviveHub } from './revive-hub.ts';
import { readUiSettings, type UiSettings } from './ui-settings.ts';

/** The list, in its tmux pane. Settles when the person left, after the tmux session was ended. */
export async function runUiPane(argv: readonly string[]): Promise<number> {
  const { env } = process;
  // the hub is asked, or started, while React is being loaded; the first frame waits for neither
  await using hub = new LateHub({
    connect: async (signal) => {
      await awaitHubAhead(argv, env, signal);
      return connectOrStart(signal);
    },
  });
  await Promise.race([hub.arrival(), delay(greetingMs)]);
  // its question for the fleet leaves before loading stops everything
  await nextTurn();
  const [{ createApp }, { openUiTerminal }, settings] = await Promise.all([
    import('../app/create-app.ts'),
    import('./ui-terminal.ts'),
    readUiSettings(argv, env),
  ]);
  // what the hub has answered meanwhile is read now, for the first frame
  await nextTurn();
  await using terminal = openUiTerminal({ env, hub, settings });
  const app = createApp({ ...terminal.appOptions, hub, hasFleet: hub.hasFleet, config: settings.app });
  let hasCrashed = false;
  terminal.onCrash(async () => {
    hasCrashed = true;
    await app[Symbol.asyncDispose]();
  });
  showProblems(app, settings);
  await Promise.race([rowsAreDrawn(app), delay(openPanesAfterMs)]);
  await terminal.open(app);
  using _care = reviveHub(hub, { start: startHub });
  keepCompiledCode();
  await app.ended;
  // the crash screen is still to be read, and ends the process itself
  if (hasCrashed) await new Promise<never>(() => {});
  await terminal.leave();
  return 0;
}

/** A hub that is up has greeted by then, and makes its list while React is being loaded. */
const greetingMs = 15;

const keepCodeAfterMs = 1500;

/** Node writes its compile cache when a process ends by itself; this one mostly ends with its pane. */
function keepCompiledCode(): void {
  setTimeout(() => flushCompileCache(), keepCodeAfterMs).unref();
}

/** Starting the connection to tmux stops everything for some milliseconds: the rows come first. */
const openPanesAfterMs = 300;

/** Settles a moment after the first rows were drawn. */
async function rowsAreDrawn({ store }: RunningApp): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (store.getState().hasSnapshot) resolve();
  };
  const stop = store.subscribe(look);
  look();
  await promise;
  stop();
  await delay(20);
}

/** The rows of 100 agents are there 40 ms sooner than with msgpack over WebSocket: nothing is loaded for it, and JSON.parse is native. */
const encoding = 'json-lines' as const;

function connectOrStart(signal: AbortSignal): Promise<HubConnection> {
  const paths = resolveHubPaths(process.env);
  return connectHub({ paths, version: readVersion(), encoding, signal, autoStart: { command: hubCommand() } });
}

async function startHub(signal: AbortSignal): Promise<void> {
  await using _started = await connectOrStart(signal);
}

function showProblems({ store }: RunningApp, { problems }: UiSettings): void {
  for (const text of problems) store.dispatch({ type: 'toast', kind: 'error', text });
}
