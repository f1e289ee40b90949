/** How a hub's goodbye begins when it was told to stop: clients then do not start it again by themselves. */
export const stoppedReason = 'hub stopped';

/** Whether a person asked for it; a hub that is replaced, or ended by a signal, says something else. */
export function isAskedStop(reason: string): boolean {
  return reason === `${stoppedReason}: asked`;
}
