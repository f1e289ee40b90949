import { RuntimeSpec } from '@swarm-tui/core';
import { ProviderDefinition } from '@swarm-tui/providers';
import * as z from 'zod';
import { parseKey } from '../app/keys/key.ts';

const KeyName = z.string().min(1).max(16);
/** A key in the notation of docs/keys.md. */
const BoundKey = KeyName.refine(
  (key) => parseKey(key) !== null,
  'is no key; write j, K, Space, Enter, PgDn, Ctrl+L, Alt+n',
);
const Bindings = z.record(z.string(), z.array(BoundKey).max(8)).default({});
const Id = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/, 'has other characters than a-z, 0-9 and inner dashes');

/** Keys that mean something to terminals and programs everywhere; none of them may be the leader (keymap.md). */
const neverLeader: ReadonlySet<string> = new Set([
  'C-c',
  'C-d',
  'C-z',
  'C-s',
  'C-[',
  'C-i',
  'C-m',
  'C-h',
  'C-j',
  'C-q',
]);

/** `config.toml`: every field may be left out. */
export const Config = z.strictObject({
  /** Key that is ours inside an agent, as tmux writes it. */
  leader: KeyName.refine((key) => !neverLeader.has(key), 'cannot be this key: programs need it')
    .default('C-]')
    .describe('key that is ours inside an agent, as tmux writes it'),
  theme: z
    .enum(['auto', 'dark', 'light', 'high-contrast-dark', 'high-contrast-light'])
    .default('auto')
    .describe('colours'),
  ascii: z.boolean().default(false).describe('draw with ASCII characters only'),
  motion: z.boolean().default(true).describe('the pulse of agents that write'),
  default_agent: z.string().min(1).max(64).optional().describe('offered first for a new agent'),
  /** Command id → its keys, in place of the default ones; an empty list frees them. */
  keys: Bindings.describe('in the list: command id = its keys, in place of the default ones'),
  leader_keys: Bindings.describe('after the leader: command id = its keys'),
  providers: z.record(Id, ProviderDefinition).default({}).describe('coding agents of your own'),
  runtimes: z.record(Id, RuntimeSpec).default({}).describe('places to run agents, from npm or a file'),
});
export type Config = z.infer<typeof Config>;
