import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ControlParser, type ControlReply } from './control-parser.ts';
import type { TmuxEvent } from './tmux-event.ts';

type Seen = { readonly reply: ControlReply } | { readonly event: TmuxEvent } | 'desync';

function parse(...chunks: readonly Uint8Array[]): readonly Seen[] {
  const seen: Seen[] = [];
  const parser = new ControlParser({
    reply: (reply) => seen.push({ reply }),
    // data is a view into the chunk: copied, as listeners must
    event: (event) => seen.push({ event: event.type === 'output' ? { ...event, data: event.data.slice() } : event }),
    desync: () => seen.push('desync'),
  });
  for (const chunk of chunks) parser.push(Buffer.from(chunk));
  return seen;
}

function splitAt(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

// what tmux 3.3a wrote for an attach, a command, an error, output, and a server that was killed
const recorded = Buffer.from(
  String.raw`%begin 1795237075 260 0
%end 1795237075 260 0
%window-add @0
%sessions-changed
%session-changed $0 _swarm
%begin 1795237075 266 1
ab	c\d é ~

%end 1795237075 260 1
%output %0 not an event
%end 1795237075 266 1
%output %1 hello\015\012\033[31mwörld
%begin 1795237075 267 1
%end 1795237075 267 1
%begin 1795237075 280 1
can't find session: nope
%error 1795237075 280 1
%extended-output %12 250 : late : text\134n
%pause %12
%subscription-changed sub $0 @1 1 %12 : a : b
%subscription-changed sub $0 - - - : 
%client-session-changed client-4 $3 my name
%layout-change @1 b25d,80x24,0,0,0 b25d,80x24,0,0,0 *
%unlinked-window-close @7
%something-new from a later tmux
%exit server exited
`,
  'utf8',
);

const expected: readonly Seen[] = [
  { reply: { isError: false, isOurs: false, lines: [] } },
  { event: { type: 'window-add', windowId: '@0' } },
  { event: { type: 'sessions-changed' } },
  { event: { type: 'session-changed', sessionId: '$0', name: '_swarm' } },
  {
    reply: {
      isError: false,
      isOurs: true,
      lines: ['ab\tc\\d é ~', '', '%end 1795237075 260 1', '%output %0 not an event'],
    },
  },
  { event: { type: 'output', paneId: '%1', data: new Uint8Array(Buffer.from('hello\r\n\x1b[31mwörld')) } },
  { reply: { isError: false, isOurs: true, lines: [] } },
  { reply: { isError: true, isOurs: true, lines: ["can't find session: nope"] } },
  { event: { type: 'output', paneId: '%12', data: new Uint8Array(Buffer.from('late : text\\n')) } },
  { event: { type: 'pause', paneId: '%12' } },
  { event: { type: 'subscription', name: 'sub', sessionId: '$0', windowId: '@1', paneId: '%12', value: 'a : b' } },
  { event: { type: 'subscription', name: 'sub', sessionId: '$0', windowId: null, paneId: null, value: '' } },
  { event: { type: 'client-session-changed', client: 'client-4', sessionId: '$3', name: 'my name' } },
  { event: { type: 'layout-change', windowId: '@1', layout: 'b25d,80x24,0,0,0' } },
  { event: { type: 'unlinked-window-close', windowId: '@7' } },
  { event: { type: 'exit', reason: 'server exited' } },
];

function plain(seen: readonly Seen[]): unknown {
  return seen.map((one) =>
    typeof one === 'object' && 'event' in one && one.event.type === 'output'
      ? { ...one.event, data: Buffer.from(one.event.data).toString('latin1') }
      : one,
  );
}

describe('ControlParser', () => {
  it('reads what tmux wrote', () => {
    expect(plain(parse(recorded))).toEqual(plain(expected));
  });

  it('reads the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(recorded.length), { maxLength: 40 }), (cuts) => {
        expect(plain(parse(...splitAt(recorded, cuts)))).toEqual(plain(expected));
      }),
      { numRuns: 300 },
    );
    expect(plain(parse(...splitAt(recorded, [...recorded.keys()])))).toEqual(plain(expected));
  });

  it('brings any bytes of a pane through unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(2000), { maxLength: 8 }), (bytes, cuts) => {
        const line = Buffer.concat([Buffer.from('%output %3 '), escapeLikeTmux(bytes), Buffer.from('\n')]);
        const [seen] = parse(...splitAt(line, cuts));
        expect(plain(seen ? [seen] : [])).toEqual([
          { type: 'output', paneId: '%3', data: Buffer.from(bytes).toString('latin1') },
        ]);
      }),
    );
  });

  it('brings any lines of a reply through unchanged', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', '')),
      fc.constantFrom('%end 5 6 2', '%end 5 7 1', '%error 5 61 1', '%begin 5 6 1', '%output %1 x', '%exit', ''),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.array(fc.nat(2000), { maxLength: 8 }), (lines, cuts) => {
        const text = ['%begin 5 6 1', ...lines, '%end 5 6 1', ''].join('\n');
        expect(parse(...splitAt(Buffer.from(text), cuts))).toEqual([
          { reply: { isError: false, isOurs: true, lines } },
        ]);
      }),
    );
  });

  it('never throws, whatever it is fed', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .constantFrom(
          '%begin 1 2 1\n',
          '%end 1 2 1\n',
          '%output',
          '%output %1',
          '%subscription-changed',
          '\n',
          '%',
          ' : ',
          '\\0',
        )
        .map((text) => new Uint8Array(Buffer.from(text))),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => void parse(...parts)),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a line of text', 'forged before'],
    ['a blank line', ''],
    ['more guesses', '%end 1 2 0\n%end 1 3 1\n%error 1 2 1'],
    ['nothing', '%end 1 2 1'],
  ])('takes the right end of a reply for text when %s follows', (_what, behind) => {
    const lines = ['text', '%end 1 2 1', ...behind.split('\n')];
    const reply = { isError: false, isOurs: true, lines };
    const next = { isError: false, isOurs: true, lines: ['next'] };
    const text = `%begin 1 2 1\n${lines.join('\n')}\n%end 1 2 1\n%begin 1 3 1\nnext\n%end 1 3 1\n`;
    expect(parse(Buffer.from(text))).toEqual([{ reply }, { reply: next }]);
  });

  it('says when a reply ends that never began', () => {
    expect(parse(Buffer.from('%begin 1 2 1\ntext\n%end 1 2 1\n'), Buffer.from('behind\n%end 1 2 1\n')).at(-1)).toBe(
      'desync',
    );
  });

  it('says when a forged end and a forged beginning would swallow all replies to come', () => {
    const forged = '%begin 1 2 1\n%end 1 2 1\n%begin 9 9 1\ntext\n%end 1 2 1\n%begin 1 3 1\n%end 1 3 1\n';
    expect(parse(Buffer.from(forged)).at(-1)).toBe('desync');
  });
});

function escapeLikeTmux(bytes: Uint8Array): Buffer {
  return Buffer.concat(
    [...bytes].map((byte) =>
      byte < 0x20 || byte === 0x5c ? Buffer.from(`\\${byte.toString(8).padStart(3, '0')}`) : Buffer.from([byte]),
    ),
  );
}
