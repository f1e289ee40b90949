import { parseArgs } from 'node:util';

/** What the command line of the simulated agent says. */
export interface DemoOptions {
  readonly name: string;
  readonly seed: number;
  /** 2 is twice as fast. */
  readonly speed: number;
  readonly speaksProtocol: boolean;
  readonly setsTitle: boolean;
  readonly notifies: boolean;
  /** Answers permissions and plans itself. */
  readonly isAutoPilot: boolean;
  readonly scriptFile: string | null;
  readonly resume: string | null;
  readonly conversation: string | null;
  /** First prompt; empty for none. */
  readonly prompt: string;
}

function positive(text: string | undefined, fallback: number): number {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value > 0 ? value : fallback;
}

/** Reads the arguments after the program's file. Throws TypeError for an unknown option. */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: 'string', default: 'demo' },
      seed: { type: 'string' },
      speed: { type: 'string' },
      model: { type: 'string' },
      script: { type: 'string' },
      resume: { type: 'string' },
      conversation: { type: 'string' },
      auto: { type: 'boolean', default: false },
      'no-protocol': { type: 'boolean', default: false },
      'no-title': { type: 'boolean', default: false },
      'no-notice': { type: 'boolean', default: false },
    },
  });
  return {
    name: values.name,
    seed: positive(values.seed, 1),
    speed: positive(values.speed, 1),
    speaksProtocol: !values['no-protocol'],
    setsTitle: !values['no-title'],
    notifies: !values['no-notice'],
    isAutoPilot: values.auto,
    scriptFile: values.script ?? null,
    resume: values.resume ?? null,
    conversation: values.conversation ?? null,
    prompt: positionals.join(' '),
  };
}
