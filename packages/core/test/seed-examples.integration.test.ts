import { describe, expect, it, vi } from 'vitest';
import type { AgentConfig } from '../src/agent/agent-config.ts';
import { AIProvider } from '../src/agent/agent-config.ts';
import type { AgentHandle } from '../src/agent/agent-handle.ts';
import type { AgentInfo } from '../src/agent/agent-info.ts';
import type { Provider } from '../src/provider/provider.ts';
import type { AgentRuntime } from '../src/runtime/agent-runtime.ts';
import { RuntimeManager } from '../src/runtime/runtime-manager.ts';
import { FakeTmuxTransport } from '../src/testing/fake-tmux-transport.ts';
import { TmuxService } from '../src/tmux/tmux-service.ts';
import { startServer, useLocalWorld } from './local-world.ts';

const waiting = { timeout: 20_000, interval: 20 };

/** Stands for a coding agent: a shell that echoes what it is told. */
const claude: Provider = {
  id: 'claude',
  title: 'Claude Code',
  program: 'cat',
  installHint: 'npm install -g @anthropic-ai/claude-code',
  launch: () => ({ command: ['cat'], env: {}, prompt: 'typed', conversationId: null }),
  rules: [],
  isLineOriented: true,
  interruptKeys: ['Escape'],
};

// seeds/agent-runtime-system.md, "Adding a New Runtime", word for word where it is more than a comment
class MyRuntime implements AgentRuntime {
  readonly type = 'my-runtime';
  readonly #agents = new Map<string, AgentInfo>();

  async spawnAgent(config: AgentConfig): Promise<AgentHandle> {
    const handle = { runtimeType: 'my-runtime', agentId: config.agentId, data: {} };
    const now = Date.now();
    const seen = { exit: null, pid: null, title: '', viewers: 0, directory: config.workingDirectory, worktree: null };
    this.#agents.set(config.agentId, {
      handle,
      config,
      status: 'running',
      createdAt: now,
      lastActivityAt: now,
      ...seen,
    });
    return handle;
  }

  async killAgent(handle: AgentHandle): Promise<void> {
    this.#agents.delete(handle.agentId);
  }

  async listAgents(): Promise<AgentInfo[]> {
    return [...this.#agents.values()];
  }

  getTmux(handle: AgentHandle): TmuxService {
    return new TmuxService({
      transport: new FakeTmuxTransport(),
      server: { id: handle.agentId, label: 'mine', isLocal: false },
    });
  }

  getAttachCommand(handle: AgentHandle): string {
    return `my-engine attach ${handle.agentId}`;
  }

  async ping(): Promise<void> {
    // always there
  }
}

describe.each([0, 1])('the examples of seed agent-runtime-system.md under base-index %i', (baseIndex) => {
  it('run with LocalRuntime', async () => {
    const world = await useLocalWorld({ providers: (id) => (id === 'claude' ? claude : undefined) });
    await startServer(world);
    world.tmux('set-option', '-g', 'base-index', String(baseIndex));
    world.tmux('set-option', '-gw', 'pane-base-index', String(baseIndex));
    const manager = new RuntimeManager();
    manager.register('docker-default', world.runtime);
    const config = {
      agentId: 'agent-123',
      aiProvider: AIProvider.CLAUDE,
      task: 'Implement the user authentication module',
      workingDirectory: world.home,
      sessionName: 'agent',
      autoPilot: true,
      resources: { memory: 8 * 1024 * 1024 * 1024, cpus: 4.0 },
    };
    const handle = await manager.spawnAgent('docker-default', config);
    expect(`Agent spawned: ${handle.agentId}`).toBe('Agent spawned: agent-123');

    const tmux = manager.getTmux(handle);
    await tmux.sendKeys('agent', '0', '0', 'npm test');
    await vi.waitFor(async () => {
      const output = await tmux.capturePaneContent('agent', '0', '0', 100);
      expect(output).toContain('npm test');
    }, waiting);
    const attachCmd = manager.getAttachCommand(handle);
    expect(attachCmd).toBe(`tmux -L ${world.socketName} attach-session -t =agent`);

    const agents = await manager.listAllAgents();
    const lines: string[] = [];
    for (const agent of agents) {
      lines.push(`${agent.handle.agentId}: ${agent.status}`);
    }
    expect(lines).toEqual(['agent-123: running']);

    await manager.killAgent(handle, { graceMs: 5000 });
    expect(await manager.listAllAgents()).toHaveLength(0);
  });

  it('of seed agent-container.md run by hand on the same server', async () => {
    const world = await useLocalWorld();
    await startServer(world);
    world.tmux('set-option', '-g', 'base-index', String(baseIndex));
    await world.runtime.spawnAgent(world.config({ sessionName: 'agent-session', command: ['cat'] }));
    world.tmux('send-keys', '-t', 'agent-session', 'Please analyze the authentication flow', 'Enter');
    world.tmux('send-keys', '-t', 'agent-session', "git commit -m 'implement OAuth flow'");
    await vi.waitFor(() => {
      const screen = world.tmux('capture-pane', '-t', 'agent-session', '-p');
      expect(screen).toContain("git commit -m 'implement OAuth flow'");
      expect(screen.match(/Please analyze/g)).toHaveLength(2);
    }, waiting);
    expect(world.tmux('list-sessions')).toContain('agent-session');
  });
});

it('takes the six-member example of a new runtime as it is', async () => {
  const manager = new RuntimeManager();
  manager.register('mine', new MyRuntime());
  manager.register('other', new MyRuntime());
  const config = { agentId: 'agent-1', aiProvider: 'claude', workingDirectory: '/work' };
  const handle = await manager.spawnAgent('mine', config);
  expect(handle).toEqual({ runtimeType: 'my-runtime', runtimeId: 'mine', agentId: 'agent-1', data: {} });
  expect((await manager.listAllAgents()).map((agent) => agent.handle)).toEqual([handle]);
  expect(manager.getAttachCommand(handle)).toBe('my-engine attach agent-1');
  expect(manager.getTmux(handle)).toBeInstanceOf(TmuxService);
  expect(await manager.pingAll()).toEqual(
    new Map([
      ['mine', true],
      ['other', true],
    ]),
  );
  await manager.killAgent(handle);
  expect(await manager.listAllAgents()).toHaveLength(0);
});
