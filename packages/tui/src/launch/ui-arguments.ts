const flags: ReadonlySet<string> = new Set(['--no-color', '--ascii', '--no-motion', '--screen-reader']);
const optionsWithValue: ReadonlySet<string> = new Set(['--config']);

/**
 * Whether a command line asks for the UI: no command, and nothing but options of the UI. Anything else, mistakes
 * included, is for the CLI, which knows how to explain itself.
 */
export function asksForUi(argv: readonly string[]): boolean {
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (flags.has(argument) || argument.startsWith('--config=')) continue;
    if (!optionsWithValue.has(argument) || index + 1 >= argv.length) return false;
    index++;
  }
  return true;
}
