import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLeader, encodeLeader } from './workspace-port.ts';

describe('leader sequences', () => {
  it('carry any key and pane there and back', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }), fc.nat(99_999), (key, pane) => {
        expect(decodeLeader(encodeLeader(key, `%${pane}`))).toEqual({ key, paneId: `%${pane}` });
      }),
    );
  });

  it('may leave the pane out', () => {
    expect(encodeLeader('w')).toBe('\u001b[>7;119;y');
    expect(decodeLeader('\u001b[>7;119;y')).toEqual({ key: 'w', paneId: null });
  });

  it.each(['', 'w', '\u001b[>7;119;1', '\u001b[>7;;1y', '\u001b[>7;1114112;1y', '\u001b[>7;0;1y', '\u001b[>8;119;1y'])(
    'refuses %j',
    (sequence) => {
      expect(decodeLeader(sequence)).toBeNull();
    },
  );

  it('leaves a tmux format for the pane number as it is', () => {
    expect(encodeLeader('w', '#{s/%//:pane_id}')).toBe('\u001b[>7;119;#{s/%//:pane_id}y');
  });
});
