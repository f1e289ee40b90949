import { expect, it } from 'vitest';
import { loadInTime } from './load-in-time.ts';

it('loads what can be loaded, whatever the others do', async () => {
  const never = Promise.withResolvers<string>().promise;
  const load = async (spec: string): Promise<string> => {
    if (spec === 'hangs') return never;
    if (spec === 'fails') throw new Error('no such module');
    return `a ${spec}`;
  };
  expect(await loadInTime({ one: 'hangs', two: 'fails', three: 'runtime' }, load, 20)).toEqual([
    { id: 'one', runtime: null, problem: 'Error: it was not loaded within 0.02 s' },
    { id: 'two', runtime: null, problem: 'Error: no such module' },
    { id: 'three', runtime: 'a runtime', problem: null },
  ]);
});
