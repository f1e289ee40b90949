import { type NewToken, TokenStore } from '@swarm-tui/ipc';
import type { CliContext } from '../cli-context.ts';
import { formatColumns } from '../output/explanation.ts';
import { formatJson } from '../output/json.ts';

interface TokenPlace {
  readonly directory: string;
  readonly json: boolean;
}

/** `ipc tokens create` */
export async function createToken(context: CliContext, { directory, json }: TokenPlace, wish: NewToken): Promise<void> {
  await using store = await TokenStore.open({ directory });
  const { token, info } = await store.create(wish);
  await context.write(json ? formatJson('ipc-token', { token, info }) : `${token}\n`);
}

/** `ipc tokens list` */
export async function listTokens(context: CliContext, { directory, json }: TokenPlace): Promise<void> {
  await using store = await TokenStore.open({ directory });
  const tokens = store.list();
  if (json) return context.write(formatJson('ipc-tokens', { tokens }));
  if (tokens.length === 0) return context.write('No tokens.\n');
  const rows = tokens.map(({ id, name, role, taskspaces, expires_at: end }) => [
    id,
    `${name}, ${role}, ${taskspaces === 'all' ? 'all taskspaces' : taskspaces.join(' ')}, ${end === null ? 'for ever' : `until ${end}`}`,
  ]);
  return context.write(`${formatColumns(rows).join('\n')}\n`);
}

/** `ipc tokens revoke`: false when there is none of this id. */
export async function revokeToken(context: CliContext, { directory, json }: TokenPlace, id: string): Promise<boolean> {
  await using store = await TokenStore.open({ directory });
  const isGone = await store.revoke(id);
  if (isGone) await context.write(json ? formatJson('ipc-revoked', { id }) : `${id} revoked\n`);
  return isGone;
}
