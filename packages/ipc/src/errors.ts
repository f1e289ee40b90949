/** What went wrong on the wire, with what the person can do about it. Callers branch on the key, never on the text. */
export const ipcErrorHints = {
  'server-unreachable': 'Nothing answers on the socket: start the server, or check the socket path.',
  'address-in-use': 'Another server answers on this socket: stop it, or choose another socket path.',
  'path-too-long': 'Choose a socket path of at most 100 bytes: the kernel cuts longer ones.',
  'insecure-directory': 'Others may write to the directory of the socket: chmod 700 it, or choose another one.',
  'connection-lost':
    'The server went away before it answered. It may have done what was asked: look before you repeat it.',
  'not-connected': 'There is no connection now. The client reconnects by itself: try again in a moment.',
  'timed-out': 'The server did not answer in time: it may be busy. Try again, or raise the time limit.',
  'too-large': 'The message is above the size limit: send less at once.',
  malformed: 'The other side does not speak this protocol, or the bytes were damaged: check the versions of both.',
  busy: 'The server has as many clients or requests as it allows: close some, or try again later.',
  refused: 'The server refused the request.',
  'reserved-subject': 'This name belongs to the protocol: choose another subject.',
  'queue-full':
    'As much as was allowed waits for the connection: wait until it is back, or allow more (`offline.messages`, `offline.bytes`).',
  'subscription-overlap':
    'One client cannot tell which of two such subscriptions a message was for: use a second client for one of them.',
  closed: 'This end was closed: open a new one.',
  'store-busy': 'Too much waits to be written to the disk: send again in a moment.',
  'store-full': 'Free space on the disk of the message store. Nothing that was confirmed is lost, and reading goes on.',
  'store-failed':
    'Look at the directory of the message store: it has to be on a disk that works, and writable for you.',
  'store-damaged': 'The damaged database was moved aside, and the store goes on with an empty one. Look at the disk.',
  'store-locked': 'Another process has these messages open: end it, or choose another directory.',
  'store-too-new': 'Update this program, or choose another directory for the message store.',
  'insecure-listener':
    'A port needs TLS (certificate and key) and a list of tokens: give both, or use the unix socket.',
  'access-denied': 'The server does not accept this token: ask its owner for another one.',
  'untrusted-server': 'The certificate is not the expected one: pass the CA that signed it, or the right server name.',
  'tokens-locked': 'Try again in a moment, or end the process that has the list of tokens locked.',
  'tokens-unreadable': 'Mend the file, or move it away and make new tokens.',
  'consumer-unknown': 'Open the durable consumer first; it may have been removed.',
  'consumer-taken':
    'Another reader opened this durable consumer: give each reader a name of its own, or open it again.',
} as const;

/** Stable name of a failure. */
export type IpcErrorCode = keyof typeof ipcErrorHints;

/** The failure as the server's handler described it. */
export interface RemoteFailure {
  readonly code: string;
  readonly hint?: string | undefined;
  readonly reason?: string | undefined;
  /** When another try may succeed. */
  readonly retryAfterMs?: number | undefined;
}

export interface IpcErrorOptions extends ErrorOptions {
  /** @default the entry of `ipcErrorHints` */
  readonly hint?: string | undefined;
  readonly remote?: RemoteFailure | undefined;
}

/** The wire could not do what was asked. For code `refused`, `remote` holds what the server's handler threw. */
export class IpcError extends Error {
  override readonly name = 'IpcError';
  readonly code: IpcErrorCode;
  readonly hint: string;
  readonly remote: RemoteFailure | undefined;

  constructor(code: IpcErrorCode, message: string, { hint, remote, ...options }: IpcErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.hint = hint ?? ipcErrorHints[code];
    this.remote = remote;
  }
}
