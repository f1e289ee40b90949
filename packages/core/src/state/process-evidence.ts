import type { AgentExit } from '../agent/agent-info.ts';
import type { Evidence } from './activity.ts';

function programName(command: string): string {
  // A login shell calls itself "-bash".
  return command.slice(command.lastIndexOf('/') + 1).replace(/^-/, '');
}

/**
 * What the program in the foreground of a terminal tells: at rest when it is one of `restingPrograms`, else working.
 * Without such a list it tells nothing but that the process is alive.
 */
export function processEvidence(foreground: string, restingPrograms: readonly string[], at: number): Evidence {
  const program = programName(foreground);
  const isResting = restingPrograms.some((resting) => programName(resting) === program);
  const told = isResting ? 'idle' : 'working';
  return {
    source: 'process',
    says: `${program} in the foreground`,
    state: restingPrograms.length === 0 ? 'unknown' : told,
    reason: null,
    detail: null,
    at,
  };
}

/** What the end of a process tells: any but a clean exit is a crash. */
export function exitEvidence({ code, signal, at }: AgentExit): Evidence {
  const says = signal === null ? `exit ${code ?? 'status not known'}` : `ended by ${signal}`;
  const isClean = signal === null && (code === 0 || code === null);
  return {
    source: 'process',
    says,
    state: isClean ? 'unknown' : 'error',
    reason: isClean ? null : 'crash',
    detail: isClean ? null : says,
    at,
  };
}
