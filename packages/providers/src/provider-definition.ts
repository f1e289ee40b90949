import { ActivityRule } from '@swarm-tui/core';
import * as z from 'zod';

const Argv = z.array(z.string().max(4096)).max(64);

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'mu') instanceof RegExp;
  } catch {
    return false;
  }
}

const CheckedRule = ActivityRule.superRefine((rule, context) => {
  const patterns = [...rule.all, ...rule.any, ...rule.not, rule.detail, rule.resets].filter(
    (pattern) => pattern !== null,
  );
  const broken = patterns.find((pattern) => !isPattern(pattern));
  if (broken !== undefined) context.addIssue({ code: 'custom', message: `"${broken}" is no regular expression` });
});

/**
 * A coding agent as data, in the program or in a config file. Argument lists hold one argument an entry and may contain
 * `{model}`, `{prompt}` and `{conversation}`; no shell ever sees them. An empty list: the agent cannot do that.
 */
export const ProviderDefinition = z.object({
  title: z.string().min(1).max(64).optional(),
  /** Name on PATH, or an absolute path. */
  program: z.string().min(1).max(4096),
  installHint: z.string().max(500).default(''),
  /** Always there, right after the program and the arguments of the mode. */
  args: Argv.default([]),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of an environment variable'), z.string())
    .default({}),
  /** For a new conversation. With `{conversation}` in it, an id is minted. */
  fresh: Argv.default([]),
  /** Goes on with the conversation `{conversation}`. */
  resume: Argv.default([]),
  /** Goes on with the latest conversation of the directory. */
  continue: Argv.default([]),
  model: Argv.default([]),
  /** Lets it act without asking. */
  autoPilot: Argv.default([]),
  /** How a first prompt is handed over on the command line. Empty: it is typed once the agent is ready. */
  prompt: Argv.default([]),
  interruptKeys: z.array(z.string().min(1).max(32)).min(1).max(8).default(['Escape']),
  /** Pattern of what stands left of the cursor while its input is empty, so that nothing is typed behind a draft. */
  emptyInput: z.string().max(500).refine(isPattern, 'is no regular expression').optional(),
  isLineOriented: z.boolean().default(true),
  restingPrograms: z.array(z.string().min(1).max(256)).max(64).optional(),
  rules: z.array(CheckedRule).max(200).default([]),
});
/** A provider as data: the shape of a config file and of the known ones. */
export type ProviderDefinition = z.infer<typeof ProviderDefinition>;
/** What config files hold: defaults may be left out. */
export type ProviderDefinitionInput = z.input<typeof ProviderDefinition>;
