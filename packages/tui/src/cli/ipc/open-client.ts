import { readFile } from 'node:fs/promises';
import { DaemonClient, type Envelope, IpcError } from '@swarm-tui/ipc';
import type { CliContext } from '../cli-context.ts';
import { formatJson } from '../output/json.ts';
import { escapeJson } from '../output/safe-output.ts';

/** How a command reaches the daemon, and prints. */
export interface IpcAccess {
  readonly socketPath: string;
  readonly tokenFile: string | undefined;
  readonly json: boolean;
}

/** A command that finds no daemon says so at once; one that loses it later waits for it. */
export async function openClient({ signal }: CliContext, { socketPath, tokenFile }: IpcAccess): Promise<DaemonClient> {
  const token = tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8')).trim();
  try {
    // One question and one answer: nothing of the binary transport need be loaded.
    return await DaemonClient.connect({ socketPath, token, encoding: 'json-lines' }, { signal });
  } catch (cause) {
    if (!(cause instanceof IpcError) || cause.code !== 'server-unreachable') throw cause;
    const hint = 'Start one with `swarm-tui ipc daemon`, or name its --socket.';
    throw new IpcError('server-unreachable', `No daemon answers on ${socketPath}.`, { cause, hint });
  }
}

/** A message as a line: for programs, or for people. */
export function formatMessage(message: Envelope, json: boolean): string {
  if (json) return formatJson('ipc-message', { message });
  return `${message.type} ${formatPayload(message.payload)}\n`;
}

/** Any value as JSON that a terminal shows as it is, and programs read as it was. */
export function formatPayload(payload: unknown): string {
  return escapeJson(JSON.stringify(payload ?? null));
}
