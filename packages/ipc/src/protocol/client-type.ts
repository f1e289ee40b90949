import * as z from 'zod/mini';

/** Kinds of clients (symposium-ipc, section 5). What each may send stands in `messageTypes`. */
export const ClientType = z.enum(['symposium_app', 'agent', 'ide', 'cli']);
export type ClientType = z.infer<typeof ClientType>;
