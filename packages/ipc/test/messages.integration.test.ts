import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromJSONSchema } from 'zod';
import { renderMessagesPage } from '../scripts/render-messages-page.ts';
import { renderMessagesSchema } from '../scripts/render-messages-schema.ts';
import { messageTypes } from '../src/protocol/message-types.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../../docs/protocols/${name}`, import.meta.url), 'utf8');

describe('the reference of the messages (node packages/ipc/scripts/docs-ipc.ts)', () => {
  it('has the page of the present schemas', () => {
    expect(read('ipc-messages.md')).toBe(renderMessagesPage());
  });

  it('has the JSON Schema of the present schemas', () => {
    expect(read('ipc-messages.schema.json')).toBe(renderMessagesSchema());
  });

  it('says something about each field', () => {
    const empty = renderMessagesPage()
      .split('\n')
      .filter((line) => /^\| `[^`]+` \|.*\|\s+\|$/.test(line) && !line.includes('[]('));
    expect(empty).toEqual([]);
  });

  it.each(Object.keys(messageTypes))('documents %s with a message that its JSON Schema takes', (type) => {
    const line = read('ipc-messages.md')
      .split('\n')
      .find((text) => text.startsWith(`{"type":"${type}",`));
    const { $defs } = JSON.parse(read('ipc-messages.schema.json'));
    const schema = fromJSONSchema($defs[type]);
    const message = JSON.parse(line ?? 'null');
    expect(schema.safeParse(message).error).toBeUndefined();
    expect(schema.safeParse({ ...message, payload: 'H4sIAAAA', payload_compressed: true }).success).toBe(true);
    expect(schema.safeParse({ ...message, payload: 7 }).success).toBe(false);
    expect(schema.safeParse({ ...message, type: 'other' }).success).toBe(false);
  });
});
