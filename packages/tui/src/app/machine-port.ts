/** Ends a question that nobody waits for any more. */
export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
}

/** A coding agent that could be started. */
export interface FoundProvider {
  /** As `agent.spawn` takes it: `claude`. */
  readonly id: string;
  /** Its program is here. */
  readonly isInstalled: boolean;
  /** When somebody has asked it; null otherwise. Never worth a process of its own. */
  readonly version: string | null;
  /** A restart takes up the agent's own conversation. */
  readonly canResume?: boolean | undefined;
  /** A restart takes up the latest conversation of the directory. */
  readonly canContinue?: boolean | undefined;
}

/** What was found on this machine. */
export interface MachineFacts {
  /** Every provider with a program of its own, those of the config file included. */
  readonly providers: readonly FoundProvider[];
  /** Where the program was started, as people read it: `~/work/shop-api`. */
  readonly directory: string;
  /** `3.4`; null when it is not known. */
  readonly tmuxVersion: string | null;
}

/** One simulated agent: a name and the script that is its task. */
export interface DemoAgent {
  readonly name: string;
  readonly task: string;
}

/** The machine around the UI. Implemented by `src/launch`; asked only after the first frame. Rejections are shown. */
export interface MachinePort {
  /** Looks at files, starts nothing that takes time. */
  look(options?: AskOptions): Promise<MachineFacts>;
  /** The findings of `swarm-tui doctor`, as it prints them, without colours. */
  doctor(options?: AskOptions): Promise<string>;
  /** The end of the hub's own log file: at most the last 1,000 lines. */
  hubLog(options?: AskOptions): Promise<string>;
  /** The simulated agents of `swarm-tui demo`. */
  readonly demoFleet: readonly DemoAgent[];
  /** Provider that the person wants to be offered first (`default_agent`). */
  readonly defaultAgent?: string | undefined;
}

/** What is known of a directory that an agent shall work in. */
export interface DirectoryFacts {
  /** Top of its git repository; null when it is in none. */
  readonly repository: string | null;
  /** Branch that is checked out. */
  readonly branch: string | null;
  /** Local branches, at most 200, the last used first. */
  readonly branches: readonly string[];
}

/** Directories of this machine, for the form of a new agent. Implemented by `src/launch`. */
export interface DirectoryPort {
  /** Directories whose path begins with what was typed (`~` allowed), at most 50, each as it should replace it. */
  complete(prefix: string, options?: AskOptions): Promise<readonly string[]>;
  /** A path as it is meant: `~` and relative ones made absolute. Pure. */
  resolve(path: string): string;
  /** A path as people read it: the home directory as `~`. Pure. */
  shorten(path: string): string;
  /** Reads git's files or asks git once. */
  describe(path: string, options?: AskOptions): Promise<DirectoryFacts>;
}

/** Keeps what is remembered per person, in the state directory. Implemented by `src/launch`. */
export interface MemoryPort {
  /** What was saved last; undefined the first time. It is checked by the app, so anything may come. */
  load(options?: AskOptions): Promise<unknown>;
  /** Where a damaged file was put aside by `load`; null when it was whole. */
  readonly setAside?: string | null;
  /** Replaces what was saved; plain JSON, at most about 1 MB. Called at most twice a second, and once at the end. */
  save(memory: unknown): Promise<void>;
}

/** The ports of the sheets, all of them. */
export interface SheetPorts {
  readonly machine: MachinePort;
  readonly directories: DirectoryPort;
  readonly memory: MemoryPort;
}

/** Ports of a UI that knows nothing of its machine: everything works, but nothing is found, completed or remembered. */
export const noPorts: SheetPorts = {
  machine: {
    look: async () => ({ providers: [], directory: '', tmuxVersion: null }),
    doctor: async () => 'Not known here. Run: swarm-tui doctor',
    hubLog: async () => 'Not known here. Run: swarm-tui hub status',
    demoFleet: [],
  },
  directories: {
    complete: async () => [],
    resolve: (path) => path,
    shorten: (path) => path,
    describe: async () => ({ repository: null, branch: null, branches: [] }),
  },
  memory: { load: async () => undefined, save: async () => {} },
};
