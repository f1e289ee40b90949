import { setTimeout as delay } from 'node:timers/promises';
import type { TmuxCommand, TmuxTransport } from '@swarm-tui/core';
import type { InputEvent } from '../app/keys/key.ts';
import { encodeMark } from '../app/workspace-port.ts';
import { type HeldInput, typeCommands } from './held-keys.ts';
import { askTyped, beginWatch, endWatch, listWatchable, unlessTyped, type WatchedSession } from './key-watch.ts';
import { uiOptions } from './options.ts';

/** What moving the keyboard works on. */
export interface KeyboardMoveOptions {
  /** Stays its owner's. */
  readonly transport: TmuxTransport;
  readonly sessionId: string;
  readonly listPaneId: string;
  readonly keys: { readonly table: string };
}

/** Where the keyboard goes, and what takes it there. */
export interface Destination {
  readonly paneId: string;
  readonly commands: readonly TmuxCommand[];
}

type Start = (options: KeyboardMoveOptions, destination: Destination) => Promise<void>;

/** The moves of one list, one after the other. What is typed is for the last that began. */
export class KeyboardMoves {
  #moves: readonly KeyboardMove[] = [];
  /** Somebody reads the list's terminal. */
  #hasReader = false;

  /** False for what is for the list. */
  take(event: InputEvent): boolean {
    this.#hasReader = true;
    if (event.type === 'mark') return this.#moves.some((move) => move.take(event));
    return this.#moves.at(-1)?.take(event) ?? false;
  }

  /** Takes input from now on; `act` says when there is a pane to go to. */
  async during(act: (start: Start) => Promise<void>): Promise<void> {
    const move = new KeyboardMove();
    this.#moves = [...this.#moves, move];
    try {
      await act(async (options, destination) => {
        if (this.#hasReader) await move.run(options, destination);
        else await options.transport.runAll(destination.commands);
      });
    } finally {
      this.#moves = this.#moves.filter((other) => other !== move);
    }
  }
}

/** A key that comes this soon belongs to those before it: they all go the same way, and keep their order. */
const quietMs = 30;
/** Whoever types without a pause gets the keyboard moved between two keys. */
const longestQuietMs = 1500;
/** The list may be busy, but not for longer than so many turns. */
const readTurns = 10;
const readTurnMs = 100;
/** An attach client over a slow line. Until it is up, its terminal would change and echo what is typed. */
const longestAttachMs = 3000;
const mostEvents = 20_000;

let lastMark = 0;

type Way = KeyboardMoveOptions & { readonly session: WatchedSession };

interface Reading {
  /** Puts the mark among commands. */
  readonly toCommands: (mark: readonly TmuxCommand[]) => readonly TmuxCommand[];
  readonly wasSent?: () => Promise<boolean>;
  /** Called while the list reads the mark, before it reads on. */
  readonly whenRead?: () => void;
}

/**
 * The keyboard on its way from the list into a pane. tmux sends what is typed to the list until the focus has moved: all
 * of it belongs to the pane, and goes there in its order.
 */
export class KeyboardMove {
  #events: HeldInput[] = [];
  #touchedAt = performance.now();
  /** Nothing more is for the pane by way of the list. */
  #isOver = false;
  readonly #marks = new Map<number, () => void>();

  /** False for what is not for the pane. */
  take(event: InputEvent): boolean {
    if (event.type === 'mark') return this.#heard(event.number);
    if (this.#isOver || (event.type !== 'key' && event.type !== 'paste')) return false;
    this.#touchedAt = performance.now();
    // as it would be in the pane: the way back to the list, where what follows belongs
    if (event.type === 'key' && event.key === 'Ctrl+Q') this.#isOver = true;
    else if (this.#events.length < mostEvents) this.#events.push(event);
    return true;
  }

  /** Moves the keyboard by these commands, once the pane can be typed into and nobody is in the middle of typing. */
  async run(options: KeyboardMoveOptions, destination: Destination): Promise<void> {
    const { transport, sessionId, keys } = options;
    await untilTypable(transport, destination.paneId);
    const session = { sessionId, table: keys.table, people: await listWatchable(transport, sessionId) };
    let isThere = false;
    try {
      isThere = await this.#go({ ...options, session }, destination);
    } finally {
      if (!isThere) await transport.settleAll(endWatch(session));
      await this.#flush(transport, destination.paneId);
    }
  }

  /** False when the person turned back on the way. */
  async #go(way: Way, { paneId, commands }: Destination): Promise<boolean> {
    const { transport, session } = way;
    const quietUntil = performance.now() + longestQuietMs;
    const end = (): void => {
      this.#isOver = true;
    };
    for (;;) {
      await this.#flush(transport, paneId);
      await this.#quiet(quietUntil);
      await transport.settleAll(beginWatch(session));
      await this.#readUpToHere(way, { toCommands: (mark) => mark });
      if (this.#isOver) return false;
      if (this.#events.length > 0 && performance.now() < quietUntil) continue;
      // all that was typed before the watch is in the pane before the keyboard is
      await this.#flush(transport, paneId);
      const isThere = await this.#readUpToHere(way, {
        toCommands: (mark) => [unlessTyped(session, [...mark, ...commands])],
        wasSent: async () => (await transport.run(askTyped(paneId)))[0] !== '1',
        whenRead: end,
      });
      if (isThere) return true;
    }
  }

  async #flush(transport: TmuxTransport, paneId: string): Promise<void> {
    const events = this.#events;
    this.#events = [];
    if (events.length > 0) await transport.settleAll(typeCommands(paneId, events));
  }

  async #quiet(latest: number): Promise<void> {
    for (;;) {
      const now = performance.now();
      const left = Math.min(this.#touchedAt + quietMs, latest) - now;
      if (left <= 0) return;
      await delay(left);
    }
  }

  /** Settles when the list has read what was typed into it before the mark; false when the mark was not sent. */
  async #readUpToHere({ transport, listPaneId }: Way, { toCommands, wasSent, whenRead }: Reading): Promise<boolean> {
    const number = ++lastMark;
    const { promise, resolve } = Promise.withResolvers<true>();
    this.#marks.set(number, () => {
      whenRead?.();
      resolve(true);
    });
    try {
      await transport.runAll(
        toCommands([
          ['copy-mode', '-q', '-t', listPaneId],
          ['send-keys', '-t', listPaneId, '-l', '--', encodeMark(number)],
        ]),
      );
      if (wasSent !== undefined && !(await wasSent())) return false;
      // in turns: whatever stopped this process for long must not count as a list that does not read
      for (let turn = 0; turn < readTurns; turn++) {
        if (await Promise.race([promise, delay(readTurnMs, false, { ref: false })])) break;
      }
      return true;
    } finally {
      this.#marks.delete(number);
    }
  }

  #heard(number: number): boolean {
    const tell = this.#marks.get(number);
    tell?.();
    return tell !== undefined;
  }
}

/** An attach client has taken its terminal over when it has set the keypad's mode; a shell takes what was typed ahead. */
const isTypable = `#{?#{==:#{${uiOptions.pane}},agent},#{||:#{keypad_flag},#{pane_dead}},1}`;
const lookAgainMs = 15;

async function untilTypable(transport: TmuxTransport, paneId: string): Promise<void> {
  const latest = performance.now() + longestAttachMs;
  while (performance.now() < latest) {
    const [answer] = await transport.run(['display-message', '-p', '-t', paneId, isTypable]);
    if (answer === '1') return;
    await delay(lookAgainMs);
  }
}
