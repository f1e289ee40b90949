import { describe, expect, it } from 'vitest';
import { createSteadyClock } from './steady-clock.ts';

const hour = 3_600_000;

function setUp(start = 100 * hour) {
  const world = { wall: start, elapsed: 5 };
  const clock = createSteadyClock({ wall: () => world.wall, elapsed: () => world.elapsed });
  const pass = (ms: number) => {
    world.wall += ms;
    world.elapsed += ms;
  };
  return { clock, world, pass, start };
}

describe('the steady clock', () => {
  it('tells the time of the wall clock', () => {
    const { clock, pass, start } = setUp();
    pass(1_234);
    expect(clock.now()).toBe(start + 1_234);
  });

  it('runs on evenly when the wall clock is put back an hour', () => {
    const { clock, world, pass, start } = setUp();
    world.wall -= hour;
    expect(clock.now()).toBe(start);
    pass(5_000);
    expect(clock.now()).toBe(start + 5_000);
    pass(5_000);
    expect(clock.now()).toBe(start + 10_000);
  });

  it('follows at once when the wall clock is put forward a day, and when it is put right again later', () => {
    const { clock, world, pass, start } = setUp();
    world.wall += 24 * hour;
    expect(clock.now()).toBe(start + 24 * hour);
    world.wall -= 24 * hour;
    pass(1_000);
    expect(clock.now()).toBe(start + 24 * hour + 1_000);
  });

  it('waits out small steps, so that it does not drift away from a clock that is adjusted often', () => {
    const { clock, world, pass, start } = setUp();
    for (let step = 0; step < 100; step += 1) {
      world.wall -= 10;
      clock.now();
      pass(20);
    }
    expect(clock.now()).toBe(start + 1_000);
  });

  it('goes on from what was logged last, but not from a time that cannot be', () => {
    const { clock, pass, start } = setUp();
    clock.startFrom(start + hour);
    expect(clock.now()).toBe(start + hour);
    pass(10);
    expect(clock.now()).toBe(start + hour + 10);
    clock.startFrom(start + 365 * 24 * hour);
    expect(clock.now()).toBe(start + hour + 10);
    clock.startFrom(0);
    expect(clock.now()).toBe(start + hour + 10);
  });
});
