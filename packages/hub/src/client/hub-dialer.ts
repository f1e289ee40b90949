import {
  createUnixDial,
  type Dial,
  defaultLimits,
  type Encoding,
  IpcClient,
  IpcError,
  type Link,
} from '@swarm-tui/ipc/client';
import type { HubError } from '../protocol/hub-error.ts';
import { HUB_PROTOCOL } from '../protocol/requests.ts';
import { cannotTalk, greet } from './handshake.ts';
import type { HubPaths } from './hub-paths.ts';
import { findStoppedHub, silentHub } from './hub-process.ts';
import { startHub } from './start-hub.ts';

/** How to reach a hub. */
export interface HubDialOptions {
  readonly paths: HubPaths;
  /** How to start a hub when none answers, now or after it crashed; null never starts one. */
  readonly autoStart: { readonly command: readonly string[] } | null;
  /** Of the client: an older hub is replaced, a newer one is not. */
  readonly version: string;
  /** `json-lines` loads less, for a command that asks one question; it cannot carry `watchOutput`. @default 'binary' */
  readonly encoding?: Encoding | undefined;
  /** How long a hub may take to answer after its start. @default 20000 */
  readonly startTimeoutMs?: number | undefined;
}

/** How long a hub may take to answer after its start. */
export const defaultStartTimeoutMs = 20_000;

/** Finds the socket on which the hub answers, and starts a hub when there is none. */
export class HubDialer {
  mayStart = true;
  /** Whether each hub that is reached is asked for its version before it is used. */
  checksVersion = false;
  readonly #options: HubDialOptions;
  readonly #dials: readonly Dial[];
  #refusal: HubError | undefined;

  constructor(options: HubDialOptions) {
    this.#options = options;
    const { socketPath, fallbackSocketPath } = options.paths;
    this.#dials = [...new Set([socketPath, fallbackSocketPath])].map((path) =>
      createUnixDial(path, options.encoding ?? 'binary', defaultLimits),
    );
  }

  /** Why the hub that was reached last is not talked to. */
  get refusal(): HubError | undefined {
    return this.#refusal;
  }

  readonly dial: Dial = async (signal) => {
    this.#refusal = findStoppedHub(this.#options.paths);
    // It would take the connection and say nothing.
    if (this.#refusal !== undefined) throw this.#refusal;
    const link = await this.#dialOrStart(signal).catch((error: unknown) => {
      if (isSilence(error)) this.#refusal = silentHub(this.#options.paths, error);
      throw this.#refusal ?? error;
    });
    try {
      if (this.checksVersion) await this.#checkVersion(signal);
      return link;
    } catch (error) {
      link.destroy('its hub is not talked to');
      throw error;
    }
  };

  /** A hub that was replaced while the connection was lost may be one that this program cannot talk to. */
  async #checkVersion(signal: AbortSignal): Promise<void> {
    const { paths, version } = this.#options;
    const dial: Dial = (dialSignal) => this.#dialAny(dialSignal);
    await using client = await IpcClient.connect({ socketPath: paths.socketPath, dial, reconnect: false }, { signal });
    const hello = await greet(client);
    if (hello.protocol === HUB_PROTOCOL) return;
    this.#refusal = cannotTalk(hello, version);
    throw this.#refusal;
  }

  async #dialOrStart(signal: AbortSignal): Promise<Link> {
    try {
      return await this.#dialAny(signal);
    } catch (error) {
      const { autoStart, paths, startTimeoutMs = defaultStartTimeoutMs } = this.#options;
      if (autoStart === null || !this.mayStart || !isUnreachable(error)) throw error;
      const probe = (): Promise<Link | null> => this.#tryAny(signal);
      return startHub({ command: autoStart.command, paths, probe, timeoutMs: startTimeoutMs, signal });
    }
  }

  async #dialAny(signal: AbortSignal): Promise<Link> {
    let failure: unknown;
    for (const dial of this.#dials) {
      try {
        return await dial(signal);
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        failure ??= error;
      }
    }
    throw failure;
  }

  async #tryAny(signal: AbortSignal): Promise<Link | null> {
    try {
      return await this.#dialAny(signal);
    } catch (error) {
      if (isUnreachable(error)) return null;
      throw error;
    }
  }
}

/** Whether something listens that said nothing in time. */
export function isSilence(error: unknown): boolean {
  return error instanceof IpcError && error.code === 'timed-out';
}

function isUnreachable(error: unknown): boolean {
  return error instanceof IpcError && error.code === 'server-unreachable';
}
