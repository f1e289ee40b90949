import type { Announcer } from './announcer.ts';
import { Composer } from './composer.ts';
import type { DemoOptions } from './demo-options.ts';
import { Dialog } from './dialog.ts';
import type { DialogRequest } from './dialog.ts';
import type { InputEvent } from './input-decoder.ts';
import { PaintApp } from './paint-app.ts';
import { parseScript } from './parse-script.ts';
import { createRandom } from './random.ts';
import { runStep } from './run-step.ts';
import type { StepContext, StepOutcome } from './run-step.ts';
import { playScenario } from './scenario.ts';
import type { Terminal } from './terminal.ts';

/** What the demo agent is put together from. */
export interface DemoAgentParts {
  readonly options: DemoOptions;
  readonly terminal: Terminal;
  readonly announcer: Announcer;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the process. */
  readonly exit: (code: number) => never;
  readonly killSelf: (signal: string) => void;
}

interface OpenDialog {
  readonly dialog: Dialog;
  readonly answer: (index: number) => void;
}

const busyPrefix = '● Working, esc to interrupt  ';

/** The simulated agent: takes input events, plays scripts, one turn after the other. */
export class DemoAgent {
  readonly #parts: DemoAgentParts;
  readonly #random: () => number;
  readonly #composer = new Composer();
  readonly #queue: string[] = [];
  #turn: AbortController | null = null;
  #dialog: OpenDialog | null = null;
  #app: PaintApp | null = null;
  #heldRow: string | null = null;

  constructor(parts: DemoAgentParts) {
    this.#parts = parts;
    this.#random = createRandom(parts.options.seed);
  }

  /** Shows the banner and the prompt, and starts the first turn when there is one. */
  start(firstPrompt: string): void {
    const { terminal, announcer, options } = this.#parts;
    const { conversation, resume } = options;
    const origin = resume === null ? (conversation ?? 'new') : `${resume}, resumed`;
    terminal.print(
      terminal.paint(`swarm demo agent  ${options.name}`, 'bold'),
      terminal.paint(`conversation ${origin}`, 'dim'),
      '',
    );
    this.#redraw();
    if (firstPrompt.trim() === '') announcer.say({ state: 'idle' });
    else this.#submit(firstPrompt);
  }

  input(event: InputEvent): void {
    if (this.#app !== null) this.#app.apply(event);
    else if (this.#dialog !== null) this.#answer(event, this.#dialog);
    else if (event.type === 'key' && (event.key === 'escape' || event.key === 'interrupt'))
      this.#interrupt(event.key === 'interrupt');
    else if (event.type === 'key' && event.key === 'end-of-input') this.#endOfInput();
    else this.#compose(event);
  }

  resized(): void {
    if (this.#app === null) this.#redraw();
    else this.#app.paint();
  }

  /** Gives the screen back before the process ends. */
  close(): void {
    this.#app?.close();
    this.#parts.terminal.show([]);
  }

  #compose(event: InputEvent): void {
    const prompt = this.#composer.apply(event);
    if (prompt === null) this.#redraw();
    else if (this.#turn === null) this.#submit(prompt);
    else {
      this.#queue.push(prompt);
      this.#parts.terminal.print(this.#parts.terminal.paint(`  queued: ${firstLine(prompt)}`, 'dim'));
      this.#redraw();
    }
  }

  #answer(event: InputEvent, { dialog, answer }: OpenDialog): void {
    const index = dialog.apply(event);
    if (index === null) return this.#redraw();
    this.#dialog = null;
    this.#redraw();
    answer(index);
  }

  #interrupt(isControlC: boolean): void {
    if (this.#turn !== null) this.#turn.abort();
    else if (isControlC && this.#composer.text === '') this.#parts.exit(0);
    else if (isControlC) this.#compose({ type: 'key', key: 'clear' });
  }

  #endOfInput(): void {
    if (this.#turn === null && this.#composer.text === '') this.#parts.exit(0);
  }

  #submit(prompt: string): void {
    const { terminal } = this.#parts;
    const more = prompt.split('\n').length - 1;
    terminal.print(`› ${firstLine(prompt)}${more === 0 ? '' : ` (+${more} lines)`}`);
    this.#turn = new AbortController();
    // Failures end inside #play; only a defect of this program can come out of it.
    void this.#play(prompt, this.#turn.signal);
  }

  async #play(prompt: string, signal: AbortSignal): Promise<void> {
    const { announcer, terminal } = this.#parts;
    const script = parseScript(prompt);
    announcer.task = script.title;
    announcer.say({ state: 'working' });
    this.#redraw();
    const steps = script.steps ?? playScenario(prompt, this.#random);
    const context = this.#contextOf(signal);
    let outcome: StepOutcome | 'interrupted' = 'go-on';
    try {
      for (const step of steps) {
        outcome = await runStep(step, context);
        if (outcome !== 'go-on') break;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      outcome = 'interrupted';
      terminal.print('■ Interrupted. Say what to do instead.');
    }
    this.#endTurn(outcome);
  }

  #endTurn(outcome: StepOutcome | 'interrupted'): void {
    this.#turn = null;
    if (outcome === 'go-on') this.#parts.announcer.say({ state: 'done' });
    else if (outcome !== 'failed') this.#parts.announcer.say({ state: 'idle' });
    const next = outcome === 'interrupted' ? undefined : this.#queue.shift();
    if (next === undefined) this.#redraw();
    else this.#submit(next);
  }

  #contextOf(signal: AbortSignal): StepContext {
    const { terminal, announcer, env, options, exit, killSelf } = this.#parts;
    const { speed, isAutoPilot } = options;
    return {
      terminal,
      announcer,
      env,
      speed,
      isAutoPilot,
      signal,
      exit,
      killSelf,
      random: this.#random,
      ask: (request) => this.#ask(request),
      hold: (row) => {
        this.#heldRow = row;
        this.#redraw();
      },
      paint: () => this.#paint(),
    };
  }

  #ask(request: DialogRequest): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#dialog = { dialog: new Dialog(request), answer: resolve };
    this.#redraw();
    return promise;
  }

  async #paint(): Promise<void> {
    this.#app = new PaintApp(this.#parts.terminal);
    await this.#app.left;
    this.#app = null;
  }

  #redraw(): void {
    const { terminal } = this.#parts;
    if (this.#dialog !== null) return terminal.show(this.#dialog.dialog.rows);
    const isBusy = this.#turn !== null && this.#heldRow === null;
    const prefix = `${isBusy ? busyPrefix : ''}› `;
    const prompt = prefix + this.#composer.row(Math.max(4, terminal.columns - prefix.length - 2));
    terminal.show(this.#heldRow === null ? [prompt] : [this.#heldRow, prompt]);
  }
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 500).replace(/[\p{Cc}]/gu, '�');
}
