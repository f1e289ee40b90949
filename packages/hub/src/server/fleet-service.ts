import type { FleetDelta, FleetSnapshot } from '../protocol/fleet-delta.ts';
import type { FleetEvent } from '../protocol/fleet-event.ts';
import type { RequestName } from '../protocol/requests.ts';
import type { OutputChunk, ScreenFrame } from '../protocol/screen-frame.ts';

/** Requests that the fleet answers; the two about the hub itself are answered by the server. */
export type FleetRequestName = Exclude<RequestName, 'hub.status' | 'hub.stop'>;

/** Who asks, and until when the answer matters. */
export interface RequestContext {
  /** Aborts when the client cancels or goes away. */
  readonly signal: AbortSignal;
  /** Names the client among those connected now. */
  readonly client: string;
}

/** Gets what the fleet publishes. Called synchronously; must not throw. */
export interface FleetObserver {
  delta?(delta: FleetDelta): void;
  event?(event: FleetEvent): void;
  screen?(frame: ScreenFrame): void;
  output?(chunk: OutputChunk): void;
}

/** The fleet as the server and the embedded hub see it. `Fleet` implements it; `dispatch` helps with `handle`. */
export interface FleetService extends AsyncDisposable {
  /** `params` are as the client sent them: parse them (`dispatch` does). Rejects with `HubError` or a runtime's error. */
  handle(name: FleetRequestName, params: unknown, context: RequestContext): Promise<unknown>;
  snapshot(): FleetSnapshot;
  subscribe(observer: FleetObserver): () => void;
  /** Told when the first subscriber of a subject (`subjects`) comes and when the last one leaves. */
  setInterest(subject: string, isWanted: boolean): void;
}
