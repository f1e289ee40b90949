import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpcDaemon } from '@swarm-tui/ipc';
import { FakeCli } from '../fake-context.ts';

/** A daemon of the test's own, and a command line that talks to it. */
export class BusWorld implements AsyncDisposable {
  readonly directory: string;
  readonly socketPath: string;
  readonly cli: FakeCli;
  readonly #daemon: IpcDaemon;

  private constructor(directory: string, daemon: IpcDaemon, input: string) {
    this.directory = directory;
    this.socketPath = join(directory, 'ipc.sock');
    this.#daemon = daemon;
    this.cli = new FakeCli({ input });
  }

  static async open(input = ''): Promise<BusWorld> {
    const directory = mkdtempSync(join(tmpdir(), 'cli-ipc-'));
    const store = { directory: join(directory, 'messages') };
    const daemon = await IpcDaemon.listen({ socketPath: join(directory, 'ipc.sock'), store });
    return new BusWorld(directory, daemon, input);
  }

  /** A command of `ipc`, with this daemon's places. */
  readonly words = (command: readonly string[]): readonly string[] => {
    const place = command[0] === 'tokens' ? ['--store', this.directory] : ['--socket', this.socketPath];
    return [...command, ...place];
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemon.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
