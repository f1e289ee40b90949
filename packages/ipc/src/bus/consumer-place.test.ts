import { expect, it } from 'vitest';
import { ConsumerPlace } from './consumer-place.ts';

function createPlace() {
  const saves: PromiseWithResolvers<void>[] = [];
  const saved: number[] = [];
  const place = new ConsumerPlace(10, (seq) => {
    const save = Promise.withResolvers<void>();
    saves.push(save);
    saved.push(seq);
    return save.promise;
  });
  for (const seq of [11, 12, 15, 16, 17]) place.handOut(seq);
  return { place, saves, saved };
}

it('joins the saves that are asked for while one is under way', async () => {
  const { place, saves, saved } = createPlace();
  const first = place.done(11);
  await expect.poll(() => saved).toEqual([11]);
  const others = [place.done(12), place.done(15), place.done(16)];
  saves[0]?.resolve();
  await first;
  await expect.poll(() => saved).toEqual([11, 16]);
  saves[1]?.resolve();
  await Promise.all(others);
  await place.done(16);
  expect(saved).toEqual([11, 16]);
});

it('waits for what is not done yet, and knows nothing of what it did not hand out', async () => {
  const { place, saves, saved } = createPlace();
  await place.done(15);
  await place.done(99);
  expect(saved).toEqual([]);
  void place.done(11);
  const all = place.done(12);
  await expect.poll(() => saved).toEqual([15]);
  saves[0]?.resolve();
  await all;
});

it('tries a save that failed again with the next one', async () => {
  const { place, saves, saved } = createPlace();
  const first = place.done(11);
  await expect.poll(() => saves.length).toBe(1);
  saves[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  const second = place.done(11);
  await expect.poll(() => saved).toEqual([11, 11]);
  saves[1]?.resolve();
  await second;
});
