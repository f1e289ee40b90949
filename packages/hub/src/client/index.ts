// The app's one way to clean text from agents, without a way to the rest of core.
export { sanitizeText } from '@swarm-tui/core';
export { connectHub, type ConnectHubOptions } from './connect-hub.ts';
export { type AgentRecord, type Explanation, type GitFigures, type QueuedMessage } from '../protocol/agent-record.ts';
export { applyPatch } from '../protocol/apply-patch.ts';
export { sharersOf } from '../protocol/sharers.ts';
export { type DescribedState, describeState, type StateSection } from '../protocol/describe-state.ts';
export { type FleetChange, type FleetDelta, type FleetSnapshot, type RuntimeRecord } from '../protocol/fleet-delta.ts';
export { type FleetEvent, type FleetEventBody } from '../protocol/fleet-event.ts';
export { HubError, type HubErrorCode, type HubErrorOptions } from '../protocol/hub-error.ts';
export {
  HUB_PROTOCOL,
  type HubStatus,
  hubRequests,
  type Loss,
  type RequestName,
  type RequestParams,
  type RequestResult,
} from '../protocol/requests.ts';
export { nameFromTask } from '../protocol/name-from-task.ts';
export { type OutputChunk, type ScreenFrame } from '../protocol/screen-frame.ts';
export { HubClient } from './hub-client.ts';
export { type ConnectionState, type FleetListener, type HubConnection, type RequestOptions } from './hub-connection.ts';
export { killHub } from './hub-process.ts';
export { type HubPaths, resolveHubPaths } from './hub-paths.ts';
export { type SpawnedHub, spawnHub } from './spawn-hub.ts';
export { type HubLink, type SubjectListener } from './hub-link.ts';
