/** What a figure has to reach: at least or at most so much. */
export type Reach = { readonly atLeast: number } | { readonly atMost: number };

export interface Figure {
  readonly what: string;
  /** What it is compared with; left out for a plain figure. */
  readonly against?: string;
  readonly value: number;
  /** `x` for ratios. */
  readonly unit: string;
  readonly reach: Reach;
}

export function isMet({ value, reach }: Pick<Figure, 'value' | 'reach'>): boolean {
  return 'atLeast' in reach ? value >= reach.atLeast : value <= reach.atMost;
}

/** Prints a figure as the last word of a bench: one line of JSON, which `run-all.ts` gathers. */
export function report(figure: Figure): void {
  console.log(JSON.stringify({ ...figure, value: Number(figure.value.toPrecision(4)), met: isMet(figure) }));
}
