import { HubError, killHub, resolveHubPaths } from '@swarm-tui/hub/client';
import * as z from 'zod';
import { formatSpan } from '../../app/theme/format.ts';
import { formatJson } from '../output/json.ts';
import { formatColumns } from '../output/explanation.ts';
import { type AddCommand, type CommandHost, readOptions, withHub } from './command.ts';

/** `hub status` and `hub stop`; the hidden `hub run` is the program's own. */
export const addHub: AddCommand = (program, host) => {
  const hub = program.command('hub').description('the background service that knows all agents');
  hub
    .command('status')
    .description('what it is and what it knows')
    .action(async (_options, command) => status(host, readOptions(command, {}).json));
  hub
    .command('stop')
    .description('end it; agents go on, the next command starts it again')
    .option('--force', 'also when it does not answer')
    .action(async (_options, command) => stop(host, readOptions(command, { force: z.boolean().default(false) })));
};

async function status({ context }: CommandHost, json: boolean): Promise<void> {
  const found = await withHub(context, (hub) => hub.request('hub.status', {}), { mayStart: false });
  if (json)
    return context.write(formatJson('hub', { hub: { ...found, startedAt: new Date(found.startedAt).toISOString() } }));
  const rows = [
    ['version', `${found.version}, protocol ${found.protocol}`],
    ['process', `${found.pid}, up ${formatSpan(context.now() - found.startedAt)}`],
    ['agents', String(found.agents)],
    ['clients', String(found.clients)],
    ['log', `${found.lastEventSeq} events, ${(found.logBytes / 1024).toFixed(0)} kB`],
    ['state', found.stateDirectory],
    ['socket', found.socketPath],
    ...(found.warning === null ? [] : [['warning', found.warning]]),
  ];
  return context.write(`${formatColumns(rows).join('\n')}\n`);
}

async function stop(
  { context }: CommandHost,
  { json, force }: { readonly json: boolean; readonly force: boolean },
): Promise<void> {
  if (force) await kill(context);
  else await withHub(context, (hub) => hub.request('hub.stop', {}), { mayStart: false });
  await context.write(json ? formatJson('hub', { stopped: true }) : 'hub stopped; agents go on\n');
}

async function kill({ env }: CommandHost['context']): Promise<void> {
  const paths = resolveHubPaths(env);
  if ((await killHub(paths)) !== null) return;
  throw new HubError('hub-unreachable', `No hub runs in ${paths.stateDirectory}.`);
}
