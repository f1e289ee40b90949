/** What an error looks like to a person: its sentence and what to do next. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = 'hint' in error && typeof error.hint === 'string' && error.hint !== '' ? ` ${error.hint}` : '';
  return `${error.message}${hint}`;
}

/** Whether it stays until Esc: what was merely refused goes by itself. */
export function errorKind(error: unknown): 'error' | 'info' {
  return error instanceof Error && 'isRefusal' in error && error.isRefusal === true ? 'info' : 'error';
}
