import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Answering, type Desk } from './answering.ts';
import { Channel } from './channel.ts';
import { LinkError } from './link-error.ts';
import type { TcpSetup } from './tcp-options.ts';

/** Where callers come in. They are strangers until they have proved who they are, and few at a time. */
export class Reception {
  private readonly setup: TcpSetup;
  private readonly desk: Desk;
  private readonly server: Server;
  /** Oldest first. */
  private readonly strangers = new Set<Channel>();
  /** Connections whose TLS handshake is not done, by where they come from. Oldest first. */
  private readonly handshaking = new Map<string, Socket>();

  constructor(setup: TcpSetup, desk: Desk) {
    this.setup = setup;
    this.desk = desk;
    this.server = serverOf(setup, (socket) => this.answer(socket));
    if (setup.certificates === null) return;
    this.server.on('connection', (socket: Socket) => this.hold(socket));
    this.server.prependListener('secureConnection', (socket: Socket) => {
      this.handshaking.delete(originOf(socket));
    });
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Rejects with a `LinkError`. */
  listen(): Promise<void> {
    const { host, port } = this.setup.listen;
    return new Promise((resolve, reject) => {
      const refused = (error: Error) => reject(new LinkError('address', error.message));
      this.server.once('error', refused);
      this.server.listen({ host, port }, () => {
        // From now on a call that could not be answered is no reason to stop.
        this.server.off('error', refused).on('error', ({ message }) => {
          this.setup.incident({ peer: null, reason: 'broken', by: 'this site', sentence: message });
        });
        resolve();
      });
    });
  }

  close(): Promise<void> {
    for (const channel of [...this.strangers]) channel.end('closing', 'The site stops.');
    for (const socket of this.handshaking.values()) socket.destroy();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }

  /** TLS takes its time: who has taken longest for it makes room, without a word that he could read. */
  private hold(socket: Socket): void {
    const { setup, handshaking } = this;
    const origin = originOf(socket);
    handshaking.set(origin, socket);
    socket.once('close', () => {
      if (handshaking.get(origin) === socket) handshaking.delete(origin);
    });
    if (handshaking.size <= setup.strangersMax) return;
    const [oldest] = handshaking.values();
    oldest!.destroy();
    const sentence = `More than ${setup.strangersMax} strangers are calling.`;
    setup.incident({ peer: null, reason: 'crowded', by: 'this site', sentence });
  }

  private answer(socket: Socket): void {
    const { setup, strangers } = this;
    const channel = new Channel(socket, setup, null);
    const answering = new Answering(channel, setup, socket, {
      newSession: (caller, floor) => this.desk.newSession(caller, floor),
      isOpening: (caller, session, lane) => this.desk.isOpening(caller, session, lane),
      joined: (caller, trusted, lanes) => {
        strangers.delete(trusted);
        this.desk.joined(caller, trusted, lanes);
      },
    });
    channel.listener = {
      greeted: (greeting, header) => answering.take(greeting, header),
      received: () => channel.end('protocol', 'A message came before the session began.'),
      ended: () => strangers.delete(channel),
    };
    strangers.add(channel);
    if (strangers.size <= setup.strangersMax) return;
    // The one who has taken longest to prove itself makes room.
    const [oldest] = strangers;
    oldest!.end('crowded', `More than ${setup.strangersMax} strangers are calling.`);
  }
}

const originOf = ({ remoteAddress, remotePort }: Socket): string =>
  `${remoteAddress} ${remotePort}`;

function serverOf({ certificates, durations }: TcpSetup, answer: (socket: Socket) => void): Server {
  if (certificates === null) return createServer(answer);
  const server = createTlsServer({
    ca: certificates.authority,
    cert: certificates.certificate,
    key: certificates.privateKey,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3',
    handshakeTimeout: durations.handshakeMax,
  });
  server.on('secureConnection', answer);
  server.on('tlsClientError', (_, socket) => socket.destroy());
  return server;
}
