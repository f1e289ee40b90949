import {
  type Activity,
  type ActivityVerdict,
  createLineTail,
  createSignalScanner,
  type Evidence,
  fuseActivity,
  type Provider,
  processEvidence,
  readRules,
  type Signal,
  signalEvidence,
} from '@swarm-tui/core';
import type { AgentRecord } from '../protocol/agent-record.ts';

/** What was learned from a piece of output. */
export interface OutputNews {
  /** Something was said about the state: look at it now, not only at the next flush. */
  readonly hasEvidence: boolean;
  readonly title: string | null;
}

/** Sources that speak for the agent, where the others are guesses of ours. */
const ownWord = ['protocol', 'hook', 'signal'] as const;

const nothingNew: OutputNews = { hasEvidence: false, title: null };

/** All that is known of one running agent's state, and what follows from it. No timers, no effects. */
export class Detection {
  readonly provider: Provider | undefined;
  readonly #scanner = createSignalScanner();
  readonly #tail = createLineTail();
  readonly #evidence = new Map<Evidence['source'], Evidence>();
  readonly #startedAt: number;
  #outputAt = 0;
  #screenChangedAt = 0;
  #typedAt = 0;
  #bottom: readonly string[] = [];
  #previous: Activity | null;
  #verdict: ActivityVerdict | null = null;

  constructor(record: AgentRecord, provider: Provider | undefined, startedAt: number) {
    this.provider = provider;
    this.#startedAt = startedAt;
    this.#previous = record.activity;
  }

  get outputAt(): number {
    return this.#outputAt;
  }

  get verdict(): ActivityVerdict | null {
    return this.#verdict;
  }

  /** Whether its screen must be read: to judge it, or because its raw output has no lines worth showing. */
  get wantsScreen(): boolean {
    return this.hasScreenRules || !this.isLineOriented;
  }

  get hasScreenRules(): boolean {
    return this.provider?.rules.some(({ region }) => region === 'bottom') ?? false;
  }

  get isLineOriented(): boolean {
    return this.provider?.isLineOriented ?? true;
  }

  /** Last line of its raw output. */
  get tailText(): string {
    return this.#tail.line;
  }

  /** Lines at the bottom of the screen, as last read. */
  get bottom(): readonly string[] {
    return this.#bottom;
  }

  /** When the agent itself last told its state; null when it never does. */
  get toldAt(): number | null {
    const times = ownWord.map((source) => this.#evidence.get(source)?.at ?? 0);
    const latest = Math.max(...times);
    return latest === 0 ? null : latest;
  }

  /** Nothing was learned of it yet. */
  get isFresh(): boolean {
    return this.#outputAt === 0 && this.#verdict === null;
  }

  /** Whether mere output may change the last verdict: not while it says working, nor against a stronger source. */
  get isMovedByOutput(): boolean {
    if (this.#verdict === null) return true;
    if (this.#verdict.activity.state === 'working') return false;
    const decider = this.#verdict.evidence.find(({ verdict }) => verdict === 'decides');
    return decider === undefined || decider.source === 'process' || decider.source === 'output';
  }

  /** The screen shows a dialog, whatever stronger sources say: they may be late. */
  get showsDialog(): boolean {
    return this.#evidence.get('screen')?.state === 'waiting';
  }

  push(data: Uint8Array, at: number): OutputNews {
    this.#outputAt = at;
    if (this.isLineOriented) this.#tail.push(data);
    const signals = this.#scanner.push(data);
    if (signals.length === 0) return nothingNew;
    let news = nothingNew;
    for (const signal of signals) news = this.#learn(signal, at, news);
    return news;
  }

  /** Says whether a rule had something to say of the title. */
  readTitle(title: string, at: number): boolean {
    const evidence = readRules(this.provider?.rules ?? [], { title }, at);
    if (evidence === null) return this.#evidence.delete('title');
    this.#evidence.set('title', evidence);
    return true;
  }

  /** Says whether the screen differs from the one read before. */
  readScreen(bottom: readonly string[], at: number): boolean {
    const hasChanged =
      bottom.length !== this.#bottom.length || bottom.some((line, index) => line !== this.#bottom[index]);
    if (hasChanged) this.#screenChangedAt = at;
    this.#bottom = bottom;
    if (!this.hasScreenRules) return hasChanged;
    const evidence = readRules(this.provider?.rules ?? [], { bottom }, at);
    if (evidence === null) this.#evidence.delete('screen');
    else this.#evidence.set('screen', evidence);
    return hasChanged;
  }

  readForeground(command: string, at: number): void {
    this.#evidence.set('process', processEvidence(command, this.provider?.restingPrograms ?? [], at));
  }

  /** What was known before the hub restarted, when nothing came from the agent since. */
  recall(evidence: Evidence): void {
    this.#evidence.set(evidence.source, evidence);
  }

  /** Somebody typed; the echo is no work of the agent. */
  typed(at: number): void {
    this.#typedAt = at;
  }

  /** The verdict now. It becomes the previous one of the next. */
  judge(now: number): ActivityVerdict {
    const verdict = fuseActivity(
      {
        lifecycleAlive: true,
        startedAt: this.#startedAt,
        evidence: [...this.#evidence.values()],
        screenChangedAt: this.#screenChangedAt,
        outputAt: this.#outputAt,
        typedAt: this.#typedAt,
        previous: this.#previous,
      },
      now,
    );
    this.#previous = verdict.activity;
    this.#verdict = verdict;
    return verdict;
  }

  /** Goes back to what is logged, after a verdict could not be written. */
  revert(activity: Activity): void {
    this.#previous = activity;
  }

  #learn(signal: Signal, at: number, news: OutputNews): OutputNews {
    if (signal.type === 'title') {
      const hasEvidence = this.readTitle(signal.title, at);
      return { title: signal.title, hasEvidence: hasEvidence || news.hasEvidence };
    }
    const notice = signal.type === 'notice' ? signal.text : null;
    const evidence =
      notice === null ? signalEvidence(signal, at) : readRules(this.provider?.rules ?? [], { notice }, at);
    if (evidence === null) return news;
    this.#evidence.set(evidence.source, evidence);
    return { ...news, hasEvidence: true };
  }
}
