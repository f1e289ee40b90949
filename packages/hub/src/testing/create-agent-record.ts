import type { AgentRecord } from '../protocol/agent-record.ts';

/** A running, idle agent named like its id, with whatever `fields` say otherwise. For tests and mock-ups. */
export function createAgentRecord(fields: Partial<AgentRecord> & Pick<AgentRecord, 'id'>): AgentRecord {
  const { id, createdAt = 1_700_000_000_000 } = fields;
  const name = fields.name ?? id;
  const argv = ['tmux', '-L', 'swarm-agents', 'attach', '-t', `=${name}`];
  return {
    name,
    provider: 'demo',
    model: null,
    runtimeId: 'local',
    runtimeType: 'local',
    host: 'local',
    directory: '/work/project',
    worktree: null,
    task: '',
    lifecycle: 'running',
    lifecycleReason: null,
    activity: {
      state: 'idle',
      reason: null,
      detail: null,
      since: createdAt,
      certainty: 'high',
      conflict: false,
      resetsAt: null,
    },
    unread: false,
    text: '',
    outputAt: createdAt,
    title: '',
    git: null,
    createdAt,
    exit: null,
    pid: 4242,
    viewers: 0,
    conversationId: null,
    queued: 0,
    order: 0,
    removeAt: null,
    handle: { runtimeType: 'local', runtimeId: 'local', agentId: id, data: {} },
    attachCommand: argv.join(' '),
    attachArgv: argv,
    ...fields,
  };
}
