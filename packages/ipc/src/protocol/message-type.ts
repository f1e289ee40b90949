import type * as z from 'zod/mini';
import type { ClientType } from './client-type.ts';

/** Who may send a message. */
export type Sender = ClientType | 'daemon';

/** One type of the protocol: what the daemon checks, and what the reference page says. */
export interface MessageType {
  readonly description: string;
  /** Between whom: `daemon` is whoever owns the socket. */
  readonly direction: string;
  readonly senders: readonly Sender[];
  /** Kept on disk before it is answered with a receipt, and replayed until it is acknowledged. */
  readonly isDurable: boolean;
  /** Field of the payload that names the taskspace whose rights count; null when it is about none. */
  readonly taskspaceField: 'taskspace_id' | null;
  readonly payload: z.ZodMiniType;
  /** `data` of the answer whose status is `success`; null when the type is not answered. */
  readonly data: z.ZodMiniType | null;
  readonly example: { readonly payload: unknown; readonly data?: unknown };
}

export const everyClient = ['symposium_app', 'agent', 'ide', 'cli'] as const;
/** Those who see all taskspaces (symposium-ipc, section 5: the command line is treated like the app). */
export const managers = ['symposium_app', 'cli'] as const;
