import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StoredMessage } from './message-store.ts';
import { measureRecord, readNames, readPage, sealRecord, sliceRecord, writeRecord } from './record.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const body = fc.record({ stream: text, id: text, type: text, bytes: fc.uint8Array({ maxLength: 300 }) });

/** As the main thread writes them and the worker seals them. */
function toPage(messages: readonly StoredMessage[]): Buffer {
  const page = Buffer.alloc(messages.reduce((sum, message) => sum + measureRecord(message), 0));
  let offset = 0;
  for (const message of messages) {
    const end = writeRecord(page, offset, message);
    sealRecord(sliceRecord(page, offset), message);
    offset = end;
  }
  return page;
}

const page = fc
  .array(body, { minLength: 1, maxLength: 10 })
  .map((bodies) =>
    bodies.map((each, index) => ({ ...each, seq: index + 7, receivedAt: 1_767_323_045_000_000 + index })),
  );

it('gives back what was written', () => {
  fc.assert(
    fc.property(page, (messages) => {
      const bytes = toPage(messages);
      expect(readPage(bytes).map((each) => ({ ...each, bytes: Uint8Array.from(each.bytes) }))).toEqual(messages);
      expect(readNames(sliceRecord(bytes, 0))).toEqual({ stream: messages[0]?.stream, id: messages[0]?.id });
    }),
  );
});

it('refuses a page with one changed byte, and one that is cut', () => {
  fc.assert(
    fc.property(page, fc.nat(), fc.integer({ min: 1, max: 255 }), (messages, at, flip) => {
      const bytes = toPage(messages);
      const cut = bytes.subarray(0, bytes.length - 1);
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
      expect(() => readPage(bytes)).toThrow(expect.objectContaining({ code: 'store-damaged' }));
      expect(() => readPage(cut)).toThrow(expect.objectContaining({ code: 'store-damaged' }));
    }),
  );
});

it('refuses messages that are not in the order of their receipt', () => {
  const message = { stream: 'a', id: '1', type: 't', bytes: new Uint8Array(), seq: 1, receivedAt: 5 };
  expect(() => readPage(toPage([message, { ...message, receivedAt: 4 }]))).toThrow(/out of order/);
});
