import { CliError } from './cli-error.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90`, `90s`, `10m`, `2h`, `500ms` in milliseconds; a bare number counts seconds. Throws `wrong-usage`. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim());
  const milliseconds = match === null ? Number.NaN : Number(match[1]) * (units[match[2] ?? 's'] ?? Number.NaN);
  if (!(milliseconds >= 1 && milliseconds <= 86_400_000)) {
    throw new CliError('wrong-usage', `"${text}" is no duration of at most a day.`, { hint: 'Write 30s, 10m or 2h.' });
  }
  return Math.round(milliseconds);
}
