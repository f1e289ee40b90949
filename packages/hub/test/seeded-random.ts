/** Numbers from 0 to below 1 that are the same for the same seed: `SWARM_TEST_SEED`, else one that is printed. */
export function seededRandom(): () => number {
  let state = Number(process.env['SWARM_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  process.stderr.write(`SWARM_TEST_SEED=${state}\n`);
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
