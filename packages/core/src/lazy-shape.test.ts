import { expect, it } from 'vitest';
import * as z from 'zod';
import { AgentConfig } from './agent/agent-config.ts';
import { lazyShape } from './lazy-shape.ts';

function counted() {
  let made = 0;
  const Point = z.object(
    lazyShape(() => {
      made += 1;
      return { x: z.number(), label: z.string().default('here') };
    }),
  );
  return { Point, made: () => made };
}

it('makes nothing until a value is checked, and then once', () => {
  const { Point, made } = counted();
  const Line = z.object({ points: z.array(Point), first: Point.optional() });
  expect(made()).toBe(0);
  expect(Line.parse({ points: [{ x: 1 }, { x: 2, label: 'there' }] })).toEqual({
    points: [
      { x: 1, label: 'here' },
      { x: 2, label: 'there' },
    ],
  });
  expect(Point.safeParse({ x: 'one' }).error?.issues[0]?.path).toEqual(['x']);
  expect(made()).toBe(1);
});

it('is an object schema like any other', () => {
  const { Point, made } = counted();
  expect(Object.keys(Point.shape)).toEqual(['x', 'label']);
  expect('x' in Point.shape).toBe(true);
  expect(Point.extend({ y: z.number() }).parse({ x: 1, y: 2 })).toEqual({ x: 1, y: 2, label: 'here' });
  expect(Point.partial().parse({})).toEqual({ label: 'here' });
  expect(Point.omit({ label: true }).parse({ x: 1, label: 'gone' })).toEqual({ x: 1 });
  expect(Point.strict().safeParse({ x: 1, z: 3 }).success).toBe(false);
  expect(z.toJSONSchema(Point, { io: 'input' })).toMatchObject({
    properties: { x: { type: 'number' } },
    required: ['x'],
  });
  expect(made()).toBe(1);
});

it('keeps the defaults and rules of what an agent is', () => {
  const config = AgentConfig.parse({ agentId: 'a1', aiProvider: 'shell', workingDirectory: '/tmp' });
  expect(config).toMatchObject({ mode: 'fresh', size: { columns: 160, rows: 50 }, task: '' });
  expect(AgentConfig.safeParse({ ...config, size: { columns: 1, rows: 50 } }).success).toBe(false);
});
