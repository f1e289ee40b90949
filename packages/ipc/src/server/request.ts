/** One request of one client, as the server's handler gets it. */
export interface IpcRequest {
  readonly type: string;
  readonly payload: unknown;
  /** Same for all requests of one connection; a client that reconnects gets a new one. */
  readonly clientId: string;
  /** Aborts when the client cancels or goes away, and when the server closes. */
  readonly signal: AbortSignal;
}

/** Answers a request. What it throws is answered too: `code`, `message`, `hint` and `reason` of it travel, the stack does not. */
export type HandleRequest = (request: IpcRequest) => Promise<unknown>;
