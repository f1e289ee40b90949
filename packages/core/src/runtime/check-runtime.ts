import { RuntimeError } from '../errors.ts';
import type { AgentRuntime } from './agent-runtime.ts';

/** The members that every runtime has (seed `agent-runtime-system.md`). */
const requiredMethods = ['spawnAgent', 'killAgent', 'listAgents', 'getTmux', 'getAttachCommand', 'ping'] as const;
const optionalMethods = ['getAttachArgv', 'stopAgent', 'restartAgent', 'renameAgent', 'adoptAgent', 'watch'] as const;

/** Checks that something from outside is a runtime. Throws `runtime-invalid`, naming every member that is wrong. */
export function checkRuntime(value: unknown, what: string): AgentRuntime {
  const faults = findFaults(value);
  if (faults.length === 0 && isRuntime(value)) return value;
  throw new RuntimeError('runtime-invalid', `${what} is no AgentRuntime: ${faults.join(', ')}`, {
    hint: 'See docs/guides/adding-a-runtime.md; describeRuntimeContract of @swarm-tui/core/testing checks the rest.',
  });
}

function isRuntime(value: unknown): value is AgentRuntime {
  return findFaults(value).length === 0;
}

function findFaults(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null)
    return [`it is ${value === null ? 'null' : typeof value}, not an object`];
  const type: unknown = Reflect.get(value, 'type');
  const missing = requiredMethods
    .filter((name) => typeof Reflect.get(value, name) !== 'function')
    .map((name) => `${name}() is missing`);
  const odd = optionalMethods.filter((name) => !['function', 'undefined'].includes(typeof Reflect.get(value, name)));
  return [
    ...(typeof type === 'string' && type !== '' ? [] : ['type is not a text']),
    ...missing,
    ...odd.map((name) => `${name} is not a function`),
  ];
}
