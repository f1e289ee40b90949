import { parseNotification } from './parse-notification.ts';
import type { TmuxEvent } from './tmux-event.ts';

/** What tmux answered to one command. */
export interface ControlReply {
  readonly isError: boolean;
  /** The command came over this connection; false for the one that attached, and for hooks. */
  readonly isOurs: boolean;
  readonly lines: readonly string[];
}

/** Who gets what the parser reads. */
export interface ControlSink {
  reply(reply: ControlReply): void;
  event(event: TmuxEvent): void;
  /** A reply ended that never began, or ended twice: text in it passed for its end. Nothing after it can be trusted. */
  desync(): void;
}

interface OpenBlock {
  readonly endMarker: Buffer;
  readonly errorMarker: Buffer;
  readonly isOurs: boolean;
  readonly parts: Buffer[];
}

const newline = 0x0a;
const percent = 0x25;
const endWord = Buffer.from('%end ');
const errorWord = Buffer.from('%error ');
const maxLineBytes = 64 * 1024 * 1024;

/**
 * Reads the byte stream of a control-mode client, however it is cut into chunks. Never throws for what is in it. tmux does
 * not escape the text of a reply: only the end with its own time, number and flags ends it, and only where tmux's own
 * words follow.
 */
export class ControlParser {
  readonly #sink: ControlSink;
  #carry: Buffer[] = [];
  #carryBytes = 0;
  #block: OpenBlock | undefined;
  #lastBlock: OpenBlock | undefined;

  constructor(sink: ControlSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    const start = this.#carryBytes > 0 ? this.#finishCarried(chunk) : 0;
    if (start === -1) return;
    const rest = this.#takeLines(chunk, start);
    if (rest < chunk.length) this.#keep(chunk.subarray(rest));
  }

  /** Completes the line that the chunks before left open. -1 when it is open still. */
  #finishCarried(chunk: Buffer): number {
    const end = chunk.indexOf(newline);
    this.#keep(end === -1 ? chunk : chunk.subarray(0, end + 1));
    if (end === -1) return -1;
    const line = Buffer.concat(this.#carry);
    this.#carry = [];
    this.#carryBytes = 0;
    this.#takeLines(line, 0);
    return end + 1;
  }

  #keep(part: Buffer): void {
    // a line beyond any that tmux writes is cut, not gathered
    if (this.#carryBytes > maxLineBytes) return;
    this.#carry.push(part);
    this.#carryBytes += part.length;
  }

  /** Takes the whole lines from `start`; answers where the first incomplete one begins. */
  #takeLines(chunk: Buffer, start: number): number {
    // body lines are not looked at one by one: only where the body ends matters, then it is decoded in one piece
    let bodyStart = start;
    let lineStart = start;
    for (let end = chunk.indexOf(newline, start); end !== -1; end = chunk.indexOf(newline, lineStart)) {
      if (chunk[lineStart] === percent) {
        const block = this.#block;
        if (!block) this.#takeLine(chunk.subarray(lineStart, end));
        else if (this.#takeEnd(block, chunk, { bodyStart, lineStart })) bodyStart = end + 1;
        if (block === undefined) bodyStart = end + 1;
      } else if (!this.#block) bodyStart = end + 1;
      lineStart = end + 1;
    }
    if (this.#block && lineStart > bodyStart) this.#block.parts.push(chunk.subarray(bodyStart, lineStart));
    return lineStart;
  }

  #takeEnd(block: OpenBlock, chunk: Buffer, at: { readonly bodyStart: number; readonly lineStart: number }): boolean {
    const isEnd = startsWith(chunk, at.lineStart, block.endMarker);
    if (!isEnd && !startsWith(chunk, at.lineStart, block.errorMarker)) {
      // a forged end, and a forged begin behind it: the true end of the reply before comes late
      if (this.#lastBlock && isMarker(this.#lastBlock, chunk, at.lineStart)) this.#sink.desync();
      return false;
    }
    if (isTextNext(chunk, at.lineStart + (isEnd ? block.endMarker : block.errorMarker).length)) return false;
    block.parts.push(chunk.subarray(at.bodyStart, at.lineStart));
    this.#block = undefined;
    this.#lastBlock = block;
    this.#sink.reply({ isError: !isEnd, isOurs: block.isOurs, lines: toLines(block.parts) });
    return true;
  }

  #takeLine(line: Buffer): void {
    if (line[1] === 0x62 || line[2] === 0x6e || line[2] === 0x72) {
      const text = line.toString('latin1', 0, 80);
      const [, id, flags] = /^%begin (\d+ \d+) (\d+)$/.exec(text) ?? [];
      if (id !== undefined) this.#block = openBlock(id, Number(flags));
      if (/^%(?:end|error) \d+ \d+ \d+$/.test(text)) this.#sink.desync();
      if (id !== undefined) return;
    }
    const event = parseNotification(line);
    if (event) this.#sink.event(event);
  }
}

function openBlock(id: string, flags: number): OpenBlock {
  return {
    endMarker: Buffer.from(`%end ${id} ${flags}\n`),
    errorMarker: Buffer.from(`%error ${id} ${flags}\n`),
    isOurs: (flags & 1) === 1,
    parts: [],
  };
}

function isMarker(block: OpenBlock, chunk: Buffer, offset: number): boolean {
  return startsWith(chunk, offset, block.endMarker) || startsWith(chunk, offset, block.errorMarker);
}

// behind the end of a reply tmux writes a notification or begins another; anything else shows that a pane guessed the end
function isTextNext(chunk: Buffer, offset: number): boolean {
  if (offset >= chunk.length) return false;
  return chunk[offset] !== percent || startsWith(chunk, offset, endWord) || startsWith(chunk, offset, errorWord);
}

function startsWith(chunk: Buffer, offset: number, marker: Buffer): boolean {
  const end = offset + marker.length;
  return end <= chunk.length && chunk.compare(marker, 0, marker.length, offset, end) === 0;
}

function toLines(parts: readonly Buffer[]): readonly string[] {
  const [first] = parts;
  const body = parts.length === 1 && first ? first : Buffer.concat(parts);
  if (body.length === 0) return [];
  return body.toString('utf8', 0, body.length - 1).split('\n');
}
