import { delimiter } from 'node:path';
import { AgentConfig } from '@swarm-tui/core';
import { createProviderRegistry, detectProviders } from '@swarm-tui/providers';

// A coding agent that swarm-tui does not know, as it would stand in a config file.
const registry = createProviderRegistry({
  custom: {
    goose: {
      title: 'Goose',
      program: 'goose',
      args: ['session'],
      resume: ['--resume', '{conversation}'],
      prompt: ['--text', '{prompt}'],
    },
  },
});

const config = { agentId: 'login', workingDirectory: '/work/shop', task: 'Fix the login' };
for (const id of ['goose', 'codex', 'aider']) {
  const plan = registry.find(id)?.launch(AgentConfig.parse({ ...config, aiProvider: id }));
  console.log(`${id}: ${JSON.stringify(plan?.command)}, prompt ${plan?.prompt}`);
}

const found = await detectProviders({
  providers: registry.list(),
  path: ['/opt/nothing', '/also/nothing'].join(delimiter),
});
console.log(`${found.filter(({ path }) => path !== null).length} of ${found.length} found`);
