import type { Command } from './event.ts';
import { forkOf } from './history.ts';
import { lengthOf, missingOf, newestOfHolding } from './holding.ts';
import { type Plan, plan } from './plan.ts';
import type { Summary } from './summary.ts';
import type { Epoch, Sequence, SiteId } from './words.ts';

/**
 * A resync has the direction that positions give it. An operator may want the other one: then what the
 * source lacks is given up, here and at every site that would follow, and he must have seen it.
 */
export interface Discard {
  readonly site: SiteId;
  /** What it holds beyond `above`, up to `through`, is given up: so many writes. */
  readonly above: Sequence;
  readonly through: Sequence;
  readonly count: number;
  /** How many of them lie at or below its durable c: hosts were told of them. */
  readonly committed: number;
}

export interface ResyncPreview {
  readonly source: SiteId;
  readonly target: SiteId;
  /** What the two do of themselves. */
  readonly plan: Plan;
  /** Empty: the target holds nothing that the source lacks, and no consent is needed. */
  readonly discards: readonly Discard[];
  /** Largest epoch number any of them knows. Use: what is forced must be newer. */
  readonly newest: Epoch;
}

/** What an operator tells which site, so that the others follow the source. */
export function commandsFor({ source, discards, newest }: ResyncPreview): readonly Told[] {
  const given = discards.map(({ site }) => ({
    at: site,
    command: { name: 'discard', branch: site } as const,
  }));
  return [...given, { at: source, command: { name: 'force', above: newest } }];
}

interface Told {
  readonly at: SiteId;
  readonly command: Command;
}

/** `others`: every other site that would follow the source. */
export function previewResync(
  source: Summary,
  target: Summary,
  others: readonly Summary[],
): ResyncPreview {
  const discards = [target, ...others].flatMap((site) => discardOf(source, site));
  discards.sort((one, other) => one.site - other.site);
  const known = [source, target, ...others].map(({ promised }) => promised);
  return {
    source: source.site,
    target: target.site,
    plan: plan(source, target),
    discards,
    newest: Math.max(...known),
  };
}

/** Did whoever agreed see all of it? Writes that came since he looked are not agreed to. */
export function covers(consent: readonly Discard[], discards: readonly Discard[]): boolean {
  return discards.every((discard) =>
    consent.some(
      ({ site, above, through }) =>
        site === discard.site && above === discard.above && through >= discard.through,
    ),
  );
}

export const tellDiscard = ({ site, above, through, count, committed }: Discard): string =>
  `${count} writes of ${above + 1}..${through} at site ${site}, ${committed} of them committed`;

function discardOf(source: Summary, site: Summary): Discard[] {
  const fork = Math.max(0, forkOf(source.history, site.history));
  const above = Math.min(fork, source.held.contiguous);
  const through = newestOfHolding(site.held);
  if (through <= above) return [];
  const lacks = (end: Sequence) => Math.max(0, end - above - lengthOf(holesOf(site, above, end)));
  const committed = Math.min(site.committed, through);
  return [{ site: site.site, above, through, count: lacks(through), committed: lacks(committed) }];
}

/** Of a hole that begins before it, what lies beyond `above`. */
const holesOf = ({ held }: Summary, above: Sequence, end: Sequence) =>
  missingOf(held, end)
    .filter(({ last }) => last > above)
    .map(({ first, last }) => ({ first: Math.max(first, above + 1), last }));
