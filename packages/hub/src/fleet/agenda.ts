/** Something to be done at a time; `at` moves it, `cancel` forgets it. */
export interface AgendaTask {
  /** Due time, milliseconds since the epoch; null when nothing is planned. */
  readonly dueAt: number | null;
  /** Plans it for `dueAt`, in place of an earlier plan. */
  at(dueAt: number): void;
  /** Plans it for `dueAt` unless it is due before that anyway. */
  by(dueAt: number): void;
  cancel(): void;
}

interface Entry {
  readonly at: number;
  readonly task: Task;
}

// Node runs timers of more than 2^31 ms at once.
const maxDelayMs = 2 ** 31 - 1;

/** Any number of planned tasks with one heap and one timer. Moving a task to a later time costs nothing. */
export class Agenda implements Disposable {
  readonly #heap: Entry[] = [];
  readonly #now: () => number;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Infinity;
  #isClosed = false;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** `run` is called once for each plan that was not moved or cancelled; it must not throw. */
  task(run: () => void): AgendaTask {
    return new Task(run, (task, at) => this.#push({ at, task }));
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#heap.length = 0;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #push(entry: Entry): void {
    if (this.#isClosed) return;
    pushEntry(this.#heap, entry);
    this.#arm();
  }

  #arm(): void {
    const next = this.#heap[0];
    if (next === undefined || this.#isClosed) return;
    if (this.#timer !== null) {
      if (this.#timerAt <= next.at) return;
      clearTimeout(this.#timer);
    }
    this.#timerAt = next.at;
    this.#timer = setTimeout(() => this.#fire(), Math.min(Math.max(0, next.at - this.#now()), maxDelayMs));
    this.#timer.unref();
  }

  #fire(): void {
    this.#timer = null;
    this.#timerAt = Infinity;
    const now = this.#now();
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      popEntry(this.#heap);
      first.task.reach(first.at, now);
    }
    this.#arm();
  }
}

class Task implements AgendaTask {
  dueAt: number | null = null;
  readonly #run: () => void;
  readonly #enter: (task: Task, at: number) => void;
  /** Time of this task's live entry in the heap; others of it are stale. */
  #enteredAt: number | null = null;

  constructor(run: () => void, enter: (task: Task, at: number) => void) {
    this.#run = run;
    this.#enter = enter;
  }

  at(dueAt: number): void {
    this.dueAt = dueAt;
    if (this.#enteredAt === null || this.#enteredAt > dueAt) this.#reenter(dueAt);
  }

  by(dueAt: number): void {
    if (this.dueAt === null || this.dueAt > dueAt) this.at(dueAt);
  }

  cancel(): void {
    this.dueAt = null;
  }

  reach(at: number, now: number): void {
    if (at !== this.#enteredAt) return;
    this.#enteredAt = null;
    if (this.dueAt === null) return;
    if (this.dueAt > now) return this.#reenter(this.dueAt);
    this.dueAt = null;
    this.#run();
  }

  #reenter(at: number): void {
    this.#enteredAt = at;
    this.#enter(this, at);
  }
}

function pushEntry(heap: Entry[], entry: Entry): void {
  let place = heap.length;
  heap.push(entry);
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || above.at <= entry.at) break;
    heap[place] = above;
    place = parent;
  }
  heap[place] = entry;
}

function popEntry(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    const left = heap[place * 2 + 1];
    const right = heap[place * 2 + 2];
    const isRight = right !== undefined && left !== undefined && right.at < left.at;
    const child = isRight ? right : left;
    if (child === undefined || child.at >= last.at) break;
    heap[place] = child;
    place = place * 2 + (isRight ? 2 : 1);
  }
  heap[place] = last;
}
