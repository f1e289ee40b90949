const backslash = 0x5c;
const zero = 0x30;

/**
 * The bytes behind tmux's `%output` escapes (`\033` is one byte). Answers with the given bytes themselves when nothing in
 * them is escaped. A backslash that begins no escape stays as it is.
 */
export function decodeOctal(escaped: Uint8Array): Uint8Array {
  const first = escaped.indexOf(backslash);
  if (first === -1) return escaped;
  const bytes = new Uint8Array(escaped.length);
  bytes.set(escaped.subarray(0, first));
  let length = first;
  for (let index = first; index < escaped.length; length += 1) {
    const byte = escaped[index] ?? 0;
    const decoded = byte === backslash ? octalAt(escaped, index + 1) : -1;
    bytes[length] = decoded === -1 ? byte : decoded;
    index += decoded === -1 ? 1 : 4;
  }
  return bytes.subarray(0, length);
}

function octalAt(bytes: Uint8Array, index: number): number {
  const high = (bytes[index] ?? 0) - zero;
  const middle = (bytes[index + 1] ?? 0) - zero;
  const low = (bytes[index + 2] ?? 0) - zero;
  const isOctal = high >= 0 && high <= 3 && middle >= 0 && middle <= 7 && low >= 0 && low <= 7;
  return isOctal ? high * 64 + middle * 8 + low : -1;
}
