// No lock file and no npm configuration may name a registry's host: everyone uses their own.
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) =>
    /(^|\/)(pnpm-lock\.yaml|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|\.npmrc|pnpm-workspace\.yaml)$/.test(
      file,
    ),
  );
const bad = files.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line, index) => ({ line, where: `${file}:${index + 1}` }))
    .filter(({ line }) => /https?:\/\/|registry\s*=|tarball:/.test(line)),
);
for (const { line, where } of bad) console.log(`${where} names a host: ${line.trim()}`);
process.exit(bad.length === 0 ? 0 : 1);
