/** Fields of a head that the protocol knows; all others are passed on unread. */
const names = [
  'type',
  'id',
  'to',
  'from',
  'stream',
  'seq',
  'expect_response',
  'timestamp',
  'payload_compressed',
  'auth',
  'payload',
] as const;

/** Name of a field that the protocol knows. */
export type HeadField = (typeof names)[number];

interface KnownName {
  readonly bytes: Uint8Array;
  readonly number: number;
}

/** Place of each field in `names`. */
export const headField = Object.fromEntries(names.map((name, number) => [name, number])) as Readonly<
  Record<HeadField, number>
>;
/** How many fields the protocol knows. */
export const HEAD_FIELDS = names.length;

/** Known names by their length. */
const byLength: readonly (readonly KnownName[])[] = Array.from({ length: 20 }, (_, length) =>
  names.flatMap((name, number) => (name.length === length ? [{ bytes: Buffer.from(name), number }] : [])),
);

/** Number of the field whose name stands at `start`, or -1. */
export function findHeadField(bytes: Uint8Array, start: number, end: number): number {
  const candidates = byLength[end - start];
  if (candidates === undefined) return -1;
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index];
    if (candidate && isNamed(candidate.bytes, bytes, start)) return candidate.number;
  }
  return -1;
}

function isNamed(name: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < name.length; index++) {
    if (name[index] !== bytes[start + index]) return false;
  }
  return true;
}
