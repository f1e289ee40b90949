import * as z from 'zod';

const text = z.string().max(200_000);

/** How an agent was last started in a directory. */
export const FormMemory = z.object({
  provider: z.string().max(64),
  worktree: z.enum(['none', 'new']),
  runtimeId: z.string().max(256),
  permission: z.enum(['ask', 'autopilot']),
  model: z.string().max(128),
});
export type FormMemory = z.infer<typeof FormMemory>;

/** What is remembered per person (screens.md, section 4). What does not read is left out, never an error. */
export const Memory = z.object({
  /** By repository, else by directory. */
  forms: z.record(z.string(), FormMemory).catch({}),
  /** What was run from the palette, newest last. */
  palette: z.array(text).max(200).catch([]),
  /** Unsent texts by form and agent. */
  drafts: z.record(z.string(), text).catch({}),
});
export type Memory = z.infer<typeof Memory>;

/** What is remembered at the very first start: nothing. */
export const emptyMemory: Memory = { forms: {}, palette: [], drafts: {} };

const PALETTE_ENTRIES = 100;
const FORM_ENTRIES = 200;

/** What was saved, as far as it can be understood. */
export function parseMemory(saved: unknown): Memory {
  const parsed = Memory.safeParse(saved);
  return parsed.success ? parsed.data : emptyMemory;
}

/** Remembers a line of the palette; the same line moves to the end. */
export function rememberLine(memory: Memory, line: string): Memory {
  const others = memory.palette.filter((old) => old !== line);
  return { ...memory, palette: [...others, line].slice(-PALETTE_ENTRIES) };
}

/** Remembers how an agent was started there; the oldest places are forgotten. */
export function rememberForm(memory: Memory, place: string, form: FormMemory): Memory {
  const others = Object.entries(memory.forms).filter(([key]) => key !== place);
  return { ...memory, forms: Object.fromEntries([...others, [place, form]].slice(-FORM_ENTRIES)) };
}
