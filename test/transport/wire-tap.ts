import { connect, createServer, type Server, type Socket } from 'node:net';

type Way = 'forth' | 'back';

/** Somebody on the wire between a caller and a responder, who does with it what he likes. */
export class WireTap {
  readonly port: number;
  /** What the caller of the newest connection said so far. */
  said: Buffer = Buffer.alloc(0);
  /** Changes what passes. */
  meddle: (chunk: Buffer, way: Way) => Buffer = (chunk) => chunk;
  /** Ways on which nothing passes any more, and nobody is told. */
  readonly silent = new Set<Way>();
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(server: Server, port: number) {
    this.server = server;
    this.port = port;
  }

  static async between(target: number): Promise<WireTap> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen({ host: '127.0.0.1', port: 0 }, resolve);
    });
    const address = server.address() as { port: number };
    const tap = new WireTap(server, address.port);
    server.on('connection', (caller) => tap.join(caller, target));
    return tap;
  }

  get connections(): number {
    return this.sockets.size / 2;
  }

  /** Both ends find their connections closed. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** The wire takes nothing more from the caller: what he sends waits with him. */
  stall(): void {
    for (const socket of this.sockets) socket.pause();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(caller: Socket, target: number): void {
    const responder = connect({ host: '127.0.0.1', port: target });
    this.said = Buffer.alloc(0);
    this.carry(caller, responder, 'forth');
    this.carry(responder, caller, 'back');
  }

  private carry(from: Socket, to: Socket, way: Way): void {
    this.sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      if (way === 'forth') this.said = Buffer.concat([this.said, chunk]);
      if (!this.silent.has(way)) to.write(this.meddle(chunk, way));
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      if (!this.silent.has(way)) to.destroy();
    });
  }
}
