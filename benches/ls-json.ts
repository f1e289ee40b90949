// `swarm-tui ls --json` of 100 agents with the hub running, against `node -e 0`. Build first: npm run build.
import { spawnSync } from 'node:child_process';
import { median, PackedWorld } from './packed-world.ts';
import { report } from './report.ts';

const rounds = Number(process.argv[2] ?? 15);
const agents = 100;

await using world = new PackedWorld();
await world.startAgents(agents);

function time(argv: readonly string[]): { readonly ms: number; readonly stdout: string } {
  const start = performance.now();
  const { stdout, status, stderr } = spawnSync(process.execPath, argv, { env: world.env, encoding: 'utf8' });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
  return { ms, stdout };
}

const [bare, list]: [number[], number[]] = [[], []];
for (let round = -1; round < rounds; round += 1) {
  const bareRun = time(['-e', '0']);
  const listRun = time([world.launcher, 'ls', '--json']);
  const found = (listRun.stdout.match(/"name"/g) ?? []).length;
  if (found < agents) throw new Error(`only ${found} agents were listed`);
  if (round < 0) continue;
  bare.push(bareRun.ms);
  list.push(listRun.ms);
}

const [bareMs, listMs] = [median(bare), median(list)];
console.log(`node -e 0                 median ${bareMs.toFixed(0)} ms`);
console.log(
  `swarm-tui ls --json       median ${listMs.toFixed(0)} ms   +${(listMs - bareMs).toFixed(0)} ms (target +50 ms)`,
);
report({
  what: `list of ${agents} agents by \`ls --json\`, hub running`,
  against: '`node -e 0`',
  value: listMs - bareMs,
  unit: 'ms more',
  reach: { atMost: 50 },
});
