// Runs every bench one after the other, keeps what each measured last in results.json, and writes docs/measures.md from it.
// `node benches/run-all.ts [name…]` runs only these. Build first: npm run build.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PackedWorld } from './packed-world.ts';
import type { Figure } from './report.ts';

interface Bench {
  readonly name: string;
  readonly minutes: number;
  readonly env?: Readonly<Record<string, string>>;
}

type Measured = Figure & { readonly met: boolean };

/** What one bench measured last, and under which circumstances. */
interface Result {
  readonly name: string;
  readonly figures: readonly Measured[];
  readonly failure: string | null;
  readonly day: string;
  readonly commit: string;
  /** Of the machine, before the bench began. */
  readonly load: number;
}

const resultsFile = new URL('results.json', import.meta.url);
const reasonsFile = new URL('reasons.md', import.meta.url);

const benches: readonly Bench[] = [
  { name: 'capture-panes', minutes: 4 },
  { name: 'spawn-agents', minutes: 4 },
  { name: 'hub-load', minutes: 10 },
  { name: 'key-to-frame', minutes: 5, env: { NODE_ENV: 'production' } },
  { name: 'switch-viewer', minutes: 2 },
  { name: 'first-frame', minutes: 5 },
  { name: 'switch-server', minutes: 2 },
  { name: 'steady-forks', minutes: 5 },
  { name: 'ls-json', minutes: 3 },
  { name: 'fan-out', minutes: 10 },
  { name: 'request-reply', minutes: 5 },
  { name: 'durable-publish', minutes: 5 },
  { name: 'replay', minutes: 5 },
];

async function run({ name, minutes, env = {} }: Bench): Promise<Result> {
  console.log(`\n== ${name}`);
  const load = Number((loadavg()[0] ?? 0).toFixed(1));
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: minutes * 60_000,
  });
  const figures: Measured[] = [];
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, signal) => resolve(code === 0 ? null : `ended with ${code ?? signal}`));
  });
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    if (line.startsWith('{"what":')) figures.push(JSON.parse(line));
  }
  const day = new Date().toISOString().slice(0, 10);
  return { name, figures, failure: await ended, day, commit: say('git', 'rev-parse', '--short', 'HEAD'), load };
}

function toRows({ name, figures, failure, day, commit, load }: Result): readonly string[] {
  const when = `${day}, ${commit}, ${load}`;
  const rows = figures.map(({ what, against, value, unit, reach, met }) => {
    const wanted = 'atLeast' in reach ? `≥ ${reach.atLeast}` : `≤ ${reach.atMost}`;
    return `| ${what} | ${against ?? '–'} | ${wanted} ${unit} | ${value} ${unit} | ${met ? 'yes' : '**no**'} | ${when} |`;
  });
  return failure === null ? rows : [...rows, `| \`benches/${name}.ts\` | – | – | ${failure} | **no** | ${when} |`];
}

function say(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' }).trim();
}

/** What `npx` downloads and what lies on the disk after it. */
async function weighPackage(): Promise<string> {
  await using world = new PackedWorld();
  const folder = world.launcher.replace(/\/bin\/[^/]*$/, '');
  const tar = execFileSync('tar', ['-cf', '-', '-C', folder, '.'], { maxBuffer: 100_000_000 });
  const kilo = (bytes: number): string => `${(bytes / 1024).toFixed(0)} kB`;
  return `The packed program has ${kilo(gzipSync(tar, { level: 9 }).length)}, unpacked ${kilo(tar.length)}.`;
}

async function writePage(results: readonly Result[]): Promise<void> {
  const [cpu] = cpus();
  const machine = `${cpus().length} cores (${cpu?.model ?? 'unknown'}), ${(totalmem() / 2 ** 30).toFixed(0)} GB, Linux ${release()}`;
  const page = [
    '# Measures',
    '',
    '<!-- Made by `node benches/run-all.ts`. Do not edit. -->',
    '',
    `${machine}, Node ${process.version}, ${say('tmux', '-V')}.`,
    'A row is from one run, both sides of a ratio in turns; its last column has the day, the commit and the load of the',
    'machine before that run. What each bench does: [benches/README.md](../benches/README.md).',
    '',
    '| what | against | reach | measured | met | when |',
    '|---|---|---|---|---|---|',
    ...results.flatMap(toRows),
    '',
    await weighPackage(),
    '',
    readFileSync(reasonsFile, 'utf8').trim(),
    '',
  ];
  writeFileSync(new URL('../docs/measures.md', import.meta.url), page.join('\n'));
}

const names = process.argv.slice(2);
const wanted = benches.filter(({ name }) => names.length === 0 || names.includes(name));
const kept = new Map<string, Result>(JSON.parse(readFileSync(resultsFile, 'utf8')));
for (const bench of wanted) {
  const result = await run(bench);
  kept.set(bench.name, result);
  writeFileSync(resultsFile, `${JSON.stringify([...kept], null, 2)}\n`);
}
const results = benches.flatMap(({ name }) => kept.get(name) ?? []);
console.log(`\n${results.flatMap(toRows).join('\n')}`);
await writePage(results);
if (results.some(({ failure, figures }) => failure !== null || figures.some(({ met }) => !met))) process.exitCode = 1;
