import type { Activity } from '@swarm-tui/core';

/** Whether the difference is worth an event: a new state or reason, another dialog, another end of a limit. */
export function isWorthTelling(before: Activity, after: Activity): boolean {
  if (before.state !== after.state || before.reason !== after.reason || before.conflict !== after.conflict) return true;
  if (before.resetsAt !== after.resetsAt) return true;
  return (after.state === 'waiting' || after.state === 'error') && before.detail !== after.detail;
}

/** Whether a turn ended that nobody has looked at; stays so until somebody looks or the next turn starts. */
export function isUnreadAfter(before: Activity, after: Activity, wasUnread: boolean): boolean {
  if (after.state === 'working' || after.state === 'waiting') return false;
  const hasWorked = before.state === 'working' || before.state === 'waiting';
  return wasUnread || (hasWorked && after.state === 'idle');
}
