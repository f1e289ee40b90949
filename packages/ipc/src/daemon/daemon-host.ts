import type { HeartbeatOptions } from '../limits.ts';
import type { Logger } from '../logger.ts';
import type { DaemonLimits } from './daemon-limits.ts';
import type { DaemonSession } from './daemon-session.ts';
import type { Exchange } from './exchange.ts';
import type { FrameRelay } from './frame-relay.ts';

/** What a session needs of its daemon. */
export interface DaemonHost {
  readonly limits: DaemonLimits;
  readonly heartbeat: HeartbeatOptions;
  readonly logger: Logger;
  readonly exchange: Exchange;
  readonly relay: FrameRelay;
  isClosing(): boolean;
  /** There is room again for what waits on disk. */
  drained(session: DaemonSession): void;
  closed(session: DaemonSession, reason: string): void;
}
