import type { CallOptions } from '@swarm-tui/core';
import {
  createUnixDial,
  type Dial,
  defaultLimits,
  type Encoding,
  IpcClient,
  IpcError,
  type Link,
} from '@swarm-tui/ipc';
import { HubError } from '../protocol/hub-error.ts';
import { HUB_PROTOCOL } from '../protocol/requests.ts';
import { HubHello, judgeHub } from './handshake.ts';
import { HubClient } from './hub-client.ts';
import type { HubPaths } from './hub-paths.ts';
import { fromIpc, IpcLink } from './ipc-link.ts';
import { startHub } from './start-hub.ts';
import { stoppedReason } from './stopped-reason.ts';

export interface ConnectHubOptions extends CallOptions {
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

/**
 * Connects to the hub of `paths`, which costs one connect and one question when it is up, and starts or replaces it
 * otherwise. Rejects with `hub-unreachable`, `hub-start-failed`, `hub-too-new` or `state-unwritable`.
 */
export async function connectHub(options: ConnectHubOptions): Promise<HubClient> {
  const first = await open(options);
  const hello = await greet(first);
  const verdict = judgeHub(hello, { version: options.version, protocol: HUB_PROTOCOL });
  if (verdict === 'use') return wrap(first);
  const isReplaceable = verdict === 'replace' && options.autoStart !== null;
  // Who may not start a hub does not end one either.
  if (verdict === 'replace' && !isReplaceable && hello.protocol === HUB_PROTOCOL) return wrap(first);
  try {
    if (!isReplaceable) throw cannotTalk(hello, options.version);
    await first.client.request('hub.stop', { reason: `replaced by ${options.version}` }, { signal: options.signal });
  } catch (error) {
    throw fromIpc(error);
  } finally {
    await first.client[Symbol.asyncDispose]();
  }
  return wrap(await openReplacement(options, hello.pid));
}

interface Opened {
  readonly client: IpcClient;
  readonly dialer: HubDialer;
}

function wrap({ client, dialer }: Opened): HubClient {
  let wasConnected = true;
  client.onConnection((state) => {
    // Only the first reason is the hub's own; tries that fail later have others.
    if (wasConnected && state.state === 'lost') dialer.mayStart = !state.reason.startsWith(stoppedReason);
    wasConnected = state.state === 'connected';
  });
  return new HubClient(new IpcLink(client));
}

async function open(options: ConnectHubOptions): Promise<Opened> {
  const dialer = new HubDialer(options);
  try {
    const { socketPath } = options.paths;
    const client = await IpcClient.connect(
      { socketPath, dial: (signal) => dialer.dial(signal) },
      { signal: options.signal },
    );
    return { client, dialer };
  } catch (error) {
    options.signal?.throwIfAborted();
    throw fromIpc(error);
  }
}

async function greet({ client }: Opened): Promise<HubHello> {
  try {
    return HubHello.parse(await client.request('hub.status'));
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw fromIpc(error);
  }
}

/** The old hub may answer once more while it ends; ours waits for its lock. */
async function openReplacement(options: ConnectHubOptions, oldPid: number): Promise<Opened> {
  const deadline = AbortSignal.timeout(options.startTimeoutMs ?? defaultStartTimeoutMs);
  for (;;) {
    const opened = await open(options);
    const hello = await greet(opened).catch(() => null);
    if (hello !== null && hello.pid !== oldPid) return opened;
    await opened.client[Symbol.asyncDispose]();
    options.signal?.throwIfAborted();
    if (deadline.aborted) {
      throw new HubError('hub-start-failed', `The older hub (process ${oldPid}) does not end.`, {
        hint: `Look at it with \`ps -p ${oldPid}\`; ending it leaves all agents running.`,
      });
    }
  }
}

const defaultStartTimeoutMs = 20_000;

/** Finds the socket on which the hub answers, and starts a hub when there is none. */
class HubDialer {
  mayStart = true;
  readonly #options: ConnectHubOptions;
  readonly #dials: readonly Dial[];

  constructor(options: ConnectHubOptions) {
    this.#options = options;
    const { socketPath, fallbackSocketPath } = options.paths;
    this.#dials = [...new Set([socketPath, fallbackSocketPath])].map((path) =>
      createUnixDial(path, options.encoding ?? 'binary', defaultLimits),
    );
  }

  readonly dial: Dial = async (signal) => {
    try {
      return await this.#dialAny(signal);
    } catch (error) {
      const { autoStart, paths, startTimeoutMs = defaultStartTimeoutMs } = this.#options;
      if (autoStart === null || !this.mayStart || !isUnreachable(error)) throw error;
      const probe = (): Promise<Link | null> => this.#tryAny(signal);
      return startHub({ command: autoStart.command, paths, probe, timeoutMs: startTimeoutMs, signal });
    }
  };

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

function isUnreachable(error: unknown): boolean {
  return error instanceof IpcError && error.code === 'server-unreachable';
}

function cannotTalk({ version, protocol }: HubHello, own: string): HubError {
  if (protocol > HUB_PROTOCOL) {
    return new HubError('hub-too-new', `The hub that runs is newer (${version}) than this program (${own}).`, {
      hint: 'Update this program: `npm install -g swarm-tui@latest`. The hub and its agents go on.',
    });
  }
  return new HubError('hub-unreachable', `The hub that runs is older (${version}) than this program (${own}).`, {
    hint: 'Open `swarm-tui` once: it replaces the hub; agents go on.',
  });
}
