import { startOf } from '../../subjects/pattern.ts';
import { kindsOf } from '../bus-names.ts';

/** How a message is called within NATS, and back. */
export interface ParsedSubject {
  readonly subject: string;
  readonly stream: string | null;
}

/**
 * Our names as NATS takes them. Below the namespace stand `v` for what nobody keeps, `d.<stream>` for what is durable,
 * `r` for requests, `c` for cancellations and `p.<stream>.<name>` for the places of durable consumers.
 */
export class NatsSubjects {
  readonly #namespace: string;

  /** ASCII letters, digits and `-`, which keeps the names of streams apart. */
  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** A subscription to all that this namespace keeps. */
  get allDurable(): string {
    return `${this.#namespace}.d.>`;
  }

  get cancellations(): string {
    return `${this.#namespace}.c`;
  }

  get places(): string {
    return `${this.#namespace}.p.>`;
  }

  get placesStream(): string {
    return `${this.#namespace}_p`;
  }

  message(subject: string, stream: string | null): string {
    const kind = stream === null ? 'v' : `d.${escapeToken(stream)}`;
    return `${this.#namespace}.${kind}.${escapeTokens(subject)}`;
  }

  request(subjectOrPattern: string): string {
    return `${this.#namespace}.r.${escapePattern(subjectOrPattern)}`;
  }

  place(stream: string, name: string): string {
    return `${this.#namespace}.p.${escapeToken(stream)}.${escapeToken(name)}`;
  }

  /** What together gives all messages that meet the pattern; and others, when it ends in `prefix*`. */
  subscriptions(pattern: string): readonly string[] {
    const kinds = kindsOf(pattern);
    const escaped = escapePattern(pattern);
    return [
      ...(kinds.volatile ? [`${this.#namespace}.v.${escaped}`] : []),
      ...(kinds.durable ? [`${this.#namespace}.d.*.${escaped}`] : []),
    ];
  }

  /** Everything that the stream keeps. */
  stream(stream: string): { readonly name: string; readonly subjects: string } {
    const escaped = escapeToken(stream);
    return { name: `${this.#namespace}_d_${escaped}`, subjects: `${this.#namespace}.d.${escaped}.>` };
  }

  /** The stream of that name in NATS; undefined for those of others. */
  parseStream(name: string): string | undefined {
    const prefix = `${this.#namespace}_d_`;
    return name.startsWith(prefix) ? unescapeToken(name.slice(prefix.length)) : undefined;
  }

  /** Undefined for what none of us publishes. */
  parse(natsSubject: string): ParsedSubject | undefined {
    const start = `${this.#namespace}.`;
    if (!natsSubject.startsWith(start)) return undefined;
    const [kind, ...tokens] = natsSubject.slice(start.length).split('.');
    if (kind === 'v' || kind === 'r') return withSubject(tokens, null);
    const [stream = '', ...rest] = tokens;
    return kind === 'd' ? withSubject(rest, unescapeToken(stream)) : undefined;
  }
}

/** Any text of at least one character as a token of a subject, which is also the name of a file: others stand as `=HH`. */
export function escapeToken(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** The text of an escaped token; undefined for what `escapeToken` never gives. */
export function unescapeToken(token: string): string | undefined {
  const bytes = token.replace(/=([0-9A-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  const text = Buffer.from(bytes, 'latin1').toString();
  return token !== '' && escapeToken(text) === token ? text : undefined;
}

function withSubject(tokens: readonly string[], stream: string | null | undefined): ParsedSubject | undefined {
  const texts = tokens.map(unescapeToken);
  if (stream === undefined || texts.length === 0 || texts.includes(undefined)) return undefined;
  return { subject: texts.join('.'), stream };
}

function escapeTokens(subject: string): string {
  return subject.split('.').map(escapeToken).join('.');
}

function escapePattern(pattern: string): string {
  const tokens = pattern.split('.');
  return tokens.map((token, index) => escapeWanted(token, index === tokens.length - 1)).join('.');
}

function escapeWanted(token: string, isLast: boolean): string {
  if (token === '*' || token === '>') return token;
  // NATS knows no `prefix*`: the rest is left out on arrival.
  return isLast && startOf(token) !== undefined ? '*' : escapeToken(token);
}
