// A background hub over real agents, as a process of its own: `node fleet-program.ts <paths as JSON> <tmux directory>`.
import { LocalRuntime, RuntimeManager } from '@swarm-tui/core';
import { HubPathsSchema } from './hub-paths-schema.ts';
import { Fleet } from '../src/fleet/fleet.ts';
import { runHub } from '../src/server/run-hub.ts';

const [text = '', tmuxDirectory = ''] = process.argv.slice(2);
const paths = HubPathsSchema.parse(JSON.parse(text));
const { TMUX: _tmux, TMUX_PANE: _pane, ...env } = process.env;

await using runtimes = new RuntimeManager();
runtimes.register(
  'local',
  new LocalRuntime({
    socketName: 'kills',
    configDirectory: paths.stateDirectory,
    env: { ...env, TMUX_TMPDIR: tmuxDirectory },
  }),
);
process.exitCode = await runHub({
  paths,
  version: '1.0.0',
  logWorkerUrl: new URL('../src/log/log-worker.ts', import.meta.url),
  openFleet: ({ log, logger }) => Fleet.open({ runtimes, providers: { find: () => undefined }, log, logger }),
});
