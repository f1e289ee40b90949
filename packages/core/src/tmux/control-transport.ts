import type { TmuxTransport } from './tmux-transport.ts';

export interface ControlTransportOptions {
  /** Program and arguments that reach the server: `['tmux', '-L', 'swarm-agents']`. */
  readonly command: readonly string[];
  /** Hidden session that the connection is attached to. @default '_swarm' */
  readonly session?: string | undefined;
  /** tmux.conf that a server starts with when we start it. @default the person's own */
  readonly configFile?: string | undefined;
  /** Environment of the connection, and of a server that it starts. @default this process's, without TMUX */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Make a lost connection again by itself. @default true */
  readonly reconnect?: boolean | undefined;
}

export declare function createControlTransport(options: ControlTransportOptions): TmuxTransport;
