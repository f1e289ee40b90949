/* oxlint-disable no-control-regex -- control characters are what this file is about */
// Stands for Intl.Segmenter in the bundle. Eight modules make one when they are loaded, and the first costs 10 ms of the way
// to the first frame; text without combining characters or emoji, which is nearly every screen, needs none.

// not as `Intl.Segmenter`: the bundler writes this class for that
const { Segmenter: Real } = Intl;
const made = new Map();
// each of these is a grapheme by itself: printable ASCII, Latin, punctuation, arrows, box drawing, geometric shapes; and
// Escape, for every row has colours
const others =
  /[^\u001b\u0020-\u007e\u00a1-\u00a8\u00aa-\u00ac\u00af-\u02ff\u2010-\u2027\u2030-\u203b\u2190-\u2193\u2500-\u25a9\u25b2-\u25b5\u25b7-\u25bf\u25c1-\u25fa]/;

export class LazySegmenter {
  #locales;
  #options;

  constructor(locales, options) {
    this.#locales = locales;
    this.#options = options;
  }

  segment(text) {
    const input = String(text);
    const isPlain = (this.#options?.granularity ?? 'grapheme') === 'grapheme' && !others.test(input);
    return isPlain ? new PlainSegments(input) : this.#make().segment(input);
  }

  resolvedOptions() {
    return this.#make().resolvedOptions();
  }

  #make() {
    const key = `${String(this.#locales)} ${this.#options?.granularity ?? 'grapheme'}`;
    if (!made.has(key)) made.set(key, new Real(this.#locales, this.#options));
    return made.get(key);
  }
}

class PlainSegments {
  #input;

  constructor(input) {
    this.#input = input;
  }

  containing(at = 0) {
    const index = Math.trunc(at);
    return index < 0 || index >= this.#input.length ? undefined : this.#at(index);
  }

  *[Symbol.iterator]() {
    for (let index = 0; index < this.#input.length; index += 1) yield this.#at(index);
  }

  #at(index) {
    return { segment: this.#input[index], index, input: this.#input };
  }
}
