import type { Session, SiteId } from '../../models/words.ts';
import type { Frame, LinkListener } from '../../src/transport/port.ts';
import type { LinkIncident } from '../../src/transport/tcp/link-error.ts';
import type { TcpOptions } from '../../src/transport/tcp/tcp-options.ts';
import { openTcpTransport, type TcpTransport } from '../../src/transport/tcp.ts';

/** One site's end of the links, with a memory of what it heard. */
export interface TestSite {
  readonly transport: TcpTransport;
  readonly events: string[];
  readonly frames: { readonly from: SiteId; readonly session: Session; readonly frame: Frame }[];
  readonly incidents: LinkIncident[];
  /** Running session with each peer; 0: none. */
  readonly session: [Session, Session, Session];
}

export const key = Buffer.from('a key that all sites share');
/** For what is not about silence: a machine that is slow for a moment ends no session. */
export const patient = {
  ping: 20,
  silenceMax: 60_000,
  handshakeMax: 60_000,
  reconnectLeast: 10,
  reconnectMost: 80,
};

/** For what is about silence; a session may end by itself at any time. */
export const quick = { ...patient, silenceMax: 300, handshakeMax: 400 };

const running: TcpTransport[] = [];
/** Ports by site, for those that listen. */
export type Ports = [number, number, number];

export async function siteOf(
  site: SiteId,
  ports: Ports,
  options: Partial<TcpOptions> & {
    readonly arrangement?: string;
    readonly volumes?: number[];
  } = {},
): Promise<TestSite> {
  const { arrangement = 'test', volumes = [64], ...rest } = options;
  const incidents: LinkIncident[] = [];
  const transport = await openTcpTransport({
    identity: { arrangement, site, distance: 'near', blockBytes: 512, volumes },
    incarnation: 100 + site,
    boot: 1,
    key,
    durations: patient,
    addressOf: (peer) => (ports[peer] === 0 ? null : { host: '127.0.0.1', port: ports[peer] }),
    incident: (incident) => incidents.push(incident),
    ...rest,
  });
  running.push(transport);
  if (ports[site] === 0) ports[site] = transport.port;
  const made: TestSite = { transport, incidents, events: [], frames: [], session: [0, 0, 0] };
  transport.open(listenerOf(made));
  return made;
}

export async function pairOf(options: Partial<TcpOptions> = {}): Promise<[TestSite, TestSite]> {
  const ports: Ports = [0, 0, 0];
  const responder = await siteOf(1, ports, options);
  const caller = await siteOf(0, ports, options);
  return [caller, responder];
}

export function closeAll(): void {
  for (const transport of running.splice(0)) transport.close();
}

/** Resolves when it holds. A test's own limit is for hanging, not an oracle. */
export async function until(
  holds: () => boolean,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  while (!holds()) {
    await meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export const areUp = (
  one: TestSite,
  other: TestSite,
  oneId: SiteId = 0,
  otherId: SiteId = 1,
): boolean => one.session[otherId] !== 0 && one.session[otherId] === other.session[oneId];

/** The port's first obligation: `up` and `down` in turn, numbers rising. */
function listenerOf({ events, frames, session }: TestSite): LinkListener {
  const newest = [0, 0, 0];
  return {
    incarnation: 0,
    up(peer, number, incarnation) {
      if (incarnation !== 100 + peer) throw new Error(`site ${peer} is ${incarnation}`);
      if (session[peer] !== 0) throw new Error(`up twice: ${number}`);
      if (number <= newest[peer]!) throw new Error(`session ${number} after ${newest[peer]}`);
      newest[peer] = number;
      session[peer] = number;
      events.push(`up ${peer}`);
    },
    down(peer, number) {
      if (session[peer] !== number) throw new Error(`down without up: ${number}`);
      session[peer] = 0;
      events.push(`down ${peer}`);
    },
    received(from, number, frame) {
      if (session[from] !== number) throw new Error(`a frame of session ${number}`);
      frames.push({ from, session: number, frame });
    },
  };
}
