/**
 * Settles as the call does, or rejects with a `TimeoutError` (see `isTimeout`) after `ms`: also when what is called
 * takes no notice of its signal, as a foreign runtime may. Rejects as soon as `outer` aborts, too.
 */
export async function withDeadline<T>(
  ms: number,
  call: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  outer?.throwIfAborted();
  const timeout = AbortSignal.timeout(ms);
  const signal = outer === undefined ? timeout : AbortSignal.any([timeout, outer]);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([call(signal), late]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
