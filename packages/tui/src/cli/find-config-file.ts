/** The file that `--config FILE` or `--config=FILE` names; undefined without one. */
export function findConfigFile(argv: readonly string[]): string | undefined {
  const index = argv.findIndex((argument) => argument === '--config' || argument.startsWith('--config='));
  const argument = argv[index];
  if (argument === undefined) return undefined;
  return argument === '--config' ? argv[index + 1] : argument.slice('--config='.length);
}
