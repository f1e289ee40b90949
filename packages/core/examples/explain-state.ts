import { createSignalScanner, fuseActivity, sanitizeText, signalEvidence } from '@swarm-tui/core';
import type { Evidence } from '@swarm-tui/core';

// What an agent wrote to its terminal: it asks whether it may run a command, and says so by OSC 7501.
const output = new TextEncoder().encode(
  '\x1b]0;fix the build\x07Run this command?\r\n\x1b]7501;state=blocked:kind=permission:detail=rm%20-rf%20build\x1b\\',
);

const now = Date.now();
const signals = createSignalScanner().push(output);
const evidence = signals.map((signal) => signalEvidence(signal, now)).filter((item): item is Evidence => item !== null);

const verdict = fuseActivity(
  {
    lifecycleAlive: true,
    startedAt: now - 60_000,
    evidence,
    screenChangedAt: now,
    outputAt: now,
    typedAt: 0,
    previous: null,
  },
  now,
);

const { state, reason, detail, certainty } = verdict.activity;
console.log(`${state}, ${reason}: ${sanitizeText(detail ?? '')} (sure: ${certainty})`);
console.log(verdict.because);
for (const row of verdict.evidence) console.log(`${row.source.padEnd(9)} ${row.verdict.padEnd(9)} ${row.says}`);
