export { connectHub, type ConnectHubOptions } from './client/connect-hub.ts';
export { HubClient } from './client/hub-client.ts';
export {
  type ConnectionState,
  type FleetListener,
  type HubConnection,
  type RequestOptions,
} from './client/hub-connection.ts';
export { type HubLink, type SubjectListener } from './client/hub-link.ts';
export { type HubPaths, resolveHubPaths } from './client/hub-paths.ts';
export { createEmbeddedHub, type EmbeddedHubOptions } from './embed/embedded-hub.ts';
export { openHub, type OpenHubOptions } from './embed/open-hub.ts';
export { Fleet, type FleetOptions } from './fleet/fleet.ts';
export { type EventLog, type LogDamage, type LogStats, type SavedState } from './log/event-log.ts';
export { openEventLog, type OpenEventLogOptions } from './log/open-event-log.ts';
export { type AgentRecord, type Explanation, type GitFigures, type QueuedMessage } from './protocol/agent-record.ts';
export { applyPatch } from './protocol/apply-patch.ts';
export { type FleetChange, type FleetDelta, type FleetSnapshot, type RuntimeRecord } from './protocol/fleet-delta.ts';
export { type FleetEvent, type FleetEventBody } from './protocol/fleet-event.ts';
export { HubError, type HubErrorCode, type HubErrorOptions } from './protocol/hub-error.ts';
export {
  HUB_PROTOCOL,
  type HubStatus,
  hubRequests,
  type Loss,
  type RequestName,
  type RequestParams,
  type RequestResult,
} from './protocol/requests.ts';
export { type OutputChunk, type ScreenFrame } from './protocol/screen-frame.ts';
export {
  type FleetObserver,
  type FleetRequestName,
  type FleetService,
  type RequestContext,
} from './server/fleet-service.ts';
export { runHub, type RunHubOptions } from './server/run-hub.ts';
