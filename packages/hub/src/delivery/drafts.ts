import type { AgentState } from '../fleet/agent-state.ts';
import type { FleetParts } from '../fleet/fleet-parts.ts';
import type { StoreChange } from '../fleet/fleet-store.ts';
import type { Screen } from './echo.ts';
import { type EmptyInput, hasDraft, isLikeEmpty, toEmptyInput } from './judge-input.ts';

/** Keys that submit an input or empty it. */
const endingKeys: ReadonlySet<string> = new Set(['Enter', 'KPEnter', 'C-m', 'C-c', 'C-u', 'C-d']);
/** Keys that put nothing into an input. */
const silentKey = /^(?:Escape|BTab|PageUp|PageDown|PPage|NPage|Left|Right|Home|End|BSpace|DC|IC|F\d+)$/u;

/** Finds half-typed drafts in agents' inputs. Looks at a screen only where somebody may have typed. */
export class Drafts {
  readonly #parts: FleetParts;
  readonly #read: (state: AgentState) => Promise<Screen | null>;
  /** Agents with keys, pressed through the hub, that nothing has submitted. */
  readonly #keyed = new Set<string>();
  /** Agents that somebody looked at, and may have typed into, since their input was known to be empty. */
  readonly #visited = new Set<string>();
  readonly #empty = new Map<string, EmptyInput>();

  constructor(parts: FleetParts, read: (state: AgentState) => Promise<Screen | null>) {
    this.#parts = parts;
    this.#read = read;
    parts.store.subscribe((change) => this.#onChange(change));
    // Nobody knows what was typed while no hub looked.
    for (const { record } of parts.store.agents()) this.#visited.add(record.id);
  }

  /** Keys go to an agent: they begin a draft, or end it. */
  keysPressed(id: string, keys: readonly string[]): void {
    const isAnswer = this.#parts.store.find(id)?.record.activity.state === 'waiting';
    for (const key of keys) {
      if (endingKeys.has(key)) this.#keyed.delete(id);
      else if (!silentKey.test(key) && !isAnswer) this.#keyed.add(id);
    }
  }

  /** Whether a message that is typed now would be added to something half-typed. */
  async holdsDraft(state: AgentState): Promise<boolean> {
    const { id, activity, viewers } = state.record;
    const hasKeys = this.#keyed.has(id);
    if (!hasKeys && viewers === 0 && !this.#visited.has(id)) return false;
    const isDraft = hasDraft(await this.#read(state), {
      hasKeys,
      empty: this.#empty.get(id) ?? null,
      pattern: this.#patternOf(state),
      isResting: activity.state === 'idle' || activity.state === 'error',
    });
    // Emptied key by key, or submitted in a way that is no key of ours.
    if (!isDraft) this.#keyed.delete(id);
    return isDraft;
  }

  #onChange({ id, before, after, event }: StoreChange): void {
    if (after === undefined) return this.#forget(id);
    if (after.record.viewers > 0) this.#visited.add(id);
    const type = event?.event.type;
    if (type === 'agent.adopted') this.#visited.add(id);
    if (type === 'agent.lifecycle' && after.record.lifecycle === 'provisioning') this.#forget(id);
    if (type === 'agent.activity') this.#onActivity(before, after);
  }

  #onActivity(before: AgentState | undefined, after: AgentState): void {
    const { id, activity } = after.record;
    if (before?.record.activity.state === activity.state) return;
    // A turn began: what was typed before has been taken.
    if (activity.state === 'working') this.#keyed.delete(id);
    if (activity.state === 'idle') void this.#remember(after);
  }

  /** A turn has ended: where the cursor stands now is an empty input, unless somebody typed ahead. */
  async #remember(state: AgentState): Promise<void> {
    const { id, handle } = state.record;
    if (handle === null || (this.#mayBeTyped(id) && this.#empty.has(id))) return;
    const screen = await this.#read(state);
    const empty = screen === null ? null : toEmptyInput(screen);
    const isIdle = this.#parts.store.find(id)?.record.activity.state === 'idle';
    if (empty === null || !isIdle || this.#keyed.has(id)) return;
    if (!this.#mayBeTyped(id)) this.#visited.delete(id);
    else if (!isLikeEmpty(empty, this.#patternOf(state))) return;
    this.#empty.set(id, empty);
  }

  #mayBeTyped(id: string): boolean {
    return this.#keyed.has(id) || (this.#parts.store.find(id)?.record.viewers ?? 0) > 0;
  }

  #patternOf({ record }: AgentState): string | undefined {
    return this.#parts.providers.find(record.provider)?.emptyInput;
  }

  #forget(id: string): void {
    this.#keyed.delete(id);
    this.#visited.delete(id);
    this.#empty.delete(id);
  }
}
