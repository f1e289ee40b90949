import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { field } from './field.ts';

it('says of each field what was said of it, also where fields share a schema', () => {
  const percent = z.string().check(z.regex(/^\d+%$/));
  const Load = z.object({
    memory: field(percent, 'memory in use'),
    cpu: z.optional(field(percent, 'processors in use')),
  });
  const { properties } = z.toJSONSchema(Load);
  expect(properties).toMatchObject({
    memory: { type: 'string', description: 'memory in use' },
    cpu: { type: 'string', description: 'processors in use' },
  });
  expect(Load.parse({ memory: '45%' })).toEqual({ memory: '45%' });
  expect(Load.safeParse({ memory: '45%', cpu: 'much' }).success).toBe(false);
});
