import type { HubConnection } from '@swarm-tui/hub/client';
import { render } from 'ink';
import { createElement } from 'react';
import { App } from './App.tsx';
import { allCommands } from './commands/all-commands.ts';
import type { AppServices, CommandContext } from './commands/command.ts';
import { CommandRegistry, type KeyBindings } from './commands/registry.ts';
import { InputReader, type TerminalInput } from './keys/input-reader.ts';
import { InputRouter } from './keys/input-router.ts';
import type { InputEvent } from './keys/key.ts';
import { noPorts, type SheetPorts } from './machine-port.ts';
import { MemoryKeeper } from './state/memory-keeper.ts';
import { QueueFeed } from './sheets/queue-feed.ts';
import { createAppState } from './state/app-state.ts';
import { FleetFeed } from './state/fleet-feed.ts';
import { HubNotices } from './state/hub-notices.ts';
import { ScreenFeed } from './state/screen-feed.ts';
import { SheetFocus } from './state/sheet-focus.ts';
import { type Clock, Store } from './state/store.ts';
import { Ticker } from './state/ticker.ts';
import { HOME_AND_CLEAR, TerminalOutput, type TerminalTarget } from './terminal-output.ts';
import { looksFor, probeSequence, takeAnswer, type TerminalAnswers } from './terminal-probe.ts';
import type { LookConfig } from './theme/detect.ts';
import type { Workspace } from './workspace-port.ts';

/** What a person may set; all of it has a default. */
export interface AppConfig extends LookConfig {
  readonly keys?: KeyBindings | undefined;
  /** @default true, false under NO_MOTION */
  readonly hasMotion?: boolean | undefined;
  /** @default true */
  readonly hasMouse?: boolean | undefined;
  /** One sentence per row. @default INK_SCREEN_READER=true */
  readonly isScreenReader?: boolean | undefined;
}

/** What the UI runs on; everything that reaches outside comes from here. */
export interface AppOptions {
  readonly stdin: TerminalInput;
  readonly stdout: TerminalTarget;
  readonly hub: HubConnection;
  /** The hub tells its agents as soon as somebody watches: the first frame has rows. @default false */
  readonly hasFleet?: boolean | undefined;
  readonly workspace: Workspace;
  readonly services: Pick<AppServices, 'copy' | 'agentEnvironment' | 'directory'> & {
    /** Runs `$EDITOR` on a text while the app has given the terminal away; null when nothing was saved. */
    readonly edit: (text: string) => Promise<string | null>;
  } & Partial<SheetPorts>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config?: AppConfig | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
}

/** The running UI. Disposing it restores the terminal; agents, hub and panes go on. */
export interface RunningApp extends AsyncDisposable {
  readonly store: Store;
  readonly registry: CommandRegistry;
  /** Settles when the person left. */
  readonly ended: Promise<void>;
  /** Runs a command as its key would. */
  readonly runCommand: (id: string, argument?: string) => void;
  /** Hands the terminal to a program and draws anew afterwards. */
  readonly lendTerminal: <T>(use: () => Promise<T>) => Promise<T>;
}

// Mouse clicks, drags and SGR coordinates; focus in and out; bracketed paste; modified keys as CSI u. No line wraps: while
// a pane is being resized its true width is not known yet, and a wrapped line would push all others down.
const MODES_ON = '\u001b[?1002h\u001b[?1006h';
const MODES_OFF = '\u001b[?1006l\u001b[?1002l';
const INPUT_ON = '\u001b[?1004h\u001b[?2004h\u001b[>4;1m\u001b[?7l';
const INPUT_OFF = '\u001b[?7h\u001b[>4m\u001b[?2004l\u001b[?1004l';

const systemClock: Clock = { now: () => Date.now() };

/** Draws the UI at once, before the hub has answered and before anything is probed, and runs it until `ended`. */
export function createApp(options: AppOptions): RunningApp {
  return new TerminalApp(options);
}

class TerminalApp implements RunningApp {
  readonly store: Store;
  readonly registry: CommandRegistry;
  readonly ended: Promise<void>;
  readonly #options: AppOptions;
  readonly #output: TerminalOutput;
  readonly #input: InputReader;
  readonly #router: InputRouter;
  readonly #ink: ReturnType<typeof render>;
  readonly #feeds: Disposable[] = [];
  #end: () => void = () => {};
  #isEnded = false;
  #answers: TerminalAnswers = {};

  constructor(options: AppOptions) {
    this.#options = options;
    const { stdin, stdout, workspace, config = {}, clock = systemClock } = options;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#output = new TerminalOutput(stdout, (size) => {
      this.store.dispatch({ type: 'resize', size });
      this.#redraw();
    });
    this.store = new Store(
      createAppState({ size: this.#output.size, now: clock.now(), workspace: workspace.state }),
      clock,
    );
    this.registry = new CommandRegistry(allCommands, config.keys);
    this.#router = new InputRouter(this.#context(), this.registry);
    if (options.hasFleet === true) this.#feedFleet();
    this.#ink = this.#draw();
    if (options.hasFleet !== true) this.#feedFleet();
    this.#write(this.#modes(true) + probeSequence(config, options.env));
    this.#input = new InputReader(stdin, this.#take);
    this.#input.start();
    this.#connect();
  }

  readonly runCommand = (id: string, argument?: string): void => {
    this.#router.run(this.registry.find(id), argument);
  };

  readonly lendTerminal = async <T>(use: () => Promise<T>): Promise<T> => {
    this.#input.stop();
    this.#write(`${this.#modes(false)}\u001b[?1049l\u001b[?25h`);
    this.#output.isMuted = true;
    try {
      return await use();
    } finally {
      this.#output.isMuted = false;
      this.#write('\u001b[?1049h\u001b[?25l');
      this.#write(this.#modes(true));
      this.#input.start();
      this.#redraw();
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isEnded) {
      this.#isEnded = true;
      for (const feed of this.#feeds) feed[Symbol.dispose]();
      this.#input.stop();
      this.#write(this.#modes(false));
      this.#ink.unmount();
      this.#output[Symbol.dispose]();
      this.#end();
    }
    await this.ended;
  }

  // Answers of the terminal change the looks; everything else is for the router.
  readonly #take = (event: InputEvent): void => {
    const answers = takeAnswer(this.#answers, event);
    if (answers === this.#answers) return this.#router.handle(event);
    this.#answers = answers;
    this.#ink.rerender(this.#tree());
  };

  #isScreenReader(): boolean {
    const { config = {}, env } = this.#options;
    return config.isScreenReader ?? env['INK_SCREEN_READER'] === 'true';
  }

  #tree(): ReturnType<typeof createElement> {
    const { config = {}, env } = this.#options;
    const looks = looksFor(config, env, this.#answers);
    return createElement(App, {
      store: this.store,
      registry: this.registry,
      looks,
      isScreenReader: this.#isScreenReader(),
    });
  }

  #draw(): ReturnType<typeof render> {
    const isScreenReader = this.#isScreenReader();
    return render(this.#tree(), {
      stdout: this.#output,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
      alternateScreen: !isScreenReader,
      incrementalRendering: true,
      isScreenReaderEnabled: isScreenReader,
      // Deltas are gathered to 30 a second before they come here; a key must not wait for the next of those frames.
      maxFps: 120,
    });
  }

  #feedFleet(): void {
    const { hub } = this.#options;
    this.#feeds.push(new FleetFeed({ hub, store: this.store, isSlow: () => this.#output.isSlow }));
  }

  // Only now, with a first frame on the screen, is anybody asked anything.
  #connect(): void {
    const { hub, workspace, services, config = {}, env } = this.#options;
    const { store } = this;
    const isSlow = (): boolean => this.#output.isSlow;
    const wantsMotion = config.hasMotion ?? (env['NO_MOTION'] ?? '') === '';
    workspace.setLeaderTable(this.registry.leaderTable());
    for (const text of this.registry.problems()) store.dispatch({ type: 'toast', kind: 'error', text });
    const unsubscribe = workspace.subscribe(() => store.dispatch({ type: 'workspace', workspace: workspace.state }));
    this.#feeds.push(
      new ScreenFeed({ hub, store }),
      new QueueFeed({ hub, store }),
      new HubNotices({ hub, store }),
      new SheetFocus({ store, workspace }),
      new MemoryKeeper({ store, port: services.memory ?? noPorts.memory }),
      new Ticker({ store, hasMotion: () => wantsMotion && config.isScreenReader !== true && !isSlow() }),
      { [Symbol.dispose]: unsubscribe },
    );
    // What was found is a help, nothing more: the first run then says less.
    void (services.machine ?? noPorts.machine).look().then(
      (machine) => store.dispatch({ type: 'machine', machine }),
      () => {},
    );
  }

  #context(): CommandContext {
    const { hub, workspace, services } = this.#options;
    return {
      services: {
        ...noPorts,
        ...services,
        hub,
        workspace,
        edit: (text) => this.lendTerminal(() => services.edit(text)),
      },
      getState: this.store.getState,
      commands: this.registry.commands,
      dispatch: this.store.dispatch,
      quit: () => void this[Symbol.asyncDispose](),
      redraw: () => this.#redraw(),
      runCommand: this.runCommand,
    };
  }

  #modes(isOn: boolean): string {
    const { config = {}, env } = this.#options;
    if (env['TERM'] === 'dumb') return '';
    const mouse = config.hasMouse === false ? '' : isOn ? MODES_ON : MODES_OFF;
    return mouse + (isOn ? INPUT_ON : INPUT_OFF);
  }

  #write(text: string): void {
    if (text !== '') this.#output.write(text);
  }

  // React commits what has changed, Ink forgets its last frame, the terminal its content; then everything is drawn from
  // nothing. Without the commit the frame of the old size would be drawn into the new one.
  #redraw(): void {
    this.#ink.rerender(this.#tree());
    this.#ink.clear();
    this.#write(HOME_AND_CLEAR);
    this.#output.emit('resize');
  }
}
