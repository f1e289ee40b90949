/** A sample's labels, such as `{ reason: 'slow' }`. Values come from us, never from a client: each makes a series for good. */
export type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
}

interface Family {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly unit: string | undefined;
  readonly help: string;
  readonly collect: () => readonly Sample[];
}

/** Only goes up. `add` is an addition: it may be called for each message. */
export class Counter {
  #value = 0;

  get value(): number {
    return this.#value;
  }

  add(amount = 1): void {
    this.#value += amount;
  }
}

/** Counts how many values are at most each bound. */
export class Histogram {
  readonly bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** `bounds` go up. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.bounds.length && value > (this.bounds[index] ?? 0)) index++;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }

  samples(): readonly Sample[] {
    let total = 0;
    const buckets = this.#counts.map((count, index) => {
      total += count;
      return { suffix: '_bucket', labels: { le: toBound(this.bounds[index]) }, value: total };
    });
    return [
      ...buckets,
      { suffix: '_count', labels: {}, value: total },
      { suffix: '_sum', labels: {}, value: this.#sum },
    ];
  }
}

/** What `GET /metrics` has to be sent with. */
export const metricsContentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** A set of metrics, told as OpenMetrics 1.0 text. Names are ours: nothing checks them. */
export class MetricsRegistry {
  readonly #families = new Map<string, Family>();

  counter(name: string, help: string, unit?: string): Counter {
    const counter = new Counter();
    this.counters(name, help, () => [[{}, counter.value]], unit);
    return counter;
  }

  /** Counters that somebody else keeps, read when they are told. */
  counters(name: string, help: string, read: () => readonly (readonly [Labels, number])[], unit?: string): void {
    this.#add(name, { kind: 'counter', unit, help, collect: () => toSamples('_total', read()) });
  }

  gauges(name: string, help: string, read: () => readonly (readonly [Labels, number])[], unit?: string): void {
    this.#add(name, { kind: 'gauge', unit, help, collect: () => toSamples('', read()) });
  }

  histogram(name: string, help: string, options: { bounds: readonly number[]; unit?: string | undefined }): Histogram {
    const histogram = new Histogram(options.bounds);
    this.#add(name, { kind: 'histogram', unit: options.unit, help, collect: () => histogram.samples() });
    return histogram;
  }

  /** Ends with `# EOF`. */
  render(): string {
    return [...[...this.#families].flatMap(renderFamily), '# EOF', ''].join('\n');
  }

  #add(name: string, family: Family): void {
    this.#families.set(name, family);
  }
}

/** A counter for each value of one label. */
export class LabelledCounter {
  readonly #label: string;
  readonly #values = new Map<string, number>();

  constructor(label: string) {
    this.#label = label;
  }

  add(value: string, amount = 1): void {
    this.#values.set(value, (this.#values.get(value) ?? 0) + amount);
  }

  read(): readonly (readonly [Labels, number])[] {
    return [...this.#values].map(([value, count]) => [{ [this.#label]: value }, count]);
  }
}

function toSamples(suffix: string, values: readonly (readonly [Labels, number])[]): readonly Sample[] {
  return values.map(([labels, value]) => ({ suffix, labels, value }));
}

function renderFamily([name, { kind, unit, help, collect }]: readonly [string, Family]): readonly string[] {
  const lines = collect().map(
    ({ suffix, labels, value }) => `${name}${suffix}${renderLabels(labels)} ${renderNumber(value)}`,
  );
  const unitLine = unit === undefined ? [] : [`# UNIT ${name} ${unit}`];
  return [`# TYPE ${name} ${kind}`, ...unitLine, `# HELP ${name} ${escapeText(help)}`, ...lines];
}

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeText(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function toBound(bound: number | undefined): string {
  if (bound === undefined) return '+Inf';
  return Number.isInteger(bound) ? `${bound}.0` : `${bound}`;
}

function renderNumber(value: number): string {
  if (Number.isFinite(value)) return `${value}`;
  return Number.isNaN(value) ? 'NaN' : `${value > 0 ? '+' : '-'}Inf`;
}
