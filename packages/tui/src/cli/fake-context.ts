import { FakeHub, type FakeHubOptions } from '@swarm-tui/hub/testing';
import { HubError } from '@swarm-tui/hub/client';
import type { Check } from '../doctor/finding.ts';
import { asCalled, callUi } from '../launch/called-as.ts';
import type { CliContext } from './cli-context.ts';
import { runProgram } from './program.ts';

interface FakeCliOptions extends FakeHubOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** A line on stdin; without it stdin is at its end. */
  readonly answer?: string;
  readonly isTerminal?: boolean;
  readonly isErrorTerminal?: boolean;
  readonly isHubDown?: boolean;
  readonly checks?: readonly Check[];
  /** Comes before each write to stdout: a slow reader, or a full disk. */
  readonly onWrite?: () => Promise<void>;
}

/** The command line over a FakeHub, for tests: `run` gives what a person would see. */
export class FakeCli {
  readonly hub: FakeHub;
  readonly ran: (readonly string[])[] = [];
  readonly #options: FakeCliOptions;
  readonly #abort = new AbortController();
  #out = '';
  #bytes = Buffer.alloc(0);
  #errors = '';

  constructor(options: FakeCliOptions = {}) {
    this.#options = options;
    this.hub = new FakeHub({ now: () => 1_700_000_100_000, ...options });
  }

  /** Everything written to stdout so far. */
  get out(): string {
    return this.#out;
  }

  /** Everything written to stderr so far. */
  get errors(): string {
    return this.#errors;
  }

  /** The same as `out`, to the byte. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Ctrl+C. */
  interrupt(): void {
    this.#abort.abort(new DOMException('interrupted', 'AbortError'));
  }

  async run(...argv: readonly string[]): Promise<{ code: number; out: string; errors: string }> {
    this.#out = '';
    this.#bytes = Buffer.alloc(0);
    this.#errors = '';
    const code = await runProgram(argv, this.context);
    return { code, out: this.#out, errors: this.#errors };
  }

  /** What the program is given. */
  get context(): CliContext {
    const { env = {}, input = '', answer, isTerminal = false, isErrorTerminal = false } = this.#options;
    const { isHubDown = false, checks = [] } = this.#options;
    return {
      env,
      directory: '/work/here',
      isTerminal,
      columns: 100,
      isErrorTerminal,
      asCalled: (text) => asCalled(text, env),
      uiCommand: callUi(env),
      version: '1.2.3',
      now: () => 1_700_000_100_000,
      write: async (output) => {
        await this.#options.onWrite?.();
        const bytes = Buffer.from(output);
        this.#bytes = Buffer.concat([this.#bytes, bytes]);
        this.#out += bytes.toString();
      },
      writeError: (text) => void (this.#errors += text),
      drawStatus: (line) => void (this.#errors += `\r\u001b[K${line}`),
      readInput: async () => input,
      ask: async (question) => {
        this.#errors += question;
        return answer ?? null;
      },
      connect: async () => {
        if (isHubDown)
          throw new HubError('hub-unreachable', 'No hub answers.', { hint: 'Any other command starts it.' });
        return this.#shared();
      },
      runInTerminal: async (command) => {
        this.ran.push(command);
        return 0;
      },
      listProviders: async () => ['claude', 'codex', 'mine'],
      loadChecks: async () => checks,
      signal: this.#abort.signal,
    };
  }

  /** The same hub for every command: each closes "its" connection, which must not close the test's. */
  #shared(): FakeHub {
    const { hub } = this;
    return new Proxy(hub, {
      get: (target, name) => {
        if (name === Symbol.asyncDispose) return async () => undefined;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}
