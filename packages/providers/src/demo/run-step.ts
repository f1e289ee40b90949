import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Announcer } from './announcer.ts';
import { permissionRequest, planRequest, questionRequest } from './dialog.ts';
import type { DialogRequest } from './dialog.ts';
import { parseDuration } from './parse-script.ts';
import type { Step, Verb } from './parse-script.ts';
import { madeUpLine } from './scenario.ts';
import type { Terminal } from './terminal.ts';

/** What a step may use. */
export interface StepContext {
  readonly terminal: Terminal;
  readonly announcer: Announcer;
  readonly speed: number;
  readonly isAutoPilot: boolean;
  readonly random: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the person interrupts. */
  readonly signal: AbortSignal;
  /** The chosen index, -1 for cancelled. */
  ask(request: DialogRequest): Promise<number>;
  /** Shows a row above the prompt while the agent is held up; null takes it away. */
  hold(row: string | null): void;
  paint(): Promise<void>;
  /** Ends the process. */
  readonly exit: (code: number) => never;
  readonly killSelf: (signal: string) => void;
}

/** `failed`: the step has announced an error, which stays until the next prompt. `refused`: the person said no. */
export type StepOutcome = 'go-on' | 'failed' | 'refused';

type Runner = (rest: string, context: StepContext) => Promise<StepOutcome> | StepOutcome;

function pause(ms: number, { speed, signal }: StepContext): Promise<void> {
  return wait(ms / speed, undefined, { signal });
}

function say(text: string, { terminal }: StepContext): StepOutcome {
  terminal.print(`● ${text}`);
  return 'go-on';
}

function fail(kind: string, text: string, { terminal, announcer }: StepContext): StepOutcome {
  terminal.print(terminal.paint(`■ ${text}`, 'red'));
  announcer.say({ state: 'error', kind, detail: text });
  return 'failed';
}

async function work(rest: string, context: StepContext): Promise<StepOutcome> {
  await pause(parseDuration(rest, 2_000), context);
  return 'go-on';
}

async function decide(
  request: DialogRequest,
  context: StepContext,
  detail: string = request.subject,
): Promise<StepOutcome> {
  const { terminal, announcer, isAutoPilot } = context;
  if (isAutoPilot && request.kind !== 'question')
    return say(`Allowed by autopilot: ${request.subject || 'the plan'}`, context);
  announcer.say({ state: 'blocked', kind: request.kind, detail });
  const index = await context.ask(request);
  const isRefused = index < 0 || (request.kind !== 'question' && index === request.choices.length - 1);
  terminal.print(isRefused ? '■ Not done. Say what to do instead.' : `● Answer: ${request.choices[index] ?? ''}`);
  if (isRefused) return 'refused';
  announcer.say({ state: 'working' });
  return 'go-on';
}

function ask(rest: string, context: StepContext): Promise<StepOutcome> {
  const [, kind = '', subject = ''] = /^(permission|question)\s+(.*)$/s.exec(rest) ?? [];
  return decide(kind === 'permission' ? permissionRequest(subject) : questionRequest(subject || rest), context);
}

function plan(rest: string, context: StepContext): Promise<StepOutcome> {
  const steps = rest
    .split(';')
    .map((step) => step.trim())
    .filter((step) => step !== '');
  context.terminal.print(...steps.map((step, index) => `  ${index + 1}. ${step}`));
  const count = steps.length === 1 ? '1 step' : `${steps.length} steps`;
  return decide(planRequest(), context, steps.length === 0 ? '' : `${count}: ${steps.join('; ')}`.slice(0, 200));
}

function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** `limit 5s` or `limit 5s usage`. */
async function limit(rest: string, context: StepContext): Promise<StepOutcome> {
  const isUsage = /\busage\b/.test(rest);
  const ms = parseDuration(rest.replace(/\busage\b/, ''), 5_000) / context.speed;
  // Whole seconds, as it is shown; never earlier than it is over.
  const until = Math.ceil((Date.now() + ms) / 1_000) * 1_000;
  const text = `${isUsage ? 'Usage' : 'Rate'} limit, goes on by itself at ${clockTime(until)}`;
  context.announcer.say({ state: 'error', kind: isUsage ? 'usage-limit' : 'rate-limit', detail: text, until });
  context.hold(`= ${text}`);
  try {
    await wait(Math.max(0, until - Date.now()), undefined, { signal: context.signal });
  } finally {
    context.hold(null);
  }
  context.announcer.say({ state: 'working' });
  return say('Going on.', context);
}

async function stream(rest: string, context: StepContext): Promise<StepOutcome> {
  const count = Math.min(100_000, Number.parseInt(rest, 10) || 5);
  for (let number = 1; number <= count; number += 1) {
    await pause(50, context);
    context.terminal.print(madeUpLine(number, context.random));
  }
  return 'go-on';
}

/** `lines 200/s` until interrupted, or `lines 200/s 10s`. */
async function lines(rest: string, context: StepContext): Promise<StepOutcome> {
  const [, rate = '10', span = ''] = /^([\d.]+)\s*(?:\/s)?\s*(.*)$/.exec(rest.trim()) ?? [];
  const perSecond = Math.min(100_000, Math.max(0.01, Number(rate) || 10));
  const untilMs = span === '' ? Number.POSITIVE_INFINITY : parseDuration(span, 1_000);
  const startedAt = performance.now();
  let printed = 0;
  for (let elapsed = 0; elapsed < untilMs; elapsed = performance.now() - startedAt) {
    await wait(Math.max(50, 1_000 / perSecond), undefined, { signal: context.signal });
    const due = Math.floor((Math.min(untilMs, performance.now() - startedAt) * perSecond) / 1_000);
    const batch = Array.from({ length: due - printed }, (_, index) => madeUpLine(printed + index + 1, context.random));
    printed = due;
    if (batch.length > 0) context.terminal.print(...batch);
  }
  return 'go-on';
}

function echo(text: string, { terminal }: StepContext): StepOutcome {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const lineCount = text === '' ? 0 : text.split('\n').length;
  terminal.print(`● Received ${text.length} characters, ${lineCount} lines, sha256 ${hash}`);
  if (lineCount === 1 && text.length <= 400) terminal.print(`  ${text.replace(/[\p{Cc}]/gu, '�')}`);
  return 'go-on';
}

function crash(rest: string, context: StepContext): StepOutcome {
  context.terminal.print(context.terminal.paint('fatal: the demo agent was told to crash', 'red'));
  const signal = rest.trim();
  if (/^[A-Z]{3,8}$/.test(signal)) {
    context.killSelf(`SIG${signal}`);
    return 'failed';
  }
  return context.exit(Number.parseInt(signal, 10) || 1);
}

/** Says a state that need not be true, to try what happens when sources contradict. */
function claim(rest: string, { announcer }: StepContext): StepOutcome {
  const [state, kind = 'permission', ...detail] = rest.trim().split(/\s+/);
  if (state === 'idle' || state === 'working' || state === 'done') announcer.say({ state });
  if (state === 'blocked' || state === 'error') announcer.say({ state, kind, detail: detail.join(' ') });
  return 'go-on';
}

async function paint(_rest: string, context: StepContext): Promise<StepOutcome> {
  await context.paint();
  return 'go-on';
}

const runners: Readonly<Record<Verb, Runner>> = {
  say,
  work,
  ask,
  plan,
  fail: (rest, context) => fail('api', `API error: ${rest || 'the model is overloaded'}`, context),
  login: (rest, context) => fail('auth', `Login ${rest || 'expired, sign in again'}`, context),
  limit,
  crash,
  exit: (_rest, context) => context.exit(0),
  stream,
  lines,
  alt: paint,
  echo,
  bell: (_rest, { terminal }) => {
    terminal.control('\x07');
    return 'go-on';
  },
  notify: (rest, { terminal }) => {
    terminal.control(`\x1b]9;${rest.replace(/[\p{Cc}]/gu, ' ')}\x07`);
    return 'go-on';
  },
  claim,
  env: (rest, context) => say(`${rest.trim()}=${context.env[rest.trim()] ?? '(not set)'}`, context),
};

/** Runs one command of a script. Rejects with the signal's AbortError when the person interrupts. */
export async function runStep({ verb, rest }: Step, context: StepContext): Promise<StepOutcome> {
  context.signal.throwIfAborted();
  return runners[verb](rest, context);
}
