import type { Command } from 'commander';
import * as z from 'zod';
import { examples } from '../../src/cli/examples.ts';
import { JsonAgent } from '../../src/cli/output/json-agent.ts';
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
    '## Commands',
    '',
    ...walk(await createProgram(nowhere), 'swarm-tui'),
    '## `--json`',
    '',
    'Every command takes `--json` and then prints JSON on stdout, one document a line: `{"version": 1, "kind": …, …}`. New fields may come at any',
    'time; a field that changes its meaning or goes raises `version`. Failures are `{"kind": "error", "error": {"code", "message", "hint"}}` beside the',
    'exit code; of several agents at once, one for each that failed, with its `name`. Times are ISO 8601 in UTC; numbers are never rounded.',
    '',
    '| kind | from | holds |',
    '|---|---|---|',
    '| `agents` | `ls`, `kill`, `demo` | `agents[]`, from `ls` also `runtimes[]` |',
    '| `agent` | `spawn`, `restart`, `rename` | `agent` |',
    '| `done` | `keys`, `interrupt` | `id`, `name` of the agent it was done to |',
    '| `message` | `send` | `message`: `{id, text, state, at}` |',
    '| `wait` | `wait` | `matched`, `agent` |',
    '| `screen` | `capture` | `name`, `screen`: `{columns, rows, lines, cursor, …}` |',
    '| `logs`, `output` | `logs`, `logs -f` | `name`, `lines[]` or `text` |',
    '| `explanation` | `explain` | `explanation`: activity, evidence, history |',
    '| `event` | `events` | `seq`, `at`, `type` and the event’s own fields ([hub protocol](protocols/hub.md)) |',
    '| `hub` | `hub status`, `hub stop` | `hub` |',
    '| `doctor` | `doctor` | `findings[]`: `{level, topic, text, fixable}`, `repairs[]` |',
    '',
    'An agent:',
    '',
    '| field | type | |',
    '|---|---|---|',
    ...agentFields(),
    '',
  ].join('\n');
}
