// From the start of the packed program to the frame with the rows of 100 running agents, against a bare unbundled Ink 8
// hello-world of 40 rows in the same pseudo terminal. Build first: npm run build.
import { fileURLToPath } from 'node:url';
import { median, PackedWorld, timeUntilShown } from './packed-world.ts';
import { report } from './report.ts';

const rounds = Number(process.argv[2] ?? 9);
const agents = 100;
const hello = fileURLToPath(new URL('fixtures/ink-hello.mjs', import.meta.url));

await using world = new PackedWorld();
await world.startAgents(agents);
const ui = [process.execPath, world.launcher];
/** A screenful of rows; which of the agents comes first is the list's business. */
const hasRows = (seen: string): boolean => new Set(seen.match(/agent-\d{3}/g)).size >= 35;
const hasHello = (seen: string): boolean => seen.includes('row 39');

const times = { hello: [] as number[], hubUp: [] as number[], hubCold: [] as number[] };
for (let round = -1; round < rounds; round += 1) {
  const helloMs = await timeUntilShown([process.execPath, hello], hasHello, world.env);
  const upMs = await timeUntilShown(ui, hasRows, world.env, round < 0 ? 4000 : 0);
  world.closeUi();
  await world.stopHub();
  const coldMs = await timeUntilShown(ui, hasRows, world.env);
  world.closeUi();
  // the first round fills the caches of both: Node keeps the compiled code of the UI after a moment of use
  if (round < 0) continue;
  times.hello.push(helloMs);
  times.hubUp.push(upMs);
  times.hubCold.push(coldMs);
}

const [helloMs, upMs, coldMs] = [median(times.hello), median(times.hubUp), median(times.hubCold)];
console.log(`Ink hello-world, unbundled      median ${helloMs.toFixed(0)} ms`);
console.log(
  `UI with ${agents} agents, hub up      median ${upMs.toFixed(0)} ms   ratio ${(upMs / helloMs).toFixed(2)} (target 0.7)`,
);
console.log(
  `UI with ${agents} agents, hub cold    median ${coldMs.toFixed(0)} ms   ratio ${(coldMs / helloMs).toFixed(2)} (target 1.5)`,
);
const against = 'a bare unbundled Ink 8 hello-world of 40 rows';
const what = `packed program to the frame with the rows of ${agents} agents`;
report({ what: `${what}, hub up`, against, value: upMs / helloMs, unit: 'x its time', reach: { atMost: 0.7 } });
report({ what: `${what}, hub cold`, against, value: coldMs / helloMs, unit: 'x its time', reach: { atMost: 1.5 } });
