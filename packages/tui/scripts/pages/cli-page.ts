import type { Command } from 'commander';
import * as z from 'zod';
import { examples } from '../../src/cli/examples.ts';
import { JsonAgent } from '../../src/cli/output/json-agent.ts';
import { documentSchema, jsonKinds } from '../../src/cli/output/json-kinds.ts';
import { createProgram } from '../../src/cli/program.ts';

const nowhere: Parameters<typeof createProgram>[0] = {
  context: {
    env: {},
    directory: '/',
    isTerminal: false,
    columns: 100,
    isErrorTerminal: false,
    version: '0',
    now: () => 0,
    write: async () => undefined,
    writeError: () => undefined,
    drawStatus: () => undefined,
    readInput: async () => '',
    ask: async () => null,
    asCalled: (text) => text,
    uiCommand: 'swarm-tui',
    connect: () => Promise.reject(new Error('documentation needs no hub')),
    runInTerminal: async () => 0,
    listProviders: async () => [],
    loadChecks: async () => [],
    signal: new AbortController().signal,
  },
  argv: [],
  exitWith: () => undefined,
  print: () => undefined,
};

function describe(command: Command, path: string): string {
  const help = command.createHelp();
  const usage = `${path} ${command.usage()}`.trim();
  const rows = [
    ...help
      .visibleArguments(command)
      .map((argument) => [help.argumentTerm(argument), help.argumentDescription(argument)]),
    ...help.visibleOptions(command).map((option) => [help.optionTerm(option), help.optionDescription(option)]),
  ].filter(([term]) => term !== '-h, --help');
  const table = rows.map(
    ([term = '', text = '']) => `| \`${term.replaceAll('|', '\\|')}\` | ${text.replaceAll('|', '\\|')} |`,
  );
  const shown = examples[path.replace('swarm-tui ', '')] ?? [];
  return [
    `### ${path}`,
    '',
    `${command.description()}.`,
    '',
    `\`${usage}\``,
    '',
    ...(table.length > 0 ? ['| | |', '|---|---|', ...table, ''] : []),
    ...(shown.length > 0 ? ['```sh', ...shown, '```', ''] : []),
  ].join('\n');
}

function walk(command: Command, path: string): readonly string[] {
  const subs = command
    .createHelp()
    .visibleCommands(command)
    .filter((sub) => sub.name() !== 'help');
  if (subs.length === 0) return [describe(command, path)];
  return subs.flatMap((sub) => walk(sub, `${path} ${sub.name()}`));
}

function agentFields(): readonly string[] {
  return Object.entries(JsonAgent.shape).map(([name, schema]) => {
    const { description = '', ...json } = z.toJSONSchema(schema);
    return `| \`${name}\` | ${typeName(json)} | ${description.replaceAll('|', '\\|')} |`;
  });
}

function typeName(schema: { type?: unknown; anyOf?: unknown; enum?: unknown }): string {
  if (Array.isArray(schema.enum)) return schema.enum.map(String).join(', ');
  if (Array.isArray(schema.anyOf))
    return schema.anyOf
      .map((part) =>
        typeName(z.object({ type: z.unknown(), anyOf: z.unknown(), enum: z.unknown() }).partial().parse(part)),
      )
      .join(' or ');
  return typeof schema.type === 'string' ? schema.type : 'any';
}

function describeKind([kind, { from, schema, note }]: [string, (typeof jsonKinds)[string]]): string {
  const commands = from.map((path) => (path.startsWith('every') ? path : `\`${path}\``)).join(', ');
  const fields = Object.entries(schema.shape).map(([name, field]) => `\`${name}\`${isOptional(field) ? '?' : ''}`);
  return `| \`${kind}\` | ${commands} | ${fields.join(', ')}${note === undefined ? '' : `: ${note}`} |`;
}

function isOptional(field: z.core.$ZodType): boolean {
  return field instanceof z.ZodOptional;
}

/** docs/protocols/cli.schema.json: the same for programs. */
export function renderCliSchema(): string {
  const documents = Object.keys(jsonKinds).map((kind) => z.toJSONSchema(documentSchema(kind), { io: 'input' }));
  const title = JSON.stringify('One line of swarm-tui --json, version 1');
  return `{"title":${title},"anyOf":[\n${documents.map((document) => JSON.stringify(document)).join(',\n')}\n]}\n`;
}

/** docs/cli.md: every command, the exit codes, and the shape of `--json`. */
export async function renderCliPage(): Promise<string> {
  return [
    '# The command line',
    '',
    '<!-- Made from the program by packages/tui/scripts/docs.ts. Do not edit. -->',
    '',
    '`swarm-tui` without a command opens the UI; where stdout is no terminal it prints the list. NAME is an agent’s name, its id, or the beginning of',
    'either when only one agent has it.',
    '',
    '| exit code | means |',
    '|---|---|',
    '| 0 | good |',
    '| 1 | failed |',
    '| 2 | wrong usage |',
    '| 3 | no such agent |',
    '| 4 | no hub |',
    '| 124 | timed out |',
    '| 130 | interrupted |',
    '',
    '`kill` asks on stderr before it does anything, and takes `y` or `yes` from stdin, typed or piped. Any other answer ends it with 1; no answer at all,',
    'as in a script or a cron job, with 2 and a word about `--yes`: nothing is ever stopped because nobody could be asked. No other command asks:',
    '`restart` cuts off what runs and goes on with its conversation, `demo --stop` ends simulated agents alone.',
    '',
    'With `| head` a command ends quietly with 0; with a full disk it fails with 1. Node cannot tell a closed stdout (`>&-`) from `/dev/null`: that is 0.',
    '',
    '## Commands',
    '',
    ...walk(await createProgram(nowhere), 'swarm-tui'),
    '## `--json`',
    '',
    'Every command but `attach` and `completion` takes `--json` and then prints JSON on stdout, one document a line: `{"version": 1, "kind": …, …}`. New',
    'fields may come at any time; a field that changes its meaning or goes raises `version`. [cli.schema.json](protocols/cli.schema.json) describes all of them.',
    'Times are ISO 8601 in UTC, but for those inside an `explanation`, a `screen`, `runtimes` and an event’s own fields: milliseconds since 1970, as the',
    'hub has them. Numbers are never rounded.',
    '',
    '| kind | from | holds |',
    '|---|---|---|',
    ...Object.entries(jsonKinds).map(describeKind),
    '',
    '`state` is one word for how an agent is, in `ls` and in `events`. The hub and the library keep its two parts: `lifecycle` (does its program run) and, while',
    'it does, `activity.state`. An agent that is idle and has not been looked at since is `done` in `ls`, `idle` in `events`.',
    '',
    'An agent:',
    '',
    '| field | type | |',
    '|---|---|---|',
    ...agentFields(),
    '',
  ].join('\n');
}
