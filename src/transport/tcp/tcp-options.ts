import { createSecureContext } from 'node:tls';
import type { Identity } from '../../../models/header.ts';
import type { Epoch, SiteId } from '../../../models/words.ts';
import { type Clock, systemClock } from '../../runtime/clock.ts';
import type { Random } from '../../runtime/random.ts';
import { versions } from '../wire/header.ts';
import { LinkError, type LinkIncident } from './link-error.ts';
import { faultOfOptions, faultTogether, type LinkFault } from './tcp-limits.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** PEM texts. Whoever has a certificate of this authority is a site of the arrangement. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** Of this site; as in its header. */
export interface Member {
  readonly identity: Identity;
  readonly incarnation: number;
  readonly boot: number;
}

export interface TcpOptions extends Member {
  /** Where sites with lower ids call. Site 0 is called by nobody. Port 0: any free one. */
  readonly listen?: Address;
  /** Asked before every call: where a site with a higher id listens; null: not known now. */
  readonly addressOf: (peer: SiteId) => Address | null;
  /** Shared by all sites, 16 bytes or more. Needed unless there are certificates. */
  readonly key?: Uint8Array;
  readonly certificates?: Certificates;
  /** Connections of a session that this site opens. */
  readonly lanes?: number;
  readonly durations?: Partial<LinkDurations>;
  /** Bytes that wait to be sent to a peer that does not read; with more, the next frame ends the session. */
  readonly waitingBytesMax?: number;
  /** Connections that have not proved who they are, at a time. */
  readonly strangersMax?: number;
  /** Versions spoken. Use: tests of the negotiation. */
  readonly spoken?: Versions;
  /** For the headers of frames; nothing is decided by it. */
  readonly newestEpoch?: () => Epoch;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly incident?: (incident: LinkIncident) => void;
}

export interface Versions {
  readonly lowest: number;
  readonly highest: number;
}

/** In milliseconds. */
export interface LinkDurations {
  /** Between two pings of a lane. */
  readonly ping: number;
  /** A session ends when nothing was heard of a lane for this long, or no ping answered for eight times as long. */
  readonly silenceMax: number;
  /** From the first byte of a connection to the begin of its session. */
  readonly handshakeMax: number;
  /** Before the first call after a session; doubles with each that fails. */
  readonly reconnectLeast: number;
  readonly reconnectMost: number;
}

export type TcpSetup = Required<Omit<TcpOptions, 'key' | 'certificates' | 'durations'>> & {
  readonly key: Uint8Array | null;
  readonly certificates: Certificates | null;
  readonly durations: LinkDurations;
};

export const loopbackAddress: Address = { host: '127.0.0.1', port: 0 };

const defaultDurations: LinkDurations = {
  ping: 500,
  silenceMax: 2500,
  handshakeMax: 5000,
  reconnectLeast: 100,
  reconnectMost: 5000,
};

/** Throws a `LinkError` for what cannot be, naming the value and what is allowed. */
export function setUpTcp(options: TcpOptions): TcpSetup {
  refuse(faultOfOptions(options));
  const setup: TcpSetup = {
    listen: loopbackAddress,
    lanes: 1,
    waitingBytesMax: 256 * 1024 * 1024,
    strangersMax: 32,
    spoken: versions,
    newestEpoch: () => -1,
    clock: systemClock,
    random: Math.random,
    incident: () => {},
    key: null,
    certificates: null,
    ...given(options),
    durations: { ...defaultDurations, ...given(options.durations ?? {}) },
  };
  refuse(faultTogether(setup));
  if (setup.certificates !== null) refuseCertificates(setup.certificates);
  return setup;
}

/** An option that is undefined is not given. */
const given = <Options extends object>(options: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;

function refuse(fault: LinkFault): void {
  if (fault !== null) throw new LinkError(...fault);
}

/** Looked at now: a call that finds them wrong would be made by a timer, with nobody to tell. */
function refuseCertificates({ authority, certificate, privateKey }: Certificates): void {
  try {
    for (const [name, value] of Object.entries({ authority, certificate, privateKey })) {
      if (typeof value !== 'string') throw new Error(`no PEM text is given as ${name}`);
    }
    createSecureContext({ ca: authority, cert: certificate, key: privateKey });
  } catch (error) {
    throw new LinkError('key', `The certificates are none: ${(error as Error).message}.`);
  }
}
