import { IpcError } from '../errors.ts';

const pattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Microseconds since 1970 as ISO text in UTC with 6 decimals. */
export function toTimestamp(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, -5)}.${fraction}Z`;
}

/** ISO text as microseconds; more decimals are cut off. Throws `malformed`. */
export function parseTimestamp(text: string): number {
  const [, time = '', fraction = '', zone = ''] = pattern.exec(text) ?? [];
  const ms = Date.parse(`${time}${zone}`);
  if (Number.isNaN(ms)) throw new IpcError('malformed', `"${text}" is not a time like 2026-01-31T12:00:00.000000Z.`);
  return ms * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}
