/* oxlint-disable no-control-regex -- control characters are what this file is about */
import { HubError } from '@swarm-tui/hub/client';
import { createAgentRecord } from '@swarm-tui/hub/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeCli } from '../fake-context.ts';
import { escapeJson, oneLine } from './safe-output.ts';

const hostile =
  'x\u001b[2J\u001b]0;t\u0007\u001b]52;c;AAAA\u0007\u009b31m\u202egnp.exe\u2066\u200b\nforged row\ttab\u007f';
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const unsafeButLines = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\n\t]]/v;

function hostileCli(options: ConstructorParameters<typeof FakeCli>[0] = {}): FakeCli {
  const git = { branch: hostile, added: 1, removed: 0, dirtyFiles: 0, unpushed: 0, at: 1 };
  return new FakeCli({ agents: [createAgentRecord({ id: 'h-1', name: hostile, text: hostile, git })], ...options });
}

describe('what the command line prints', () => {
  it.each([{}, { isTerminal: true, env: { NO_COLOR: '1' } }])(
    'holds nothing of an agent that acts on a terminal: %j',
    async (options) => {
      const { out } = await hostileCli(options).run('ls');
      expect(out).toContain('x�[2J');
      expect(out).not.toMatch(unsafeButLines);
      expect(out.trimEnd().split('\n')).toHaveLength(2);
    },
  );

  it('holds only our own colours, where they are wanted', async () => {
    const { out } = await hostileCli({ isTerminal: true }).run('ls');
    expect(out).toContain('\u001b[1m');
    expect(out.replaceAll(/\u001b\[[\d;]*m/g, '')).not.toMatch(unsafeButLines);
    expect(out).not.toContain('\u001b[31m');
  });

  it('explains without them', async () => {
    const { out, code } = await hostileCli().run('explain', 'h-1');
    expect(code).toBe(0);
    expect(out).not.toMatch(unsafeButLines);
    expect(out).not.toMatch(/^forged/m);
  });

  it('shows a screen with its colours and nothing more', async () => {
    const cli = hostileCli();
    cli.hub.fleet.show('h-1', ['\u001b[31mred\u001b[0m \u001b]0;t\u0007\u202e\u001b[2J']);
    expect((await cli.run('capture', 'h-1', '--color', 'always')).out).toBe('\u001b[31mred\u001b[0m �\n');
    expect((await cli.run('capture', 'h-1')).out).not.toMatch(unsafeButLines);
  });

  it.each([
    ['capture', `nobody${hostile}`],
    ['spawn', 'demo', '-e', hostile],
    ['wait', 'h-1', '--timeout', hostile],
    ['keys', 'h-1', hostile],
    ['ls', `--${hostile}`],
    [hostile],
    ['kill', 'h-1'],
  ])('says what is wrong without them: %s', async (...argv) => {
    const { errors, code } = await hostileCli().run(...argv);
    expect(code).not.toBe(0);
    expect(errors).not.toBe('');
    expect(errors).not.toMatch(unsafeButLines);
    expect(errors).not.toMatch(/^forged/m);
  });

  it('does so for the errors of the hub, and keeps the hint on a line of its own', async () => {
    const cli = hostileCli();
    cli.hub.fleet.answer('agent.spawn', async () => {
      throw new HubError('runtime-failed', `No ${hostile}.`, { hint: 'Do this.' });
    });
    const { errors } = await cli.run('spawn', 'demo');
    expect(errors.trimEnd().split('\n')).toEqual([expect.stringMatching(/^swarm-tui: No x�/), 'Do this.']);
    expect(errors).not.toMatch(unsafeButLines);
  });

  it.each([['ls'], ['explain', 'h-1'], ['logs', 'h-1']])(
    'escapes them in JSON, which says the same: %s',
    async (...argv) => {
      const cli = hostileCli();
      cli.hub.fleet.show('h-1', [hostile]);
      const { out } = await cli.run(...argv, '--json');
      expect(out.slice(0, -1)).not.toMatch(unsafe);
      expect(out).toContain(String.raw`\u202e`);
      expect(JSON.stringify(JSON.parse(out))).toContain(JSON.stringify(hostile).slice(1, 40));
    },
  );
});

describe('escapeJson', () => {
  it('keeps every document as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = escapeJson(JSON.stringify({ text }));
        expect(JSON.parse(json)).toEqual({ text });
        expect(json).not.toMatch(unsafe);
      }),
    );
  });
});

describe('oneLine', () => {
  it('is one line', () => {
    expect(oneLine('a\r\nb\tc\u2028d')).toBe('a b c�d');
  });
});
