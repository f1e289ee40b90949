import { AgentConfig, AgentId, lazyShape } from '@swarm-tui/core';
import * as z from 'zod';
import { AgentName } from './agent-name.ts';
import { AgentRecord, Explanation, GitFigures, QueuedMessage } from './agent-record.ts';
import { FleetSnapshot } from './fleet-delta.ts';
import { FleetEvent } from './fleet-event.ts';
import { ScreenFrame } from './screen-frame.ts';

/** Raised whenever client and hub would misunderstand each other. */
export const HUB_PROTOCOL = 1;

const Target = z.object({ id: AgentId });
const Nothing = z.object({});

interface RequestSchemas<P extends z.ZodType, R extends z.ZodType> {
  readonly params: P;
  readonly result: R;
}

/** Made when they are first asked for: a command makes one request of twenty, and all schemas cost more than its answer. */
function request<P extends z.ZodType, R extends z.ZodType>(make: () => RequestSchemas<P, R>): RequestSchemas<P, R> {
  let made: RequestSchemas<P, R> | undefined;
  const get = (): RequestSchemas<P, R> => (made ??= make());
  return {
    get params() {
      return get().params;
    },
    get result() {
      return get().result;
    },
  };
}

const spawnRequest = () =>
  AgentConfig.partial({
    agentId: true,
    sessionName: true,
    task: true,
    mode: true,
    autoPilot: true,
    size: true,
  }).extend({
    name: AgentName.optional(),
    /** Registered runtime. @default 'local' */
    runtimeId: z.string().default('local'),
    wait: z.boolean().default(false),
  });
/** What to start, as a client asks: the hub fills in id, session and name. `env` is the asking client's environment. */
export type SpawnRequest = Omit<z.input<ReturnType<typeof spawnRequest>>, 'wait'>;

/** What the hub says of itself. */
export const HubStatus = z.object(
  lazyShape(() => ({
    version: z.string(),
    protocol: z.number().int(),
    pid: z.number().int(),
    startedAt: z.number(),
    socketPath: z.string(),
    stateDirectory: z.string(),
    agents: z.number().int(),
    clients: z.number().int(),
    /** Size of the event log. */
    logBytes: z.number().int(),
    lastEventSeq: z.number().int(),
    /** What the person should know: a damaged event log was set aside. */
    warning: z.string().nullable().default(null),
  })),
);
export type HubStatus = z.infer<typeof HubStatus>;

/** What deleting an agent would lose. */
export const Loss = z.object(
  lazyShape(() => ({
    id: AgentId,
    git: GitFigures.nullable(),
    dirtyFiles: z.array(z.object({ path: z.string(), added: z.number().int(), removed: z.number().int() })),
    unpushedCommits: z.array(z.object({ hash: z.string(), subject: z.string(), at: z.number() })),
    isRunning: z.boolean(),
    /** It has a worktree that was made for it, which may go with it. */
    hasWorktree: z.boolean(),
    /** Why its worktree does not go without `force`: what would be lost with it, in words. Empty: nothing. */
    reasons: z.array(z.string()).default([]),
    /** Changes with what would be lost: send it as `seen` to remove no more than was shown. */
    fingerprint: z.string().optional(),
  })),
);
export type Loss = z.infer<typeof Loss>;

/** Every request a client may make: the shape of its parameters and of its answer. The envelope's `type` is the key. */
export const hubRequests = {
  'hub.status': request(() => ({ params: Nothing, result: HubStatus })),
  /** Ends the hub; agents go on. */
  'hub.stop': request(() => ({ params: z.object({ reason: z.string().default('asked') }), result: Nothing })),
  'fleet.snapshot': request(() => ({ params: Nothing, result: FleetSnapshot })),
  /** Logged events with `seq` above `since`, oldest first. */
  'fleet.events': request(() => ({
    params: z.object({ since: z.number().int().default(0), limit: z.number().int().min(1).max(5000).default(1000) }),
    result: z.object({ events: z.array(FleetEvent), lastSeq: z.number().int() }),
  })),
  'runtime.ping': request(() => ({
    params: z.object({ runtimeId: z.string() }),
    result: z.object({ ms: z.number() }),
  })),
  /** Answers once the agent is logged and queued; watch its lifecycle, or set `wait`, for the rest. */
  'agent.spawn': request(() => ({ params: spawnRequest(), result: AgentRecord })),
  'agent.stop': request(() => ({
    params: Target.extend({ graceMs: z.number().int().min(0).max(600_000).optional() }),
    result: AgentRecord,
  })),
  /** Ends what runs and starts it again, resuming its conversation where the provider can. */
  'agent.restart': request(() => ({
    params: Target.extend({
      mode: z.enum(['resume', 'fresh']).default('resume'),
      env: AgentConfig.shape.env,
    }),
    result: AgentRecord,
  })),
  /** Names are letters, digits, `-`, `_` and `.`; rejects with `name-taken` when another agent has it. */
  'agent.rename': request(() => ({ params: Target.extend({ name: AgentName }), result: AgentRecord })),
  'agent.reorder': request(() => ({ params: Target.extend({ order: z.number() }), result: Nothing })),
  /** Looks at the working tree; changes nothing. */
  'agent.loss': request(() => ({ params: Target, result: Loss })),
  /** Hides the agent at once and removes it after `undoMs`; until then `agent.undo-remove` brings it back untouched. */
  'agent.remove': request(() => ({
    params: Target.extend({
      worktree: z.enum(['keep', 'remove']).default('keep'),
      /** Remove a worktree although something would be lost with it (`reasons` of its loss): files that are there now, and none written later. */
      force: z.boolean().default(false),
      /** With `force`: the `fingerprint` of the loss that the person saw. @default as it is now */
      seen: z.string().optional(),
      undoMs: z.number().int().min(0).max(600_000).default(30_000),
    }),
    result: z.object({ removeAt: z.number() }),
  })),
  'agent.undo-remove': request(() => ({ params: Target, result: AgentRecord })),
  /** Types a message (bracketed paste, then Enter). `submit: false` only inserts it. */
  'agent.send': request(() => ({
    params: Target.extend({
      text: z.string().min(1).max(1_500_000),
      submit: z.boolean().default(true),
      /** Type it although a half-typed draft stands in the agent's input: it is added to that. */
      now: z.boolean().default(false),
      /** Answer only when the message got this far. @default answer at once */
      wait: z.enum(['queued', 'typed', 'accepted']).default('queued'),
      timeoutMs: z.number().int().min(1).max(3_600_000).default(60_000),
    }),
    result: QueuedMessage,
  })),
  /** Messages of an agent: waiting ones and the last 20 delivered, oldest first. */
  'agent.queue': request(() => ({ params: Target, result: z.object({ messages: z.array(QueuedMessage) }) })),
  'agent.queue-edit': request(() => ({
    params: Target.extend({
      messageId: z.string(),
      /** `send-now`: type a held one although a draft stands in the input. */
      action: z.enum(['cancel', 'send-again', 'arrived', 'replace', 'send-now']),
      text: z.string().max(1_500_000).optional(),
    }),
    result: Nothing,
  })),
  /** tmux key names, as `send-keys` takes them. */
  'agent.keys': request(() => ({
    params: Target.extend({ keys: z.array(z.string().min(1).max(64)).min(1).max(256) }),
    result: Nothing,
  })),
  'agent.interrupt': request(() => ({ params: Target, result: Nothing })),
  /** The screen now, or with `history` that many lines above it too. */
  'agent.capture': request(() => ({
    params: Target.extend({
      history: z.number().int().min(0).max(100_000).default(0),
      colours: z.boolean().default(true),
    }),
    result: ScreenFrame,
  })),
  'agent.explain': request(() => ({ params: Target, result: Explanation })),
  /** Somebody has looked: `done` becomes `idle`. */
  'agent.seen': request(() => ({ params: Target, result: Nothing })),
  /** Asks for fresh git figures (at most one git process per tree per 10 s runs whatever is asked). */
  'agent.refresh-git': request(() => ({ params: Target, result: Nothing })),
  /** Settles when the agent reaches a state or shows a text; `matched: false` after the timeout. */
  'agent.wait': request(() => ({
    params: Target.extend({
      for: z.union([
        z.object({ state: z.enum(['idle', 'waiting', 'stopped', 'working', 'error']) }),
        z.object({ text: z.string().min(1).max(4096) }),
      ]),
      timeoutMs: z.number().int().min(1).max(86_400_000).default(600_000),
    }),
    result: z.object({ matched: z.boolean(), agent: AgentRecord }),
  })),
  /** Moves the attached client whose terminal is `clientTty` to another agent on the same tmux server. */
  'agent.switch-viewer': request(() => ({
    params: Target.extend({ clientTty: z.string().min(1).max(256) }),
    result: z.object({ switched: z.boolean() }),
  })),
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>;

/** Name of a request. */
export type RequestName = keyof typeof hubRequests;
/** What a caller writes; defaults may be left out. */
export type RequestParams<K extends RequestName> = z.input<(typeof hubRequests)[K]['params']>;
/** What a handler gets: parsed, defaults filled in. */
export type ParsedParams<K extends RequestName> = z.output<(typeof hubRequests)[K]['params']>;
/** What a request is answered with. */
export type RequestResult<K extends RequestName> = z.output<(typeof hubRequests)[K]['result']>;

/** Subjects that the hub publishes; a client subscribes to what it shows. */
export const subjects = {
  fleetDelta: 'fleet.delta',
  /** Each logged event. */
  fleetEvent: 'fleet.event',
  /** `ScreenFrame`s of one agent, at most 30 a second, only while somebody subscribes. */
  screen: (agentId: string) => `agent.${agentId}.screen`,
  /** `OutputChunk`s of one agent. */
  output: (agentId: string) => `agent.${agentId}.output`,
} as const;
