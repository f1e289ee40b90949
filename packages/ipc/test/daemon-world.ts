import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits, type Envelope, IpcDaemon, type ListenDaemonOptions } from '@swarm-tui/ipc';
import { onTestFinished, vi } from 'vitest';
import { createUnixDial, type Encoding } from '../src/client/dial.ts';
import { OutgoingMessage } from '../src/codec/codec.ts';
import type { Link } from '../src/transport/link.ts';

const wait = { timeout: 20_000, interval: 5 };

export async function createDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ipcd-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A daemon of the test in a directory of its own, and peers that speak to it. */
export interface World {
  readonly daemon: IpcDaemon;
  readonly directory: string;
  readonly socketPath: string;
  readonly connect: (encoding: Encoding) => Promise<RawPeer>;
}

export async function openWorld(options: Partial<ListenDaemonOptions> = {}): Promise<World> {
  const directory = await createDirectory();
  const socketPath = join(directory, 'bus.sock');
  const daemon = await IpcDaemon.listen({ socketPath, store: { directory: join(directory, 'store') }, ...options });
  onTestFinished(() => daemon.close());
  return { daemon, directory, socketPath, connect: (encoding) => RawPeer.connect(socketPath, encoding) };
}

/** One connection without any comfort: says envelopes, keeps what it hears. */
export class RawPeer {
  readonly heard: Envelope[] = [];
  readonly link: Link;
  closedBecause: string | undefined;
  /** As the daemon named it; '' before it registered. */
  id = '';
  #next = 1;

  private constructor(link: Link) {
    this.link = link;
    link.start({
      message: (envelope) => void this.heard.push(envelope),
      malformed: (problem) => {
        throw problem;
      },
      drained: () => undefined,
      ended: () => link.destroy('the daemon closed'),
      closed: (reason) => {
        this.closedBecause = reason;
      },
    });
  }

  static async connect(socketPath: string, encoding: Encoding): Promise<RawPeer> {
    const peer = new RawPeer(await createUnixDial(socketPath, encoding, defaultLimits)(new AbortController().signal));
    onTestFinished(() => peer.link.destroy('test finished'));
    return peer;
  }

  /** Gives the id of what was sent. */
  say(type: string, payload: unknown = {}, more: Partial<Envelope> = {}): string {
    const id = more.id ?? `m${this.#next++}`;
    this.link.send(new OutgoingMessage({ type, payload, ...more, id }), 2 ** 30);
    return id;
  }

  /** The payload of the answer. */
  async ask(type: string, payload: unknown = {}, more: Partial<Envelope> = {}): Promise<Answer> {
    const id = this.say(type, payload, more);
    return readAnswer(await this.hear((envelope) => envelope.type === 'response' && envelope.id === id));
  }

  async register(client_type = 'cli', more: object = {}): Promise<Answer> {
    const answer = await this.ask('client_register', { client_type, ...more });
    this.id = String(Reflect.get(Object(answer.data), 'client_id'));
    return answer;
  }

  /** The first envelope like this, heard already or still to come. */
  async hear(isWanted: (envelope: Envelope) => boolean): Promise<Envelope> {
    return vi.waitFor(() => {
      const found = this.heard.find(isWanted);
      if (!found)
        throw new Error(
          `not heard; only ${this.heard
            .map(({ type }) => type)
            .join(', ')
            .slice(-300)}`,
        );
      return found;
    }, wait);
  }

  /** All of one type so far, when everything that was said before has been worked on. */
  async settled(type: string): Promise<readonly Envelope[]> {
    await this.ask('heartbeat');
    return this.all(type);
  }

  all(type: string): readonly Envelope[] {
    return this.heard.filter((envelope) => envelope.type === type);
  }

  async closed(): Promise<string> {
    return vi.waitFor(() => {
      if (this.closedBecause === undefined) throw new Error('still open');
      return this.closedBecause;
    }, wait);
  }
}

export interface Answer {
  readonly status: string;
  readonly data: unknown;
  readonly error: string | undefined;
  readonly code: string | undefined;
}

export function readAnswer({ payload }: Envelope): Answer {
  const { status, data, error } = Object(payload);
  return { status, data, error, code: Object(data).error_code };
}
