import { dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import { resolveHubPaths } from '@swarm-tui/hub/client';
import * as z from 'zod';
import { CliError } from '../cli-error.ts';
import type * as IpcPart from '../ipc/ipc-part.ts';
import { parseDuration } from '../parse-duration.ts';
import { type AddCommand, type CommandHost, readOptions } from './command.ts';

const text = z.string().optional();
const connection = { socket: text, tokenFile: text };
const roles = ['symposium_app', 'agent', 'ide', 'cli'] as const;
const shapes = {
  daemon: { socket: text, store: text },
  pub: { ...connection, to: text, id: text, timeout: z.string().default('30s') },
  sub: {
    ...connection,
    queue: text,
    durable: text,
    stream: text,
    start: text,
    count: z.coerce.number().int().min(1).optional(),
  },
  request: { ...connection, to: text, timeout: z.string().default('30s') },
  replay: { ...connection, since: text },
  ack: { ...connection, durable: text },
  create: {
    store: text,
    role: z.enum(roles),
    taskspace: z.array(z.string()).optional(),
    publish: z.array(z.string()).optional(),
    subscribe: z.array(z.string()).optional(),
    expires: text,
  },
  tokens: { store: text },
};

/** `ipc`: the message bus from a shell, and the daemon itself. Its library is loaded by the command that needs it. */
export const addIpc: AddCommand = (program, host) => {
  const ipc = program.command('ipc').description('the message bus of agents, editors and apps');
  ipc
    .command('daemon')
    .description('be the bus, until Ctrl+C; prints DAEMON_READY')
    .option('--socket <path>', 'where to listen (default: ipc.sock beside the socket of the hub)')
    .option('--store <directory>', 'where durable messages and tokens are kept')
    .action(async (_options, command) => {
      const { socket, store } = readOptions(command, shapes.daemon);
      const { runDaemon } = await loadPart();
      await runDaemon(host.context, { ...places(host, socket, store) });
    });
  addMessages(ipc, host);
  addBuffers(ipc, host);
  addTokens(ipc, host);
};

function addMessages(ipc: Command, host: CommandHost): void {
  withConnection(ipc.command('pub'))
    .description('send a message; `-` sends each line of stdin')
    .argument('<subject>', 'a subject such as team.build.done, or a type of the protocol')
    .argument('[payload]', 'JSON; anything else is sent as text')
    .option('--to <client>', 'to one client alone')
    .option('--id <id>', 'names the message: a durable one of the same id is kept once')
    .option('--timeout <duration>', 'how long to try (default: 30s)')
    .action(async (subject: string, payload: string | undefined, _options, command) => {
      const { timeout, to, id, ...options } = readOptions(command, shapes.pub);
      const payloads = payload === '-' ? await readLines(host) : [payload ?? 'null'];
      const { publish } = await loadPart();
      const messages = { subject, payloads: payloads.map(parsePayload), to, id, timeoutMs: parseDuration(timeout) };
      await publish(host.context, access(host, options), messages);
    });
  withConnection(ipc.command('sub'))
    .description('print what is sent, until Ctrl+C')
    .argument('<patterns...>', 'types, subjects or patterns: * one token, > the rest, prefix*')
    .option('--queue <name>', 'share the messages with all who name the same queue')
    .option('--durable <name>', 'go on after the last one that was printed; needs a stream')
    .option('--stream <name>', 'stream of --durable (default: that of buffer.STREAM.…)')
    .option('--start <place>', 'where --durable begins at first: new, all, a sequence or a time')
    .option('--count <number>', 'end after so many')
    .action(async (patterns: string[], _options, command) => {
      const { queue, durable, stream, start, count, ...options } = readOptions(command, shapes.sub);
      const { subscribe } = await loadPart();
      const wanted = { patterns, queue, durable, stream, start: parseStart(start), count };
      await subscribe(host.context, access(host, options), wanted);
    });
  withConnection(ipc.command('request'))
    .description('ask the daemon, or whoever answers a subject')
    .argument('<subject>', 'a subject, or a type of the protocol')
    .argument('[payload]', 'JSON; anything else is sent as text')
    .option('--to <client>', 'ask one client')
    .option('--timeout <duration>', 'how long to wait (default: 30s)')
    .action(async (subject: string, payload: string | undefined, _options, command) => {
      const { timeout, to, ...options } = readOptions(command, shapes.request);
      const { request } = await loadPart();
      const asked = { subject, payload: parsePayload(payload ?? '{}'), to, timeoutMs: parseDuration(timeout) };
      await request(host.context, access(host, options), asked);
    });
}

function addBuffers(ipc: Command, host: CommandHost): void {
  withConnection(ipc.command('replay'))
    .description('print durable messages that are not acknowledged')
    .argument('[stream]', 'of one taskspace (default: of all)')
    .option('--since <time>', 'only what arrived later (ISO 8601)')
    .action(async (stream: string | undefined, _options, command) => {
      const { since, ...options } = readOptions(command, shapes.replay);
      const { replay } = await loadPart();
      await replay(host.context, access(host, options), { stream, since });
    });
  withConnection(ipc.command('ack'))
    .description('acknowledge durable messages, which may then be deleted')
    .argument('<stream>', 'taskspace or stream')
    .argument('<upto>', 'the time that `replay` ended with; with --durable a sequence')
    .option('--durable <name>', 'for a durable consumer')
    .action(async (stream: string, upTo: string, _options, command) => {
      const { durable, ...options } = readOptions(command, shapes.ack);
      const { acknowledge } = await loadPart();
      const target = durable === undefined ? { stream, upTo } : { stream, durable, seq: parseSequence(upTo) };
      await acknowledge(host.context, access(host, options), target);
    });
  withConnection(ipc.command('stat'))
    .description('who is connected, and what is kept')
    .action(async (_options, command) => {
      const { status } = await loadPart();
      await status(host.context, access(host, readOptions(command, connection)));
    });
}

function addTokens(ipc: Command, host: CommandHost): void {
  const tokens = ipc
    .command('tokens')
    .description('credentials for those who may not open the socket, or less than all');
  withStore(tokens.command('create'))
    .description('make one; it is shown this once')
    .argument('<label>', 'for people')
    .addOption(new Option('--role <role>', 'kind of client').choices(roles).makeOptionMandatory())
    .option('--taskspace <id...>', 'only these; agent and ide need some')
    .option('--publish <pattern...>', 'only these types and subjects')
    .option('--subscribe <pattern...>', 'only these types and subjects')
    .option('--expires <duration>', 'how long it holds (default: for ever)')
    .action(async (label: string, _options, command) => {
      const { store, json, expires, role, taskspace, publish, subscribe } = readOptions(command, shapes.create);
      const { createToken } = await loadPart();
      const expiresAt = expires === undefined ? undefined : new Date(host.context.now() + parseDuration(expires));
      const wish = { name: label, role, taskspaces: taskspace, publish, subscribe, expiresAt };
      await createToken(host.context, { directory: places(host, undefined, store).tokens, json }, wish);
    });
  withStore(tokens.command('list'))
    .description('all of them, without their secrets')
    .action(async (_options, command) => {
      const { store, json } = readOptions(command, shapes.tokens);
      const { listTokens } = await loadPart();
      await listTokens(host.context, { directory: places(host, undefined, store).tokens, json });
    });
  withStore(tokens.command('revoke'))
    .description('end one, and the connections that use it')
    .argument('<id>', 'as `list` shows it')
    .action(async (id: string, _options, command) => {
      const { store, json } = readOptions(command, shapes.tokens);
      const { revokeToken } = await loadPart();
      const isGone = await revokeToken(host.context, { directory: places(host, undefined, store).tokens, json }, id);
      if (!isGone)
        throw new CliError('failed', `There is no token ${id}.`, { hint: '`swarm-tui ipc tokens list` has them.' });
    });
}

function loadPart(): Promise<typeof IpcPart> {
  return import('../ipc/ipc-part.ts');
}

function withConnection(command: Command): Command {
  return command
    .option('--socket <path>', 'the daemon to talk to (default: ipc.sock beside the socket of the hub)')
    .option('--token-file <file>', 'a file that holds a token');
}

function withStore(command: Command): Command {
  return command.option('--store <directory>', 'the --store of the daemon');
}

/** Where the daemon of this person is, unless told otherwise. */
function places({ context }: CommandHost, socket: string | undefined, store: string | undefined) {
  const hub = resolveHubPaths(context.env);
  const directory = store ?? join(hub.stateDirectory, 'ipc');
  return {
    socketPath: socket ?? join(dirname(hub.socketPath), 'ipc.sock'),
    messages: join(directory, 'messages'),
    tokens: join(directory, 'tokens'),
  };
}

function access(
  host: CommandHost,
  { socket, tokenFile, json }: { socket?: string | undefined; tokenFile?: string | undefined; json: boolean },
) {
  return { socketPath: places(host, socket, undefined).socketPath, tokenFile, json };
}

async function readLines({ context }: CommandHost): Promise<readonly string[]> {
  const input = await context.readInput();
  return input.split('\n').filter((line) => line.trim() !== '');
}

function parsePayload(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    return words;
  }
}

function parseStart(place: string | undefined): 'new' | 'all' | { seq: number } | { since: string } | undefined {
  if (place === undefined || place === 'new' || place === 'all') return place;
  return /^\d+$/.test(place) ? { seq: Number(place) } : { since: place };
}

function parseSequence(words: string): number {
  if (/^\d+$/.test(words)) return Number(words);
  throw new CliError('wrong-usage', `"${words}" is no sequence.`, {
    hint: 'Write the number of a message, such as 40.',
  });
}
