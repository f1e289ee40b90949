import type { HeartbeatOptions } from '../limits.ts';
import type { Link } from './link.ts';

/** Pings `link` and destroys it after too long a silence. Dispose when the link has closed. */
export function startHeartbeat(link: Link, options: HeartbeatOptions = {}): Disposable {
  const { intervalMs = 30_000, timeoutMs = 90_000 } = options;
  let lastTickAt = performance.now();
  const tick = (): void => {
    const elapsedMs = performance.now() - lastTickAt;
    lastTickAt += elapsedMs;
    // This process itself slept or was stopped: what the other side sent meanwhile is still unread.
    const wasAway = elapsedMs > 2 * intervalMs;
    if (link.quietMs > timeoutMs && !wasAway) link.destroy(`no sign of life for ${timeoutMs} ms`);
    else link.ping();
  };
  const timer = setInterval(tick, intervalMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
