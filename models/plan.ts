import { appliedMost, type Elected, elect, forkFrom, isWhole, trusted } from './election.ts';
import { type History, liesOn, newestEpoch } from './history.ts';
import { lengthOf, missingOf, newestOfHolding } from './holding.ts';
import { type RefuseReason, refusalOf } from './refusal.ts';
import { isWeak } from './site.ts';
import type { Summary } from './summary.ts';
import type { Epoch, Holding, Range, Sequence, SiteId } from './words.ts';

export { choosePrimary, elect } from './election.ts';
export type { RefuseReason } from './refusal.ts';

/** What one direction of a resync needs (protocol 4.2). Never planned is `folded`: how a source may give a delta (rules/fold.ts). */
export type Verdict = 'none' | 'delta' | 'folded' | 'bitmap' | 'compare-blocks';

export type PlanReason =
  /** none: nothing is lacking. */
  | 'level'
  /** delta: the other's sidefile has all that is lacking. */
  | 'sidefile covers'
  /** folded: enough of the lacking writes overwrite each other. */
  | 'blocks written again'
  /** bitmap: entries were overwritten, their blocks are known. */
  | 'entries retired'
  /** bitmap: the volume needs blocks whatever entries are held. */
  | 'blocks to repair'
  /** bitmap: its disk lost something it held durably. */
  | 'target is damaged'
  /** compare-blocks, from here on: what is on a blank site's disks is not known, even if all is 0. */
  | 'target is blank'
  | 'bits begin beyond target'
  | 'shipped off the history';

export interface Direction {
  readonly verdict: Verdict;
  /** The first `lackingMax` holes of the target's write set. */
  readonly lacking: readonly Range[];
  /** All writes it lacks. */
  readonly count: number;
  readonly reason: PlanReason;
}

/** What a site must forget: positions that are not on the elected history, or beyond its end. */
export interface Cut {
  readonly site: SiteId;
  readonly above: Sequence;
  readonly through: Sequence;
  /** Its volume may contain some: it becomes inconsistent in the step that cuts (4.3). */
  readonly appliedMayBe: boolean;
}

export type Plan =
  | {
      readonly kind: 'plan';
      readonly first: SiteId;
      readonly second: SiteId;
      /** Last sequence up to which both histories are the same; at most `end`. */
      readonly fork: Sequence;
      /** Elected end: both hold exactly 1..end when the plan is done. */
      readonly end: Sequence;
      readonly newest: Epoch;
      readonly cut: readonly Cut[];
      readonly toFirst: Direction;
      readonly toSecond: Direction;
    }
  | {
      readonly kind: 'refuse';
      readonly first: SiteId;
      readonly second: SiteId;
      readonly reason: RefuseReason;
      readonly fork: Sequence;
    };

export const lackingMax = 8;

interface Side {
  readonly summary: Summary;
  readonly fork: Sequence;
  readonly whole: boolean;
  /** What it holds of the elected history. */
  readonly kept: Holding;
}

/**
 * Compares two sites by sequence number (claims 1, 3, 13): pure, total, and symmetric: the plan
 * of (b, a) is that of (a, b) with `first` and `second` exchanged.
 * Carried out in this order: cut; deltas, both ways; then blocks, from the site that is whole,
 * after the target applied what it holds without a gap of the elected history.
 */
export function plan(first: Summary, second: Summary, weakness: string | null = null): Plan {
  const elected = elect(first, second);
  const sites = { first: first.site, second: second.site };
  const fork = Math.min(...elected.forks);
  const reason = refusalOf(first, second, elected);
  if (reason) return { kind: 'refuse', ...sites, reason, fork: Math.min(fork, elected.end) };
  const one = sideOf(first, elected.history);
  const two = sideOf(second, elected.history);
  const toFirst = directionTo(one, two, elected, weakness);
  const toSecond = directionTo(two, one, elected, weakness);
  if ((shipsBlocks(toFirst) && !givesBlocks(two)) || (shipsBlocks(toSecond) && !givesBlocks(one))) {
    const none = 'neither can give blocks';
    return { kind: 'refuse', ...sites, reason: none, fork: Math.min(fork, elected.end) };
  }
  return {
    kind: 'plan',
    ...sites,
    fork: Math.min(fork, elected.end),
    end: elected.end,
    newest: newestEpoch(elected.history),
    cut: [one, two].flatMap((side) => cutOf(side, elected.end)).sort((a, b) => a.site - b.site),
    toFirst,
    toSecond,
  };
}

/**
 * The same number at both sites, whichever of them is `first`: FNV-1a, 32 bits, of what is to be done (`planText`).
 * It tells two versions that plan differently, or a plan of an older summary; it is no defence against a liar.
 */
export function planDigest(subject: Plan): number {
  const text = planText(subject);
  let digest = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    digest = Math.imul(digest ^ text.charCodeAt(index), 0x01000193);
  }
  return digest >>> 0;
}

/** In ASCII, as spec/wire.md gives it: what is done, not why. */
export function planText(subject: Plan): string {
  const ordered = subject.first <= subject.second ? subject : exchanged(subject);
  const { first, second, fork } = ordered;
  if (ordered.kind === 'refuse') return `refuse ${first} ${second} fork ${fork}`;
  const { end, newest, cut, toFirst, toSecond } = ordered;
  const cuts = cut.map(
    ({ site, above, through, appliedMayBe }) =>
      ` cut ${site} ${above}-${through}${appliedMayBe ? ' applied' : ''}`,
  );
  const sides = [
    ` to ${first}${directionText(toFirst)}`,
    ` to ${second}${directionText(toSecond)}`,
  ];
  return `plan ${first} ${second} fork ${fork} end ${end} epoch ${newest}${cuts.join('')}${sides.join('')}`;
}

function directionText({ verdict, count, lacking }: Direction): string {
  const ranges = lacking.map(({ first, last }) => ` ${first}-${last}`);
  return ` ${verdict} ${count}${ranges.join('')}`;
}

/** The same plan as the other site words it. */
export function exchanged(subject: Plan): Plan {
  const sites = { first: subject.second, second: subject.first };
  if (subject.kind === 'refuse') return { ...subject, ...sites };
  return { ...subject, ...sites, toFirst: subject.toSecond, toSecond: subject.toFirst };
}

export const shipsBlocks = ({ verdict }: Direction): boolean =>
  verdict === 'bitmap' || verdict === 'compare-blocks';

const isBlank = (summary: Summary): boolean => summary.history.length === 0;

/** A blank site is whole, but knows nothing: it never overwrites another one. */
const givesBlocks = (side: Side): boolean => side.whole && !isBlank(side.summary);

function sideOf(summary: Summary, history: History): Side {
  return {
    summary,
    fork: forkFrom(summary, history),
    whole: isWhole(summary, history),
    kept: trusted(summary, history),
  };
}

function directionTo(
  target: Side,
  source: Side,
  elected: Elected,
  weakness: string | null,
): Direction {
  const broken = (name: string) => isWeak({ weakness }, name);
  const holes = missingOf(target.kept, elected.end);
  const found = { lacking: holes.slice(0, lackingMax), count: lengthOf(holes) };
  if (isBlank(target.summary))
    return { verdict: 'compare-blocks', ...found, reason: 'target is blank' };
  const sound = target.whole && !target.summary.damaged;
  if (broken('always-towards-the-mirror') && target.summary.site < source.summary.site) {
    return { verdict: 'none', ...found, reason: 'level' };
  }
  if (sound && holes.length === 0) return { verdict: 'none', ...found, reason: 'level' };
  if (sound && (holes[0]!.first >= source.summary.start || broken('delta-of-retired'))) {
    return { verdict: 'delta', ...found, reason: 'sidefile covers' };
  }
  if (!shippedOn(target.summary, source, elected) && !broken('bits-of-another-branch')) {
    return { verdict: 'compare-blocks', ...found, reason: 'shipped off the history' };
  }
  const base = source.summary.bases[target.summary.site];
  if (base > positionOf(target, elected.end) && !broken('ignore-the-base')) {
    return { verdict: 'compare-blocks', ...found, reason: 'bits begin beyond target' };
  }
  return {
    verdict: 'bitmap',
    ...found,
    reason: sound ? 'entries retired' : target.whole ? 'target is damaged' : 'blocks to repair',
  };
}

/** Does what an interrupted update in place shipped lie on the source's history, and before the end? */
function shippedOn(target: Summary, source: Side, elected: Elected): boolean {
  if (target.consistency.kind !== 'inconsistent') return true;
  const shipped = { epoch: target.consistency.epoch, sequence: target.consistency.shippedTo };
  if (shipped.sequence > Math.min(elected.end, source.fork)) return false;
  return liesOn(source.summary.history, shipped) && liesOn(elected.history, shipped);
}

/** Up to where the target's volume has every write, but for blocks of its repair set. */
function positionOf(target: Side, end: Sequence): Sequence {
  const { settled, held } = target.summary;
  const reached = target.whole ? held.contiguous : settled;
  return Math.min(reached, target.fork, end);
}

function cutOf(side: Side, end: Sequence): Cut[] {
  const above = Math.min(side.fork, end);
  const through = newestOfHolding(side.summary.held);
  if (through <= above) return [];
  const appliedMayBe = appliedMost(side.summary) > above;
  return [{ site: side.summary.site, above, through, appliedMayBe }];
}
