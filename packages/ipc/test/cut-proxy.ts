import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A link between two machines that can be cut: at once, as by a reset, or silently, as by a pulled cable. */
export class CutProxy implements AsyncDisposable {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #state: 'whole' | 'refusing' | 'silent' = 'whole';

  private constructor(target: string) {
    const [host = '', port] = target.split(':');
    this.#target = { host, port: Number(port) };
    this.#server = createServer((near) => this.#join(near));
  }

  static async start(target: string): Promise<CutProxy> {
    const proxy = new CutProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get address(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
  }

  /** All connections are reset, and new ones too. */
  cut(): void {
    this.#state = 'refusing';
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Nothing passes any longer, and nobody is told. */
  silence(): void {
    this.#state = 'silent';
    for (const socket of this.#sockets) socket.pause();
  }

  /** New connections pass again; what was silent stays so, as after a change of address. */
  heal(): void {
    this.#state = 'whole';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    this.#keep(near);
    if (this.#state === 'refusing') return void near.destroy();
    if (this.#state === 'silent') return void near.pause();
    const far = this.#keep(connect(this.#target));
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      // not by `pipe`, which would resume what is to be silent
      from.on('data', (chunk) => to.write(chunk));
      from.on('close', () => to.destroy());
    }
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
