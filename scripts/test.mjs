// `npm test [-- VITEST ARGS]`: the same set-up as `npm start`, then every check, then every test, then one line of totals.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, setUp, toolEnv } from './setup.mjs';

setUp();

const report = join(root, '.cache', 'vitest.json');
const only = process.argv.slice(2);

const checks = [
  ['lint', 'oxlint', ['--type-aware', '--deny-warnings']],
  ['format', 'biome', ['format', '.']],
  ['types of tests, benches and scripts', 'tsc', ['-p', 'tsconfig.checks.json']],
  ['dead code and unused dependencies', 'knip', []],
  ['links of the documentation', 'node', ['scripts/check-links.mjs']],
  ['lock file', 'node', ['scripts/check-lockfile.mjs']],
  ['packed packages', 'node', ['scripts/check-packages.mjs']],
];

function run(command, args, options = {}) {
  return spawnSync(command, args, {
    cwd: root,
    env: toolEnv(),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
}

function runChecks() {
  let failed = 0;
  for (const [title, command, args] of checks) {
    const started = Date.now();
    const result = run(command, args);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log([result.status === 0 ? 'ok  ' : 'FAIL', title, `${seconds}s`].join(' '));
    if (result.status === 0) continue;
    failed++;
    console.log(`${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`);
  }
  return { passed: checks.length - failed, failed, skipped: 0 };
}

function runTests() {
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(report, { force: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...only];
  const { status } = run('vitest', args, { stdio: 'inherit' });
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    // A file that does not load, or an error outside any test, counts: the run was not good.
    const brokenFiles = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
    const failed = numFailedTests + brokenFiles;
    return {
      passed: numPassedTests,
      failed: status === 0 ? failed : Math.max(failed, 1),
      skipped: numPendingTests + numTodoTests,
    };
  } catch (error) {
    console.log(`vitest left no report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const results = [only.length > 0 ? { passed: 0, failed: 0, skipped: 0 } : runChecks(), runTests()];
const total = (name) => results.reduce((sum, result) => sum + result[name], 0);
const skipped = total('skipped');
console.log(`${total('passed')} passed, ${total('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(total('failed') === 0 && total('passed') > 0 ? 0 : 1);
