import { applyPatch, connectHub, resolveHubPaths, type AgentRecord } from '@swarm-tui/hub/client';

const agents = new Map<string, AgentRecord>();
const paths = resolveHubPaths(process.env);
await using hub = await connectHub({ paths, autoStart: null, version: '0.1.0' });

const firstChange = Promise.withResolvers<void>();
hub.watchFleet({
  snapshot(fleet) {
    for (const agent of fleet.agents) agents.set(agent.id, agent);
    console.log(fleet.agents.map(({ name, lifecycle }) => `${name} is ${lifecycle}`).join(', '));
    void hub.request('agent.rename', { id: 'a1', name: 'fix-login' });
  },
  delta({ changes }) {
    for (const change of changes) {
      const agent = change.type === 'patch' ? agents.get(change.id) : undefined;
      if (change.type === 'patch' && agent) agents.set(agent.id, applyPatch(agent, change.patch));
    }
    console.log([...agents.values()].map(({ name }) => name).join(', '));
    firstChange.resolve();
  },
});
await firstChange.promise;
