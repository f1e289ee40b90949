import { duplexPair } from 'node:stream';
import { defaultLimits } from '../limits.ts';
import { JsonLinesLink } from '../transport/json-lines-link.ts';
import type { Link } from '../transport/link.ts';

/** Two ends of one connection in memory: one for `IpcServer.addLink`, one for a client's `dial`. */
export function createLinkedPair(): readonly [Link, Link] {
  const [left, right] = duplexPair();
  return [new JsonLinesLink(left, defaultLimits.frameBytes), new JsonLinesLink(right, defaultLimits.frameBytes)];
}
