// Eight modules make an Intl.Segmenter when they are loaded; the first one costs 10 ms of the way to the first frame, and
// a screen without CJK or emoji never asks for it.
// not as `Intl.Segmenter`: the bundler writes this class for that
const { Segmenter: real } = Intl;
const made = new Map();

export class LazySegmenter {
  #locales;
  #options;

  constructor(locales, options) {
    this.#locales = locales;
    this.#options = options;
  }

  segment(text) {
    return this.#make().segment(text);
  }

  resolvedOptions() {
    return this.#make().resolvedOptions();
  }

  #make() {
    const key = `${String(this.#locales)} ${this.#options?.granularity ?? 'grapheme'}`;
    if (!made.has(key)) made.set(key, new real(this.#locales, this.#options));
    return made.get(key);
  }
}
