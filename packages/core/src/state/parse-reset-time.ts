const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const duration = /^(?:in\s+)?((?:\d{1,6}\s*[smhd][a-z]*\s*)+)$/iu;
const clock = /^(?:at\s+)?(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?\s*([ap]m)?$/iu;

function parseDuration(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)\s*([smhd])/giu))
    total += Number(amount) * (units[unit?.toLowerCase() ?? ''] ?? 0);
  return total;
}

interface ClockTime {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

function toHours(hour: string, half: string | undefined): number {
  if (half === undefined) return Number(hour);
  return (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

function parseClock(text: string): ClockTime | null {
  const [, hour, minute, second, half] = clock.exec(text) ?? [];
  if (hour === undefined || (minute === undefined && half === undefined)) return null;
  const time = { hours: toHours(hour, half), minutes: Number(minute ?? 0), seconds: Number(second ?? 0) };
  return time.hours > 23 || time.minutes > 59 || time.seconds > 59 ? null : time;
}

/**
 * When a limit ends, as agents write it: `in 2h 10m`, `40s`, `15:30`, `at 3pm` (local time, the next one after `at`).
 * Milliseconds since the epoch, or null for any other text.
 */
export function parseResetTime(text: string, at: number): number | null {
  const span = duration.exec(text.trim())?.[1];
  if (span !== undefined) return at + parseDuration(span);
  const time = parseClock(text.trim());
  if (time === null) return null;
  const next = new Date(at);
  next.setHours(time.hours, time.minutes, time.seconds, 0);
  if (next.getTime() < at - 1_000) next.setDate(next.getDate() + 1);
  return next.getTime();
}
