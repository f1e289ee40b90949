import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { unescapeValue } from './format.ts';
import type { TmuxTransport } from './tmux-transport.ts';

/** What to watch, and whom to tell. */
export interface WatchedFormat {
  /** Unique on the connection: letters, digits, `-` and `_`. */
  readonly name: string;
  /** `%n`, `@n`, `%*` or `@*` (every pane or window linked into the hidden session), or `''` for that session. */
  readonly target: string;
  /** One format variable or user option: `pane_title`, `@swarm-state`. */
  readonly variable: string;
  readonly listener: (change: FormatChange) => void;
}

/** The value of a watched format, now or after a change. */
export interface FormatChange {
  readonly windowId: string | null;
  readonly paneId: string | null;
  readonly value: string;
}

/**
 * Subscribes to a variable (`refresh-client -B`); the returned function ends it. Survives reconnects. Not for a server
 * that must outlive its clients: tmux 3.3a may crash of the subscriptions of a client that is killed or loses its session.
 */
export async function watchFormat(
  transport: TmuxTransport,
  { name, target, variable, listener }: WatchedFormat,
  options?: CallOptions,
): Promise<() => Promise<void>> {
  if (!/^[\w-]+$/.test(name) || !/^(?:[%@](?:\d+|\*))?$/.test(target) || !/^@?[\w-]+$/.test(variable)) {
    throw new RuntimeError('invalid-input', `"${name}:${target}:${variable}" cannot be watched`);
  }
  const stop = transport.subscribe((event) => {
    if (event.type !== 'subscription' || event.name !== name) return;
    listener({ windowId: event.windowId, paneId: event.paneId, value: unescapeValue(event.value) });
  });
  await transport
    .run(['refresh-client', '-B', `${name}:${target}:#{q:${variable}}`], options)
    .catch((error: unknown) => {
      stop();
      throw error;
    });
  return async () => {
    stop();
    await transport.run(['refresh-client', '-B', name]);
  };
}
