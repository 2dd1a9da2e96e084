import { type Bounds, type Link, linkName, pairs } from './bounds.ts';
import type { Command } from './event.ts';
import type { JointAction, JointMove } from './model.ts';
import { channelName, type Node, type NodeEvent, nodeName } from './node.ts';
import type { SiteId } from './words.ts';

export function faults(bounds: Bounds): JointMove<readonly unknown[]>[] {
  const { leftovers } = bounds;
  const crashes = bounds.mayCrash.map((site) => stop(site, 'crashes', leftovers, lossesOfPower));
  const replaced = bounds.mayReplace.map((site) =>
    stop(site, 'replacements', leftovers, () => [
      { told: 'is replaced', event: { type: 'replace' } },
    ]),
  );
  const rots = bounds.mayRot.map((site) => stop(site, 'rots', leftovers, rotOf));
  const commands = bounds.commands.map(({ at, command }) => operator(at, command));
  const cuts = bounds.mayCut.map(([one, other]) => cut(one, other, leftovers));
  return [...crashes, ...replaced, ...rots, ...cuts, ...commands];
}

/** One way in which a site stops. */
interface Stop {
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
  budget: 'crashes' | 'replacements' | 'rots',
  leftovers: boolean,
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
          ...broken.flatMap(([one, other], index) => {
            const link = values[links.indexOf(broken[index]!) + 1] as Link;
            const peer = one === site ? other : one;
            const down = { type: 'site', event: { type: 'link.down', peer: site } };
            return [
              [linkName(one, other), { ...link, up: false }],
              [nodeName(peer), down],
            ] as const;
          }),
        ],
      }));
    },
  };
}

function cut(one: SiteId, other: SiteId, leftovers: boolean): JointMove<readonly unknown[]> {
  return {
    name: `${linkName(one, other)} breaks`,
    reads: [linkName(one, other)],
    generate: (...values) => {
      const link = values[0] as Link;
      if (!link.up) return [];
      return [
        {
          name: `${linkName(one, other)} breaks`,
          budget: 'cuts',
          fault: true,
          clear: leftovers ? [] : [channelName(one, other), channelName(other, one)],
          deliver: [
            [linkName(one, other), { ...link, up: false }],
            [nodeName(one), { type: 'site', event: { type: 'link.down', peer: other } }],
            [nodeName(other), { type: 'site', event: { type: 'link.down', peer: one } }],
          ],
        },
      ];
    },
  };
}

export function heals(): JointMove<readonly unknown[]>[] {
  return pairs.map(([one, other]) => ({
    name: `${linkName(one, other)} heals`,
    reads: [linkName(one, other), nodeName(one), nodeName(other)],
    generate: (...values) => {
      const link = values[0] as Link;
      const ready = (values as unknown as Node[]).slice(1).every((node) => node.booted);
      return link.up || !ready ? [] : [connection(link, one, other)];
    },
  }));
}

function connection(link: Link, one: SiteId, other: SiteId): JointAction {
  const session = link.session + 1;
  const up = (peer: SiteId) => ({ type: 'site', event: { type: 'link.up', peer, session } });
  return {
    name: `${linkName(one, other)} heals`,
    deliver: [
      [linkName(one, other), { up: true, session }],
      [nodeName(one), up(other)],
      [nodeName(other), up(one)],
    ],
  };
}
