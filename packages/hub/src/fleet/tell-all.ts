import type { FleetLogger } from './fleet-parts.ts';

/** Calls `tell` for each listener. What happened has happened: the fault of one is logged and stops nothing. */
export function tellAll<Listener>(
  listeners: Iterable<Listener>,
  tell: (listener: Listener) => void,
  logger: Pick<FleetLogger, 'warn'>,
): void {
  for (const listener of listeners) {
    try {
      tell(listener);
    } catch (error) {
      const stack = error instanceof Error ? error.stack : undefined;
      logger.warn({ event: 'fleet.listener-failed', reason: String(error), stack });
    }
  }
}
