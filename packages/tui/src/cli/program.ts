import { Command, CommanderError, Option } from 'commander';
import type { CliContext } from './cli-context.ts';
import { describeError, describeErrorAsJson, toExitCode } from './cli-error.ts';
import { loadCommands } from './command-table.ts';
import type { CommandHost } from './commands/command.ts';
import { examples } from './examples.ts';
import { exitCodes } from './exit-codes.ts';
import { findConfigFile } from './find-config-file.ts';
import { formatJson } from './output/json.ts';
import { withSafeOutput } from './output/safe-output.ts';
import { toUsageError } from './usage-error.ts';

const epilogue = `
Examples
  swarm-tui spawn claude "fix the login test" --worktree
  swarm-tui ls --json | jq -r '.agents[] | select(.state=="waiting") | .name'
  swarm-tui wait login --for idle --timeout 30m && swarm-tui logs login

Exit: 0 good, 1 failed, 2 wrong usage, 3 no such agent, 4 no hub, 124 timed out, 130 Ctrl+C`;

/**
 * The whole command line; help and documentation are generated from it. With the first word of a command line, only as
 * much as that command needs.
 */
export async function createProgram(host: CommandHost, firstWord?: string): Promise<Command> {
  const commands = await loadCommands(firstWord);
  const { context } = host;
  const program = new Command('swarm-tui')
    .description('Run, watch and steer many coding agents. Without a command: opens the UI.')
    .usage('[options] [command]')
    .option('--json', 'versioned JSON on stdout, for every command')
    .addOption(
      new Option('--color <when>', 'auto, always or never; NO_COLOR works too').choices(['auto', 'always', 'never']),
    )
    .option('--no-color', 'plain looks')
    .option('--ascii', 'no characters beyond ASCII in the UI')
    .option('--config <file>', 'another configuration file')
    .version(context.version, '-V, --version')
    .helpOption('-h, --help', 'this text, or that of a command')
    .addHelpText('after', epilogue)
    .enablePositionalOptions(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.print(context.asCalled(text)),
      writeErr: (text) => context.writeError(context.asCalled(text)),
      // what is wrong is said once, by who runs the program
      outputError: () => undefined,
    })
    .showSuggestionAfterError(false)
    .configureHelp({
      styleTitle: (title) => (title === 'Usage:' ? title : title.replace(/:$/, '')),
      helpWidth: context.columns,
    });
  for (const [heading, add] of commands) {
    program.commandsGroup(heading);
    add(program, host);
  }
  inheritSettings(program);
  return program;
}

function inheritSettings(command: Command, path = ''): void {
  for (const sub of command.commands) {
    const subPath = `${path} ${sub.name()}`.trim();
    const lines = examples[subPath];
    if (lines !== undefined) sub.addHelpText('after', ['', 'Examples', ...lines.map((line) => `  ${line}`)].join('\n'));
    sub.copyInheritedSettings(command);
    if (!sub.options.some(({ long }) => long === '--json'))
      sub.addOption(new Option('--json', 'versioned JSON on stdout'));
    inheritSettings(sub, subPath);
  }
}

/** Runs one command line and gives its exit code. Never rejects. */
export async function runProgram(argv: readonly string[], surroundings: CliContext): Promise<number> {
  const context = withSafeOutput(surroundings);
  let code: number = exitCodes.good;
  let printed = Promise.resolve();
  const host: CommandHost = {
    context,
    argv,
    exitWith: (wanted) => void (code = wanted),
    print: (text) => void (printed = printed.then(() => context.write(text))),
  };
  try {
    await checkConfigFile(context, argv);
    const program = await createProgram(host, argv[0]);
    await program.parseAsync([...argv], { from: 'user' }).catch((error: unknown) => {
      if (!(error instanceof CommanderError)) throw error;
      if (error.exitCode !== 0 && error.code !== 'commander.help') throw toUsageError(error, program, argv);
      code = error.exitCode === 0 ? exitCodes.good : exitCodes.wrongUsage;
    });
    await printed;
    return code;
  } catch (error) {
    if (context.signal.aborted) return exitCodes.interrupted;
    if (beforeDashes(argv).includes('--json'))
      await context.write(formatJson('error', { error: describeErrorAsJson(error, context) })).catch(() => undefined);
    context.writeError(context.asCalled(`swarm-tui: ${describeError(error)}\n`));
    return toExitCode(error);
  }
}

/** A file that was named must be there and right, also for commands that read nothing of it. */
async function checkConfigFile({ env }: CliContext, argv: readonly string[]): Promise<void> {
  const file = findConfigFile(beforeDashes(argv));
  // doctor says by itself what is wrong with it
  if (file === undefined || argv.includes('doctor')) return;
  const { loadConfig } = await import('../config/load-config.ts');
  loadConfig({ env, file });
}

/** What stands behind `--` is not ours to read. */
function beforeDashes(argv: readonly string[]): readonly string[] {
  const dashes = argv.indexOf('--');
  return dashes === -1 ? argv : argv.slice(0, dashes);
}
