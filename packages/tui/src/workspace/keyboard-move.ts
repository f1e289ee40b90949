import { setTimeout as delay } from 'node:timers/promises';
import type { TmuxCommand, TmuxTransport } from '@swarm-tui/core';
import type { InputEvent } from '../app/keys/key.ts';
import { encodeMark } from '../app/workspace-port.ts';
import { type HeldInput, typeCommands } from './held-keys.ts';
import { uiOptions } from './options.ts';

/** What moving the keyboard works on. */
export interface KeyboardMoveOptions {
  /** Stays its owner's. */
  readonly transport: TmuxTransport;
  readonly listPaneId: string;
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
/** The list may be busy, but not for longer. */
const longestReadMs = 1000;
/** An attach client over a slow line. Until it is up, its terminal would change and echo what is typed. */
const longestAttachMs = 3000;
const mostEvents = 20_000;

let lastMark = 0;

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
  async run(options: KeyboardMoveOptions, { paneId, commands }: Destination): Promise<void> {
    const { transport } = options;
    await untilTypable(transport, paneId);
    const latest = performance.now() + longestQuietMs;
    do {
      await this.#flush(transport, paneId);
      await this.#quiet(latest);
      await this.#readUpToHere(options, []);
    } while (this.#events.length > 0 && performance.now() < latest);
    await this.#flush(transport, paneId);
    if (this.#isOver) return;
    // in one go: what was typed before is in front of the mark, what comes after goes to the pane
    await this.#readUpToHere(options, commands, () => {
      this.#isOver = true;
    });
    await this.#flush(transport, paneId);
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

  /** Runs the commands; settles when the list has read what was typed into it before them. */
  async #readUpToHere(
    { transport, listPaneId }: KeyboardMoveOptions,
    commands: readonly TmuxCommand[],
    whenRead: () => void = () => {},
  ): Promise<void> {
    const number = ++lastMark;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#marks.set(number, () => {
      whenRead();
      resolve();
    });
    const mark: readonly TmuxCommand[] = [
      ['copy-mode', '-q', '-t', listPaneId],
      ['send-keys', '-t', listPaneId, '-l', '--', encodeMark(number)],
    ];
    try {
      await transport.runAll([...mark, ...commands]);
      await Promise.race([promise, delay(longestReadMs, undefined, { ref: false })]);
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
