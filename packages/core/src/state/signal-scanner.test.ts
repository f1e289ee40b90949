import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSignalScanner } from './signal-scanner.ts';
import type { Signal } from './signal.ts';

const encoder = new TextEncoder();

function scan(...texts: readonly string[]): readonly Signal[] {
  const scanner = createSignalScanner();
  return texts.flatMap((text) => scanner.push(encoder.encode(text)));
}

const state = { type: 'state', app: null, kind: null, detail: null, until: null };

describe('createSignalScanner', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['a title ended by BEL', '\x1b]0;⠋ fix | shop\x07', [{ type: 'title', title: '⠋ fix | shop' }]],
    ['a title ended by ST', '\x1b]2;done\x1b\\', [{ type: 'title', title: 'done' }]],
    ['a title with semicolons', '\x1b]0;a;b\x07', [{ type: 'title', title: 'a;b' }]],
    ['an OSC 9 notice', '\x1b]9;wants you\x07', [{ type: 'notice', text: 'wants you' }]],
    ['an OSC 99 notice', '\x1b]99;i=1:d=0;wants you\x1b\\', [{ type: 'notice', text: 'wants you' }]],
    ['an OSC 777 notice', '\x1b]777;notify;demo;wants you\x07', [{ type: 'notice', text: 'demo: wants you' }]],
    ['progress', '\x1b]9;4;1;40\x07', [{ type: 'progress', state: 'normal', percent: 40 }]],
    ['the end of progress', '\x1b]9;4;0\x07', [{ type: 'progress', state: 'none', percent: null }]],
    ['a prompt mark', '\x1b]133;A;aid=7\x07', [{ type: 'prompt-mark', mark: 'A', exitCode: null }]],
    ['an exit mark', '\x1b]133;D;2\x07', [{ type: 'prompt-mark', mark: 'D', exitCode: 2 }]],
    [
      'the state of Codex as it was recorded',
      '\x1b]7501;state=blocked:app=codex:kind=permission\x1b\\',
      [{ ...state, state: 'blocked', app: 'codex', kind: 'permission' }],
    ],
    [
      'a state with our detail and end of limit',
      '\x1b]7501;state=error:kind=rate-limit:until=1763701200000:detail=wait%3A%20a%3Bb\x1b\\',
      [{ ...state, state: 'error', kind: 'rate-limit', detail: 'wait: a;b', until: 1_763_701_200_000 }],
    ],
    [
      'a detail with a broken percent code',
      '\x1b]7501;state=working:detail=50%\x07',
      [{ ...state, state: 'working', detail: '50%' }],
    ],
    ['a bell, once a run', 'a\x07b\x07', [{ type: 'bell' }]],
    [
      'bells on both sides of a title',
      'a\x07b\x1b]0;t\x07c\x07',
      [{ type: 'bell' }, { type: 'title', title: 't' }, { type: 'bell' }],
    ],
    ['the alternate screen', '\x1b[?1049h', [{ type: 'alternate-screen', isOn: true }]],
    ['the alternate screen among other modes', '\x1b[?25;1049l', [{ type: 'alternate-screen', isOn: false }]],
  ])('reads %s', (_what, text, expected) => {
    expect(scan(`before${text}after`)).toEqual(expected);
  });

  it.each([
    ['colours and cursor moves', '\x1b[1;31mred\x1b[2K\x1b[10;1H\x1b[?25l'],
    ['an OSC that tells no state', '\x1b]8;;https://example.org\x07link\x1b]8;;\x07'],
    ['an OSC inside a device string', '\x1bPtmux;\x1b\x1b]0;inner\x1b\x1b\\x\x1b\\'],
    ['an OSC that CAN broke off', '\x1b]0;half\x18 text'],
    ['an OSC longer than 4 KiB', `\x1b]0;${'x'.repeat(5000)}\x07`],
    ['a state without a state', '\x1b]7501;app=codex\x07'],
    ['an unknown prompt mark', '\x1b]133;Z\x07'],
  ])('hears nothing in %s', (_what, text) => {
    expect(scan(text)).toEqual([]);
  });

  it('finds the next signal after an overlong one', () => {
    expect(scan(`\x1b]0;${'x'.repeat(5000)}\x07\x1b]0;ok\x07`)).toEqual([{ type: 'title', title: 'ok' }]);
  });

  it('lets a new sequence begin where the old one was broken off', () => {
    expect(scan('\x1b]0;half\x1b]0;whole\x07')).toEqual([{ type: 'title', title: 'whole' }]);
  });

  it('shows control characters of a title as U+FFFD', () => {
    expect(scan('\x1b]0;a\u202Eb\x07')).toEqual([{ type: 'title', title: 'a\uFFFDb' }]);
  });

  const piece = fc.oneof(
    fc.constantFrom(
      '\x1b]0;title\x07',
      '\x1b]7501;state=idle\x1b\\',
      '\x1b[?1049h',
      '\x1b]133;D;1\x07',
      '\x1b',
      '\x1b]',
      'é日👍',
    ),
    fc.string({ unit: 'binary' }),
  );

  it('hears the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat(20)), (pieces, cuts) => {
        const bytes = encoder.encode(pieces.join('').replaceAll('\x07', '\x1b\\'));
        const scanner = createSignalScanner();
        const heard: Signal[] = [];
        let from = 0;
        for (const cut of cuts) {
          heard.push(...scanner.push(bytes.subarray(from, from + cut)));
          from += cut;
        }
        heard.push(...scanner.push(bytes.subarray(from)));
        expect(heard).toEqual(createSignalScanner().push(bytes));
      }),
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const scanner = createSignalScanner();
        scanner.push(bytes);
        scanner.push(encoder.encode('\x18'));
        expect(scanner.push(encoder.encode('\x1b]0;still here\x07'))).toEqual([{ type: 'title', title: 'still here' }]);
      }),
    );
  });
});
