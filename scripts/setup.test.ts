import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

// Stands for npm: notes what it was asked, and makes what the real one would.
const fakeNpm = `#!/bin/sh
echo "$*" >> "$FAKE_ROOT/calls"
[ -e "$FAKE_ROOT/broken" ] && { echo 'no network'; exit 1; }
sleep 0.3
case "$*" in
  *install*) mkdir -p node_modules/.bin; ln -sf "$FAKE_NODE" node_modules/.bin/node ;;
  *build*) mkdir -p packages/tui/dist/bundle; touch packages/tui/dist/bundle/main.mjs ;;
esac
`;
const fakeProgram = `process.stdout.write(JSON.stringify({ args: process.argv.slice(2), as: process.env.SWARM_TUI_CALLED_AS }));
process.exit(process.argv.includes('fail') ? 3 : 0);`;

class Clone {
  readonly root = mkdtempSync(join(tmpdir(), 'swarm-clone-'));

  constructor() {
    onTestFinished(() => rmSync(this.root, { recursive: true }));
    cpSync(import.meta.dirname, join(this.root, 'scripts'), { recursive: true });
    for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', 'packages/tui/src/x.ts'])
      this.write(name, '');
    this.write('packages/tui/bin/swarm-tui.cjs', fakeProgram);
    this.write('path/npm', fakeNpm, 0o755);
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text, { mode });
  }

  /** What npm was asked since the last look. */
  calls(): readonly string[] {
    const file = join(this.root, 'calls');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(file, { force: true });
    return lines.map((line) => line.replace(/^exec --yes --package=pnpm@12 -- pnpm /, ''));
  }

  async start(...args: readonly string[]): Promise<{ code: number | null; out: string; errors: string }> {
    const PATH = `${join(this.root, 'path')}:${process.env['PATH'] ?? ''}`;
    const env = { ...process.env, PATH, FAKE_ROOT: this.root, FAKE_NODE: process.execPath };
    const child = spawn(process.execPath, [join(this.root, 'scripts', 'start.mjs'), ...args], { env });
    let out = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    const code = await new Promise<number | null>((resolve) => void child.once('close', resolve));
    return { code, out, errors };
  }
}

const both = ['install --frozen-lockfile', 'run build'];

describe('npm start', () => {
  it('sets a clone up once, and hands on arguments and exit status', async () => {
    const clone = new Clone();
    const { code, out, errors } = await clone.start('send', 'a b', '--json');
    expect({ code, out: JSON.parse(out) as unknown }).toEqual({
      code: 0,
      out: { args: ['send', 'a b', '--json'], as: 'npm start' },
    });
    expect(errors).toMatch(/installing packages.*\n.*building/);
    expect(clone.calls()).toEqual(both);
    expect(await clone.start('fail')).toMatchObject({ code: 3, errors: '' });
    expect(clone.calls()).toEqual([]);
  });

  it('builds again after a change, and installs again after one of the lock file', async () => {
    const clone = new Clone();
    await clone.start();
    clone.calls();
    const later = Date.now() / 1000 + 60;
    utimesSync(join(clone.root, 'packages/tui/src/x.ts'), later, later);
    await clone.start();
    expect(clone.calls()).toEqual(['run build']);
    clone.write('pnpm-lock.yaml', 'changed');
    await clone.start();
    expect(clone.calls()).toEqual(both);
  });

  it('says why it failed, and tries again the next time', async () => {
    const clone = new Clone();
    clone.write('broken', '');
    const failed = await clone.start();
    expect(failed).toMatchObject({ code: 1, out: '' });
    expect(failed.errors).toMatch(/no network\n[^]*"pnpm install --frozen-lockfile" failed/);
    rmSync(join(clone.root, 'broken'));
    clone.calls();
    expect(await clone.start()).toMatchObject({ code: 0 });
    expect(clone.calls()).toEqual(both);
  });

  it('lets two that start at once set up one after the other', async () => {
    const clone = new Clone();
    const results = await Promise.all([clone.start('1'), clone.start('2'), clone.start('3')]);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(clone.calls()).toEqual(both);
    expect(results.filter(({ errors }) => errors.includes('waiting for it'))).toHaveLength(2);
    expect(existsSync(join(clone.root, '.cache', 'setup.lock'))).toBe(false);
  });

  it('is not held up by the lock of one that was killed', async () => {
    const clone = new Clone();
    clone.write('.cache/setup.lock', '999999999');
    expect(await clone.start()).toMatchObject({ code: 0 });
    expect(clone.calls()).toEqual(both);
  });
});
