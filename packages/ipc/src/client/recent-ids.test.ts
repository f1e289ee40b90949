import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentIds } from './recent-ids.ts';

it('knows exactly the newest different ids, whatever comes in whatever order', () => {
  const ids = fc.array(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 300 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), ids, (limit, all) => {
      const recent = new RecentIds(limit);
      let model: readonly string[] = [];
      for (const id of all) {
        const isNew = !model.includes(id);
        expect(recent.add(id)).toBe(isNew);
        if (isNew) model = [...model, id].slice(-limit);
      }
    }),
  );
});

it('lets a message through once, however often each is sent again within the window', () => {
  const bursts = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(bursts, (repeats) => {
      const recent = new RecentIds(repeats.length);
      const sent = repeats.map((_count, index) => `m${index}`);
      const again = sent.flatMap((id, index) => Array.from({ length: repeats[index] ?? 0 }, () => id));
      expect([...sent, ...again].filter((id) => recent.add(id))).toEqual(sent);
    }),
  );
});
