import { describe, expect, it } from 'vitest';
import { asksForUi } from './ui-arguments.ts';

describe('asksForUi', () => {
  it('is true without arguments and with options of the UI alone', () => {
    expect(asksForUi([])).toBe(true);
    expect(asksForUi(['--ascii', '--no-color'])).toBe(true);
    expect(asksForUi(['--config', '/x/config.toml', '--no-motion'])).toBe(true);
    expect(asksForUi(['--config=/x/config.toml'])).toBe(true);
  });

  it('leaves commands, help and mistakes to the CLI', () => {
    expect(asksForUi(['ls'])).toBe(false);
    expect(asksForUi(['--ascii', 'ls'])).toBe(false);
    expect(asksForUi(['--help'])).toBe(false);
    expect(asksForUi(['--asci'])).toBe(false);
    expect(asksForUi(['--config'])).toBe(false);
  });
});
