/** How a hub's goodbye begins when it was told to stop: clients then do not start it again by themselves. */
export const stoppedReason = 'hub stopped';
