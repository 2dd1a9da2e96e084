import { type Bounds, type Link, linkName, pairs } from './bounds.ts';
import type { Command } from './event.ts';
import { breaksApart, brokenLater, brokenNow, deafened, looseLosses } from './loose.ts';
import type { JointAction, JointMove } from './model.ts';
import { channelName, incarnationOf, type Node, type NodeEvent, nodeName } from './node.ts';
import type { Session, SiteId } from './words.ts';

export function faults(bounds: Bounds): JointMove<readonly unknown[]>[] {
  const { loose } = bounds;
  const losses = loose ? looseLosses : lossesOfPower;
  const crashes = bounds.mayCrash.map((site) => stop(site, 'crashes', bounds, losses));
  const replaced = bounds.mayReplace.map((site) =>
    stop(site, 'replacements', bounds, () => [{ told: 'is replaced', event: { type: 'replace' } }]),
  );
  const failed = bounds.mayFail.map((site) => stop(site, 'failures', bounds, failuresOf));
  const rots = bounds.mayRot.map((site) => stop(site, 'rots', bounds, rotOf));
  const commands = bounds.commands.map(({ at, command }) => operator(at, command));
  const cuts = bounds.mayCut.map(([one, other]) => cut(one, other, bounds));
  return [...crashes, ...replaced, ...rots, ...failed, ...cuts, ...commands];
}

/** One way in which a site stops. */
export interface Stop {
  readonly told: string;
  readonly event: NodeEvent;
}

/** What a volume had not flushed is lost, or was not, or every second block of it was not. */
function lossesOfPower({ disk }: Node): Stop[] {
  const dirty = disk.flushed.filter((content, block) => content !== disk.cached[block]).length;
  const ways = (['lost', 'kept', 'even', 'odd'] as const).slice(0, dirty > 1 ? 4 : dirty + 1);
  const stops: Stop[] = ways.map((unflushed) => ({
    told: `crashes, unflushed ${unflushed}`,
    event: { type: 'crash', unflushed },
  }));
  // Stores end in any order: the last of several may have ended when none before it has.
  const storing = disk.ring.flatMap((job) => (job.type === 'store' ? job.entries : []));
  const last = disk.ring.at(-1);
  if (storing.length < 2 || last?.type !== 'store') return stops;
  const survived = { entries: storing.slice(-1), committed: last.committed, rest: 0 };
  const event: NodeEvent = { type: 'crash', unflushed: 'lost', survived };
  return [...stops, { told: 'crashes, only its last store was done', event }];
}

/** What was asked for and not answered failed, or was done and the answer to it failed. */
function failuresOf(node: Node): Stop[] {
  const { ring, rest } = node.disk;
  if (ring.length + rest.length === 0) return [];
  return lossesOfPower(node).map(({ event, told }) => ({
    told: told.replace('crashes', 'stops, its disk fails'),
    event: { ...event, type: 'fail' } as NodeEvent,
  }));
}

function rotOf({ disk }: Node): Stop[] {
  if (disk.damage.length > 0) return [];
  return disk.entries.map(({ sequence }) => ({
    told: `crashes, entry ${sequence} is unreadable`,
    event: { type: 'rot', sequence },
  }));
}

function operator(at: SiteId, command: Command): JointMove<readonly unknown[]> {
  const name = `operator at ${nodeName(at)}: ${command.name}`;
  const event: NodeEvent = { type: 'site', event: { type: 'operator', command } };
  return {
    name,
    reads: [nodeName(at)],
    generate: (node) =>
      (node as Node).booted ? [{ name, budget: 'commands', deliver: [[nodeName(at), event]] }] : [],
  };
}

function stop(
  site: SiteId,
  budget: 'crashes' | 'replacements' | 'rots' | 'failures',
  { leftovers, loose }: Bounds,
  waysOf: (node: Node) => Stop[],
): JointMove<readonly unknown[]> {
  const links = pairs.filter(([one, other]) => one === site || other === site);
  return {
    name: `${nodeName(site)} ${budget}`,
    reads: [nodeName(site), ...links.map(([one, other]) => linkName(one, other))],
    generate: (...values) => {
      const node = values[0] as Node;
      if (node.site === null || !node.booted) return [];
      const broken = links.filter((_, index) => (values[index + 1] as Link).up);
      return waysOf(node).map(({ told, event }) => ({
        name: `${nodeName(site)} ${told}`,
        budget,
        fault: true,
        clear: leftovers
          ? []
          : broken.flatMap(([one, other]) => [channelName(one, other), channelName(other, one)]),
        deliver: [
          [nodeName(site), event],
          ...broken.flatMap((pair, index) => {
            const link = values[links.indexOf(broken[index]!) + 1] as Link;
            const peer = pair[0] === site ? pair[1] : pair[0];
            return loose ? [brokenLater(link, pair, [peer])] : brokenNow(link, pair, [peer]);
          }),
          ...links.flatMap((pair, index) => deafened(site, pair, values[index + 1] as Link)),
        ],
      }));
    },
  };
}

function cut(
  one: SiteId,
  other: SiteId,
  { leftovers, loose }: Bounds,
): JointMove<readonly unknown[]> {
  return {
    name: `${linkName(one, other)} breaks`,
    reads: [linkName(one, other)],
    generate: (...values) => {
      const link = values[0] as Link;
      if (!link.up) return [];
      const breaks = loose
        ? breaksApart(link, [one, other])
        : [{ told: 'breaks', deliver: brokenNow(link, [one, other], [one, other]) }];
      return breaks.map(({ told, deliver }) => ({
        name: `${linkName(one, other)} ${told}`,
        budget: 'cuts',
        fault: true,
        clear: leftovers ? [] : [channelName(one, other), channelName(other, one)],
        deliver,
      }));
    },
  };
}

export function heals({ away }: Bounds): JointMove<readonly unknown[]>[] {
  const within = pairs.filter((pair) => pair.every((site) => !away.includes(site)));
  return within.map(([one, other]) => ({
    name: `${linkName(one, other)} heals`,
    reads: [linkName(one, other), nodeName(one), nodeName(other)],
    unless: {
      [linkName(one, other)]: ({ up }: Link) => up,
      [nodeName(one)]: ({ booted }: Node) => !booted,
      [nodeName(other)]: ({ booted }: Node) => !booted,
    },
    parts: { [nodeName(one)]: whoIsUp, [nodeName(other)]: whoIsUp },
    generate: (...values) => {
      const [link, its, theirs] = values as [Link, number | null, number | null];
      if (link.up || link.unheard.length > 0 || its === null || theirs === null) return [];
      return [connection(link, [one, its], [other, theirs])];
    },
  }));
}

/** One end gave the session up: the other hears of it, and what is on its way is lost. */
export function renewals(): JointMove<readonly unknown[]>[] {
  return pairs.map(([one, other]) => ({
    name: `${linkName(one, other)} ends its session`,
    reads: [linkName(one, other), nodeName(one), nodeName(other)],
    unless: { [linkName(one, other)]: ({ up }: Link) => !up },
    parts: { [nodeName(one)]: itsSession(other), [nodeName(other)]: itsSession(one) },
    generate: (...values) => {
      const [link, ...sessions] = values as [Link, Session | null, Session | null];
      const isOver = sessions.some((session) => session !== null && session !== link.session);
      if (!link.up || !isOver) return [];
      return [
        {
          name: `${linkName(one, other)} ends its session`,
          clear: [channelName(one, other), channelName(other, one)],
          deliver: brokenNow(link, [one, other], [one, other]),
        },
      ];
    },
  }));
}

const itsSession =
  (peer: SiteId) =>
  ({ site }: Node): Session | null =>
    site === null ? null : site.context.peers[peer].session;

/** The incarnation of a site that has booted. */
const whoIsUp = (node: Node): number | null => (node.booted ? incarnationOf(node) : null);

type End = readonly [site: SiteId, incarnation: number];

function connection(link: Link, [one, its]: End, [other, theirs]: End): JointAction {
  const session = link.session + 1;
  const up = (peer: SiteId, incarnation: number): NodeEvent => ({
    type: 'site',
    event: { type: 'link.up', peer, session, incarnation },
  });
  return {
    name: `${linkName(one, other)} heals`,
    deliver: [
      [linkName(one, other), { up: true, session, unheard: [] }],
      [nodeName(one), up(other, theirs)],
      [nodeName(other), up(one, its)],
    ],
  };
}
