import type * as z from 'zod';

/**
 * Fields for `z.object`, made when the first value is checked (or the first field asked for): a program that is started
 * for one question does not make what it never reads, which costs more than the answer.
 */
export function lazyShape<Shape extends z.ZodRawShape>(make: () => Shape): Shape {
  let made: Shape | undefined;
  const shape = (): Shape => (made ??= make());
  return new Proxy<Shape>(Object.create(null), {
    get: (_target, key): unknown => Reflect.get(shape(), key),
    has: (_target, key) => Reflect.has(shape(), key),
    ownKeys: () => Reflect.ownKeys(shape()),
    getOwnPropertyDescriptor: (_target, key) => Reflect.getOwnPropertyDescriptor(shape(), key),
  });
}
