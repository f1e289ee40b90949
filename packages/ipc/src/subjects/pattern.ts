const MAX_BYTES = 512;
const ANY_TOKEN = '*';
const REST = '>';

/** Why `subject` cannot be published on, as the end of a sentence, or undefined when it can. */
export function findSubjectFault(subject: string): string | undefined {
  const fault = findTextFault(subject);
  if (fault !== undefined) return fault;
  return /[*>]/.test(subject) ? 'holds * or >, which belong to patterns' : undefined;
}

/** Why `pattern` cannot be subscribed to, as the end of a sentence, or undefined when it can. */
export function findPatternFault(pattern: string): string | undefined {
  const fault = findTextFault(pattern);
  if (fault !== undefined) return fault;
  const tokens = pattern.split('.');
  const isOdd = tokens.some((token, index) => isOddToken(token, index === tokens.length - 1));
  return isOdd ? 'has * or > inside of a token: * is a token or ends the last one, > is the last token' : undefined;
}

/**
 * Whether a message on `subject` is for who subscribed to `pattern`: `*` is one token, `>` at the end one or more, and
 * `prefix*` as the last token is one that begins so. Anything else is taken as it stands.
 */
export function matchesPattern(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  const last = wanted.length - 1;
  if (wanted[last] === REST ? tokens.length <= last : tokens.length !== wanted.length) return false;
  return wanted.every((token, index) => matchesToken(token, tokens[index] ?? '', index === last));
}

/** What a last token `prefix*` begins with; undefined for other tokens. */
export function startOf(token: string): string | undefined {
  return token.length > 1 && token.endsWith(ANY_TOKEN) ? token.slice(0, -1) : undefined;
}

/** Whether the pattern is met by one subject only: itself. */
export function isLiteral(pattern: string): boolean {
  return !pattern.includes(ANY_TOKEN) && !pattern.includes(REST);
}

function matchesToken(wanted: string, token: string, isLast: boolean): boolean {
  if (wanted === ANY_TOKEN || wanted === token || (isLast && wanted === REST)) return true;
  const start = isLast ? startOf(wanted) : undefined;
  return start !== undefined && token.startsWith(start);
}

function findTextFault(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (Buffer.byteLength(text) > MAX_BYTES) return `has more than ${MAX_BYTES} bytes`;
  if (/[\s\p{Cc}]/u.test(text)) return 'holds white space or control characters';
  return text.split('.').includes('') ? 'has an empty token' : undefined;
}

function isOddToken(token: string, isLast: boolean): boolean {
  if (token === ANY_TOKEN || (isLast && token === REST)) return false;
  return !isLiteral(isLast ? (startOf(token) ?? token) : token);
}
