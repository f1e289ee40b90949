/** One agent of the demo fleet. `task` is a script of the simulated agent under a title. */
export interface DemoAgent {
  readonly name: string;
  readonly task: string;
}

/** Six simulated agents that show every state within ten seconds: all kinds of waiting, limit, crash, done, working. */
export const demoFleet: readonly DemoAgent[] = [
  {
    name: 'payments-retry',
    task: [
      'Retry card payments 3 times, with backoff',
      '/say I will add a helper and use it in charge().',
      '/work 1',
      '/say Write  src/payments/retry.ts  +64',
      '/work 1',
      '/say The build folder is stale; I will make it anew.',
      '/ask permission rm -rf build && pnpm build',
      '/work 4',
      '/say Test  pnpm vitest payments  18 passed',
    ].join('\n'),
  },
  {
    name: 'csv-export',
    task: [
      'Export orders as CSV',
      '/say Read  src/export/csv.ts  188 lines',
      '/work 2',
      '/ask question Keep the old column order, or sort by name? | Keep the old order | Sort by name',
      '/work 3',
      '/say Export writes the columns in that order now.',
    ].join('\n'),
  },
  {
    name: 'k8s-upgrade',
    task: [
      'Upgrade the cluster to 1.34',
      '/say Read  charts/ingress/values.yaml',
      '/work 3',
      '/plan Pin the three charts; Upgrade the control plane; Restart ingress once; Upgrade the nodes one by one',
      '/work 6',
      '/say All nodes are on 1.34.',
    ].join('\n'),
  },
  {
    name: 'dark-mode',
    task: [
      'Switch between light and dark',
      '/say Edit  src/ui/theme.ts  +31 −7',
      '/work 3',
      '/stream 6',
      '/say Theme switch works; it follows the system.',
    ].join('\n'),
  },
  {
    name: 'index-rebuild',
    task: [
      'Rebuild the search index',
      '/say Running pytest tests/index',
      '/lines 2/s 30m',
      '/say The index is rebuilt.',
    ].join('\n'),
  },
  {
    name: 'flaky-login',
    task: [
      'Find out why the login test is flaky',
      '/say Running the test 200 times',
      '/work 1',
      '/limit 3s usage',
      '/work 1',
      '/crash 137',
    ].join('\n'),
  },
];
