import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openLogFile } from './log-file.ts';

function createPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-hublog-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'hub.log');
}

it('writes one JSON object a line, in UTC, that only its owner may read', () => {
  const path = createPath();
  using log = openLogFile({ path, now: () => 0 });
  log.info({ event: 'hub.started', pid: 7 });
  log.debug({ event: 'noise' });
  log.error({ event: 'x', cause: new TypeError('two\nlines') });
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { at: '1970-01-01T00:00:00.000Z', level: 'info', event: 'hub.started', pid: 7 },
    { at: '1970-01-01T00:00:00.000Z', level: 'error', event: 'x', cause: 'TypeError: two\nlines' },
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('keeps one old file when it grows too long', () => {
  const path = createPath();
  using log = openLogFile({ path, maxBytes: 300 });
  for (let line = 0; line < 20; line += 1) log.warn({ event: 'line', line });
  expect(statSync(path).size).toBeLessThanOrEqual(300);
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(300);
  expect(readFileSync(path, 'utf8')).toContain('"line":19');
});

it('goes on after the file that was there, and is silent after dispose', () => {
  const path = createPath();
  using first = openLogFile({ path });
  first.info({ event: 'first' });
  first[Symbol.dispose]();
  first.info({ event: 'too late' });
  using second = openLogFile({ path });
  second.info({ event: 'second' });
  expect(readFileSync(path, 'utf8')).toMatch(/first.*\n.*second/);
  expect(existsSync(`${path}.1`)).toBe(false);
});

it('writes again once the old file can be moved away', () => {
  const path = createPath();
  using log = openLogFile({ path, maxBytes: 100 });
  log.info({ event: 'before' });
  mkdirSync(join(`${path}.1`, 'in the way'), { recursive: true });
  log.info({ event: 'dropped', text: 'x'.repeat(100) });
  rmdirSync(join(`${path}.1`, 'in the way'));
  rmdirSync(`${path}.1`);
  log.info({ event: 'after', text: 'x'.repeat(100) });
  expect(readFileSync(path, 'utf8')).toContain('"event":"after"');
  expect(readFileSync(`${path}.1`, 'utf8')).toContain('"event":"before"');
});

it('keeps a line whose details are no JSON', () => {
  const path = createPath();
  using log = openLogFile({ path });
  log.warn({ event: 'odd', count: 1n });
  expect(readFileSync(path, 'utf8')).toMatch(/"level":"warn","event":"odd","unreadable":"TypeError/);
});

it('counts bytes, not characters', () => {
  const path = createPath();
  using log = openLogFile({ path, maxBytes: 400 });
  for (let line = 0; line < 6; line += 1) log.warn({ event: 'line', text: '工'.repeat(60) });
  expect(statSync(path).size).toBeLessThanOrEqual(400);
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(400);
});
