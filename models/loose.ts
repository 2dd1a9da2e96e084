import { type Link, linkName, pairs } from './bounds.ts';
import { powerLoss, survivalsOf } from './disk.ts';
import type { Stop } from './faults.ts';
import type { JointMove } from './model.ts';
import { type Node, nodeName } from './node.ts';
import type { SiteId } from './words.ts';

type Pair = readonly [SiteId, SiteId];
type Delivery = readonly [component: string, event: unknown];

/** Power is lost with any of the work done that was under way, heard of or not. */
export function looseLosses({ disk }: Node): Stop[] {
  return survivalsOf(disk).flatMap((survived) => {
    const left = powerLoss(disk, 'kept', survived);
    const same = disk.flushed.join() === left.cached.join();
    const ways = same ? (['lost'] as const) : (['lost', 'kept'] as const);
    const stored = survived.entries.map(({ sequence }) => sequence).join() || 'nothing';
    return ways.map((unflushed) => ({
      told: `crashes, unflushed ${unflushed}, stored ${stored}, ${survived.rest} more done`,
      event: { type: 'crash', unflushed, survived },
    }));
  });
}

/** The link is down, and these ends hear of it at once. */
export const brokenNow = (link: Link, pair: Pair, ends: readonly SiteId[]): Delivery[] => [
  [linkName(...pair), { ...link, up: false }],
  ...ends.map((end) => silence(end, pair)),
];

/** The link is down, and these ends hear of it in their time. */
export const brokenLater = (link: Link, pair: Pair, ends: readonly SiteId[]): Delivery => [
  linkName(...pair),
  { ...link, up: false, unheard: ends },
];

/** One end hears of it first: so what the other still sends in this session goes nowhere. */
export function breaksApart(link: Link, pair: Pair): { told: string; deliver: Delivery[] }[] {
  return pair.map((first) => ({
    told: `breaks at ${nodeName(first)}`,
    deliver: [brokenLater(link, pair, [otherOf(pair, first)]), silence(first, pair)],
  }));
}

/** A site that is gone hears nothing any more of links that broke before. */
export function deafened(site: SiteId, pair: Pair, link: Link): Delivery[] {
  if (!link.unheard.includes(site)) return [];
  return [[linkName(...pair), { ...link, unheard: link.unheard.filter((end) => end !== site) }]];
}

/** The end of a link that has not heard yet that it is down hears of it. */
export function silences(): JointMove<readonly unknown[]>[] {
  return pairs.map((pair) => ({
    name: `${linkName(...pair)} falls silent`,
    reads: [linkName(...pair)],
    generate: (value) => {
      const link = value as Link;
      return link.unheard.map((end) => ({
        name: `${nodeName(end)} hears that ${linkName(...pair)} is down`,
        deliver: [...deafened(end, pair, link), silence(end, pair)],
      }));
    },
  }));
}

const silence = (end: SiteId, pair: Pair): Delivery => [
  nodeName(end),
  { type: 'site', event: { type: 'link.down', peer: otherOf(pair, end) } },
];

const otherOf = ([one, other]: Pair, end: SiteId): SiteId => (end === one ? other : one);
