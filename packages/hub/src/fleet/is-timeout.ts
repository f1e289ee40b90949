/** Whether an `AbortSignal.timeout` ended the call: the other side was silent, which is no answer. */
export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}
