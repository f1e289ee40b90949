const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `4s 59s 1m 59m 1h 23h 1d 99d`; never below 0 and never above 99d. */
export function formatSpan(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  if (span < MINUTE) return `${Math.floor(span / SECOND)}s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)}m`;
  if (span < DAY) return `${Math.floor(span / HOUR)}h`;
  return `${Math.min(99, Math.floor(span / DAY))}d`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `14:00:12` in the local zone; another day `Nov 19 14:00`. */
export function formatClock(at: number, now: number): string {
  const time = new Date(at);
  if (time.toDateString() === new Date(now).toDateString()) {
    return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  }
  return `${months[time.getMonth()] ?? ''} ${time.getDate()} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

const metric = ['', 'k', 'M', 'G', 'T'];

/** To 999 as is, then `1.2k`, `12k`, `1.2M`. */
export function formatNumber(value: number): string {
  return scale(value, 1000);
}

/** `410M`, `1.2G` (1024). */
export function formatBytes(bytes: number): string {
  return scale(bytes, 1024);
}

function scale(value: number, base: number): string {
  let rest = value;
  let step = 0;
  // 999.5 and up would be rounded to a fourth digit.
  while (Math.abs(rest) >= 999.5 && step < metric.length - 1) {
    rest /= base;
    step += 1;
  }
  const digits = step > 0 && Math.abs(rest) < 9.95 ? rest.toFixed(1) : String(Math.round(rest));
  return digits + (metric[step] ?? '');
}

/** `1,000`: whole numbers in headings. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/gu, ',');
}

/** `2 files`, `1 file`. */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}
