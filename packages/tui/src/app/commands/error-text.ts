/** What an error looks like to a person: its sentence and what to do next. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = 'hint' in error && typeof error.hint === 'string' && error.hint !== '' ? ` ${error.hint}` : '';
  return `${error.message}${hint}`;
}
