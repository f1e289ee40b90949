/**
 * Settles as the call does, or rejects with a `TimeoutError` (see `isTimeout`) after `ms`: also when what is called
 * takes no notice of its signal, as a foreign runtime may.
 */
export async function withDeadline<T>(ms: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(ms);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([call(signal), late]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
