import { defineConfig } from 'vitest/config';

// unit: beside the code, no engines. integration: real tmux and friends. e2e: the built program in a real terminal.
// tmux 3.3a now and then forgets an ended child, and CI's machine is noisy: there one more try is given, and reported.
const retry = process.env['CI'] === 'true' ? 1 : 0;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/node_modules/**', '**/dist/**'],
          // property tests take seconds where many others compute
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          retry,
          include: ['packages/*/test/**/*.integration.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          retry,
          include: ['e2e/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
