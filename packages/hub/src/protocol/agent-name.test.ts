import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AgentName, toAgentName } from './agent-name.ts';
import { nameFromTask } from './name-from-task.ts';
import { parseParams } from './parse-request.ts';

it.each(['fix-login', 'api.v2', 'über_uns', '日本語-2', 'हिन्दी', '7'])('takes %s', (name) => {
  expect(parseParams('agent.rename', { id: 'a', name })).toEqual({ id: 'a', name });
});

it.each(['', 'bad name/..;x', 'csv;npm', '-dash', '.hidden', 'a\nb', 'a\u001b[31m', '#{pane}', 'x'.repeat(65)])(
  'refuses %j and says what a name is',
  (name) => {
    const refused = expect.objectContaining({
      code: 'invalid-request',
      message: expect.stringMatching(/^(?:".*" cannot be the name of an agent|An agent needs a name)\.$/u),
      hint: expect.stringContaining('letters, digits'),
    });
    expect(() => parseParams('agent.rename', { id: 'a', name })).toThrow(refused);
    expect(() => parseParams('agent.spawn', { aiProvider: 'x', workingDirectory: '/', name })).toThrow(refused);
  },
);

it('derives nothing but names', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(AgentName.safeParse(toAgentName(text)).success).toBe(true);
      expect(AgentName.safeParse(toAgentName(nameFromTask(text))).success).toBe(true);
    }),
  );
});

it('keeps what it can of an odd name', () => {
  expect(toAgentName('csv-export-22; npm start')).toBe('csv-export-22-npm-start');
  expect(toAgentName('a\u001b[31m\nb')).toBe('a-31m-b');
  expect(toAgentName('\u0000')).toBe('agent');
});
