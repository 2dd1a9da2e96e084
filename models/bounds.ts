import type { RuleId } from '../spec/rules.ts';
import type { Command } from './event.ts';
import { nodeName } from './node.ts';
import type { SiteConfig } from './site.ts';
import type { Extent, SiteId } from './words.ts';

/** The bounds of one checked world. */
export interface Bounds {
  readonly name: string;
  /** One sentence: what this world is there to show. */
  readonly shows: string;
  /** default: visited by `sidefile check` when no world is named; deep: takes minutes or more. */
  readonly set: 'default' | 'deep';
  readonly blocks: number;
  readonly writes: readonly Extent[];
  readonly reads: readonly Extent[];
  /** Flushes a host asks for. */
  readonly flushes: number;
  /** So many of the last writes are asked for only while both mirrors hold all before. */
  readonly paced: number;
  /** Host requests under way at once. */
  readonly outstanding: number;
  /** How often a host asks a site that serves nobody. */
  readonly strays: number;
  /** How often a host gives up waiting for an answer. */
  readonly expiries: number;
  readonly crashes: number;
  readonly cuts: number;
  /** Time-outs of any kind, early or late. */
  readonly timeouts: number;
  /**
   * Null: time-outs are counted. Else they are free, but end nothing at a site that proposed, promised or
   * heard of this epoch; so duels go on until they come to it, and what turns in circles below it is found.
   */
  readonly epochsMax: number | null;
  readonly config: Partial<SiteConfig>;
  /** A site of another version, which differs in this weakness; null: all are of one. */
  readonly odd: { readonly site: SiteId; readonly weakness: string } | null;
  readonly capacity: number;
  /** Blocks of an update that a site has room for beside its volumes. */
  readonly room: number;
  /** Sites whose disk work takes a step of its own. */
  readonly slow: readonly SiteId[];
  readonly opening: readonly Opening[];
  readonly mayCrash: readonly SiteId[];
  /** Sites whose broken links do not heal, and that are not started again. */
  readonly away: readonly SiteId[];
  /** Sites that may be lost for good and replaced by empty ones. */
  readonly mayReplace: readonly SiteId[];
  readonly replacements: number;
  /** Sites whose disk may be set back to the copy that the opening took of it. */
  readonly maySetBack: readonly SiteId[];
  readonly setBacks: number;
  /** What an operator may say, and where. */
  readonly commands: readonly { readonly at: SiteId; readonly command: Command }[];
  readonly commandsMax: number;
  /** Channels of a leg with several connections: frames overtake each other. */
  readonly unordered: readonly string[];
  /** Frames of a broken connection may still be on their way. */
  readonly leftovers: boolean;
  /** Frames of an epoch that was left arrive all the same; else they are emptied from their channel. */
  readonly stale: boolean;
  /**
   * As a running site may be seen: waits end with frames on their way and disk work under way, a disk's
   * answers are heard in any order, power is lost with some of the work done, and the two ends of a link
   * hear of its end apart.
   */
  readonly loose: boolean;
  /** Is liveness checked as well? It needs time-outs enough to come to rest. */
  readonly settles: boolean;
  /** No record may give up what lies up to here: it was acknowledged, and enough sites hold it. Null: not asked. */
  readonly keeps: number | null;
  /** Rules asked of the sites themselves, since others hide what breaking them does (models/properties/asked.ts). */
  readonly asks: readonly RuleId[];
  /** Witnesses (models/properties.ts) that must be reached. */
  readonly reaches: readonly string[];
  /** Sites of which one durable entry may become unreadable at a loss of power. */
  readonly mayRot: readonly SiteId[];
  readonly rots: number;
  /** Sites to whose disk a request may fail: they stop. */
  readonly mayFail: readonly SiteId[];
  readonly failures: number;
  readonly mayCut: readonly (readonly [SiteId, SiteId])[];
}

/** A connection between two sites: up or down, and the number its session has. */
export interface Link {
  readonly up: boolean;
  readonly session: number;
  /** Ends that have not heard yet that it is down; empty but in loose worlds. */
  readonly unheard: readonly SiteId[];
}

export const pairs: readonly (readonly [SiteId, SiteId])[] = [
  [0, 1],
  [0, 2],
  [1, 2],
];

export const linkName = (one: SiteId, other: SiteId): string =>
  `link ${nodeName(one)}${nodeName(other)}`;

/** How a world came to where it begins, told in order; everything is quiet after each. */
export type Opening =
  | { readonly type: 'crashes' | 'replaces' | 'starts' | 'waits' | 'copies'; readonly site: SiteId }
  | { readonly type: 'breaks' | 'heals'; readonly between: readonly [SiteId, SiteId] }
  | { readonly type: 'rots'; readonly site: SiteId; readonly block: number }
  | { readonly type: 'writes' }
  | { readonly type: 'says'; readonly site: SiteId; readonly command: Command };
