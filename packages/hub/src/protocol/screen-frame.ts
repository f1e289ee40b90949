import { AgentId, lazyShape } from '@swarm-tui/core';
import * as z from 'zod';

/** An agent's live screen. Lines carry SGR colour sequences and nothing else that a terminal would act on. */
export const ScreenFrame = z.object(
  lazyShape(() => ({
    id: AgentId,
    columns: z.number().int(),
    rows: z.number().int(),
    lines: z.array(z.string()),
    /** Zero-based; null when the program hides its cursor. */
    cursor: z.object({ column: z.number().int(), row: z.number().int() }).nullable(),
    isAlternate: z.boolean(),
    /** Lines of history above the screen. */
    historySize: z.number().int(),
  })),
);
export type ScreenFrame = z.infer<typeof ScreenFrame>;

/** Bytes an agent wrote, as it wrote them. Clients sanitise before they show them. */
export const OutputChunk = z.object(
  lazyShape(() => ({
    id: AgentId,
    data: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
    at: z.number(),
  })),
);
export type OutputChunk = z.infer<typeof OutputChunk>;
