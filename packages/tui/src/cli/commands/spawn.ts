import { type RequestParams, sharersOf } from '@swarm-tui/hub/client';
import type { Command } from 'commander';
import * as z from 'zod';
import { plainEnvironment } from '../../launch/plain-environment.ts';
import { CliError } from '../cli-error.ts';
import { oneLine } from '../output/safe-output.ts';
import { type AddCommand, type CommandHost, readOptions, reportAgent, withHub } from './command.ts';

const shape = {
  name: z.string().min(1).optional(),
  dir: z.string().min(1).optional(),
  worktree: z.union([z.boolean(), z.string().min(1)]).optional(),
  base: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  runtime: z.string().min(1).default('local'),
  env: z.array(z.string()).default([]),
  resume: z.string().min(1).optional(),
  autopilot: z.boolean().default(false),
  arg: z.array(z.string()).default([]),
  wait: z.boolean().default(true),
  attach: z.boolean().default(false),
};
type Options = z.infer<z.ZodObject<typeof shape>> & { json: boolean };

/** `spawn`: starts an agent. What follows `--` replaces the provider's own command line. */
export const addSpawn: AddCommand = (program, host) => {
  program
    .command('spawn')
    .description('start one: swarm-tui spawn claude "fix the login test"')
    .argument('[agent]', 'claude, codex, gemini, opencode, aider, q, demo, shell or one of your own', 'shell')
    .argument('[task]', 'its first prompt; - reads it from stdin')
    .argument('[command...]', 'after --: the program to run instead of the agent’s own')
    .option('-n, --name <name>', 'what to call it (default: from the task)')
    .option('-d, --dir <directory>', 'where it works (default: here)')
    .option('-w, --worktree [branch]', 'in a git worktree of its own, on this branch or one named after it')
    .option('--base <commit>', 'where a new branch starts')
    .option('-m, --model <model>', 'model, for agents that let us choose')
    .option('--runtime <id>', 'where it runs')
    .option('-e, --env <name=value...>', 'added to its environment')
    .option('--resume <conversation>', 'go on with this conversation')
    .option('--autopilot', 'let it act without asking')
    .option('--arg <argument...>', 'more arguments for the agent’s command line')
    .option('--no-wait', 'do not wait until it runs')
    .option('-a, --attach', 'open it in this terminal at once')
    .action(async (_agent, _task, _command, ...[, command]: [unknown, Command]) => {
      await spawn(host, readWords(command.args, host.argv), readOptions(command, shape));
    });
};

interface Asked {
  readonly agent: string;
  readonly task: string | undefined;
  readonly extra: readonly string[];
}

/** What stands after `--` is the program, however few words stand before it. */
function readWords(words: readonly string[], argv: readonly string[]): Asked {
  const dashes = argv.indexOf('--');
  const extra = dashes === -1 ? [] : argv.slice(dashes + 1);
  const [agent = 'shell', task, surplus] = words.slice(0, words.length - extra.length);
  if (surplus === undefined) return { agent, task, extra };
  throw new CliError('wrong-usage', `"${surplus}" is one word too many.`, {
    hint: 'Quote the task; a program of your own goes after --: swarm-tui spawn shell -- npm test',
  });
}

async function spawn(host: CommandHost, asked: Asked, options: Options): Promise<void> {
  const { context } = host;
  const task = asked.task === '-' ? await context.readInput() : asked.task;
  const params = toRequest({ ...asked, task }, options, context);
  const { agent, sharers } = await withHub(context, async (hub) => {
    const started = await hub.request('agent.spawn', params, { timeoutMs: 300_000, signal: context.signal });
    if (started.worktree === null) return { agent: started, sharers: [] };
    return { agent: started, sharers: sharersOf(started, (await hub.request('fleet.snapshot', {})).agents) };
  });
  if (agent.lifecycle === 'stopped') {
    throw new CliError('failed', `${agent.name} did not start: ${agent.lifecycleReason ?? 'no reason given'}`, {
      hint: `See what it printed: swarm-tui capture ${agent.id}`,
    });
  }
  if (sharers.length > 0) {
    const names = sharers.map(({ name }) => name).join(', ');
    const branch = agent.worktree?.branch ?? '';
    context.writeError(
      `${agent.name} shares the worktree of ${branch} with ${names}: each sees what the other changes\n`,
    );
  }
  await reportAgent(host, agent, {
    json: options.json,
    line: `${oneLine(agent.name)}  ${agent.id}  ${agent.lifecycle}`,
  });
  if (options.attach) host.exitWith(await context.runInTerminal(agent.attachArgv));
}

function toRequest(asked: Asked, options: Options, context: CommandHost['context']): RequestParams<'agent.spawn'> {
  return {
    runtimeId: options.runtime,
    aiProvider: asked.agent,
    aiModel: options.model,
    name: options.name,
    workingDirectory: options.dir ?? context.directory,
    task: asked.task ?? '',
    env: { ...plainEnvironment(context.env), ...parseEnvironment(options.env) },
    autoPilot: options.autopilot,
    command: orUndefined(asked.extra),
    extraArgs: orUndefined(options.arg),
    mode: options.resume === undefined ? 'fresh' : 'resume',
    conversationId: options.resume,
    worktree: toWorktree(options, asked),
    wait: options.wait,
  };
}

function orUndefined(list: readonly string[]): string[] | undefined {
  return list.length === 0 ? undefined : [...list];
}

function toWorktree(
  { worktree, base, name }: Options,
  asked: { agent: string; task: string | undefined },
): { branch: string; base: string | undefined } | undefined {
  if (worktree === undefined || worktree === false) return undefined;
  return { branch: worktree === true ? toBranch(name ?? asked.task ?? asked.agent) : worktree, base };
}

/** A git branch name made of the first words of a text. */
export function toBranch(text: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, 5).join('-').slice(0, 60) || 'agent';
}

function parseEnvironment(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined || value === undefined) {
        throw new CliError('wrong-usage', `--env "${pair}" is not NAME=VALUE.`);
      }
      return [name, value];
    }),
  );
}
