import type { CallOptions } from '@swarm-tui/core';
import { IpcClient } from '@swarm-tui/ipc/client';
import { HubError } from '../protocol/hub-error.ts';
import { HUB_PROTOCOL } from '../protocol/requests.ts';
import { cannotTalk, greet, type HubHello, judgeHub } from './handshake.ts';
import { HubClient } from './hub-client.ts';
import { findStoppedHub, silentHub } from './hub-process.ts';
import { defaultStartTimeoutMs, type HubDialOptions, HubDialer, isSilence } from './hub-dialer.ts';
import { fromIpc, IpcLink } from './ipc-link.ts';
import { stoppedReason } from './stopped-reason.ts';

/** How to reach a hub, and until when to try. */
export type ConnectHubOptions = HubDialOptions & CallOptions;

/**
 * Connects to the hub of `paths`, which costs one connect and one question when it is up, and starts or replaces it
 * otherwise. Rejects with `hub-unreachable`, `hub-start-failed`, `hub-too-new` or `state-unwritable`.
 */
export async function connectHub(options: ConnectHubOptions): Promise<HubClient> {
  const first = await open(options);
  const hello = await greetOrClose(first, options);
  const verdict = judgeHub(hello, { version: options.version, protocol: HUB_PROTOCOL });
  if (verdict === 'use') return wrap(first, options);
  const isReplaceable = verdict === 'replace' && options.autoStart !== null;
  // Who may not start a hub does not end one either.
  if (verdict === 'replace' && !isReplaceable && hello.protocol === HUB_PROTOCOL) return wrap(first, options);
  try {
    if (!isReplaceable) throw cannotTalk(hello, options.version);
    await first.client.request('hub.stop', { reason: `replaced by ${options.version}` }, { signal: options.signal });
  } catch (error) {
    throw fromIpc(error);
  } finally {
    await first.client[Symbol.asyncDispose]();
  }
  return wrap(await openReplacement(options, hello.pid), options);
}

interface Opened {
  readonly client: IpcClient;
  readonly dialer: HubDialer;
}

function wrap({ client, dialer }: Opened, { paths }: ConnectHubOptions): HubClient {
  let wasConnected = true;
  client.onConnection((state) => {
    // Only the first reason is the hub's own; tries that fail later have others.
    if (wasConnected && state.state === 'lost') dialer.mayStart = !state.reason.startsWith(stoppedReason);
    wasConnected = state.state === 'connected';
  });
  // From now on nobody greets the hub that a lost connection leads to but the dialer.
  dialer.checksVersion = true;
  return new HubClient(
    new IpcLink(client, {
      refusal: () => dialer.refusal,
      explainSilence: () => findStoppedHub(paths),
      // who asks for it now wants a hub, also one that was stopped
      onReconnectNow: () => void (dialer.mayStart = true),
    }),
  );
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
    throw isSilence(error) ? silentHub(options.paths, error) : fromIpc(error);
  }
}

async function greetOrClose({ client }: Opened, { paths }: ConnectHubOptions): Promise<HubHello> {
  try {
    return await greet(client);
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw isSilence(error) ? silentHub(paths, error) : fromIpc(error);
  }
}

/** The old hub may answer once more while it ends; ours waits for its lock. */
async function openReplacement(options: ConnectHubOptions, oldPid: number): Promise<Opened> {
  const deadline = AbortSignal.timeout(options.startTimeoutMs ?? defaultStartTimeoutMs);
  for (;;) {
    const opened = await open(options);
    const hello = await greetOrClose(opened, options).catch(() => null);
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
