import { expect, it, onTestFinished } from 'vitest';
import { tellListeners } from './tell-listeners.ts';

it('tells all listeners though one fails, and lets its fault be seen', async () => {
  const fault = new Error('mine');
  const seen = Promise.withResolvers<unknown>();
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').once('uncaughtException', seen.resolve);
  onTestFinished(() => {
    for (const listener of others) process.on('uncaughtException', listener);
  });
  const told: string[] = [];
  const fail = (): void => {
    throw fault;
  };
  tellListeners([(event: string) => told.push(`one ${event}`), fail, (event) => told.push(`two ${event}`)], 'x');
  expect(told).toEqual(['one x', 'two x']);
  expect(await seen.promise).toBe(fault);
});
