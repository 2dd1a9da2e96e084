import type { AbstractSite, AbstractState, Words } from '../../models/abstract/state.ts';
import { textOf } from '../../models/abstract/state.ts';
import { unsaidOf } from '../../models/abstract/words.ts';
import { siteIds } from '../../models/words.ts';

/**
 * When the abstraction of machines counts as a state of a trace. All must be equal, but:
 * - c, durable or known, and what is applied may be ahead: machines save c with their next store, apply
 *   what they may, and hear of c with every frame. Those are the silent steps `save`, `hear`, `learn` (if no
 *   host is told anything by it) and `apply`;
 * - notes of a primary, and c as a mirror knows it, are words: said in the text, they need not be heard;
 * - whether an update ships what bits name or compares all blocks is for machines to find out;
 * - an empty site has nothing to say, and is as good as down.
 */
export function fixedOf({ sites, hosts }: AbstractState): string {
  return textOf([sites.map(fixedPart), hosts]);
}

function fixedPart(its: AbstractSite): unknown {
  const { notes: _, known, commit, applied, bits, up, ...fixed } = its;
  return { ...fixed, up: up || its.record === -1 };
}

/** Has every site come at least as far as in the trace? */
export const isAsFar = (state: AbstractState, goal: AbstractState): boolean =>
  siteIds.every((site) => {
    const [its, wanted] = [state.sites[site], goal.sites[site]];
    const knows = !its.appointed || its.known >= wanted.known;
    return its.commit >= wanted.commit && its.applied >= wanted.applied && knows;
  });

/** Is it equal in c and in what is applied as well? */
export const isExact = (state: AbstractState, goal: AbstractState): boolean =>
  siteIds.every((site) => {
    const [its, wanted] = [state.sites[site], goal.sites[site]];
    const fields = ['commit', 'applied'] as const;
    return fields.every((field) => its[field] === wanted[field]);
  });

/** Were all words said in the text that are heard, or on their way, between machines? But for how far c is. */
export const wasSaid = (inText: AbstractState, state: AbstractState): boolean =>
  unsaidOf({ ...inText, words: withoutCommit(inText.words) }, withoutCommit(state.words)) === null;

function withoutCommit(words: Words): Words {
  const known = stripped.get(words);
  if (known) return known;
  const found: Words = {
    ...words,
    promises: words.promises.map(({ epoch, summary }) => ({
      epoch,
      summary: { ...summary, commit: 0 },
    })),
    said: words.said.map((said) => ({ ...said, commit: 0 })),
  };
  stripped.set(words, found);
  return found;
}

const stripped = new WeakMap<Words, Words>();

/**
 * Is it on its way along these states of the trace? Each field is as in one of them; of what is held, sent
 * and answered at least what all of them have, and no more than one of them has.
 */
export function isBetween(state: AbstractState, window: readonly AbstractState[]): boolean {
  const last = window[window.length - 1]!;
  if (!isAsFar(state, window[0]!) || !wasSaid(last, state)) return false;
  const lists = [
    ...(['sent', 'acknowledged'] as const).map((field) => (one: AbstractState) => one.hosts[field]),
    ...siteIds.flatMap((site) =>
      (['held', 'waiting'] as const).map((field) => (one: AbstractState) => one.sites[site][field]),
    ),
  ];
  if (!lists.every((listOf) => isWithin(listOf(state), window.map(listOf)))) return false;
  return siteIds.every((site) => {
    const its = state.sites[site];
    const seen = window.map(({ sites }) => sites[site]);
    const isMoving = seen.some(({ promised }) => promised !== seen[0]!.promised);
    return fieldsBetween.every((field) => {
      if (isMoving && isLeaving(its, field)) return true;
      const text = textOf(its[field]);
      return seen.some((one) => text === textOf(one[field]));
    });
  });
}

/** Between two epochs a site is nothing: also where the text goes from one office to the next in one step. */
const isLeaving = (its: AbstractSite, field: (typeof fieldsBetween)[number]): boolean =>
  (field === 'appointed' && !its.appointed) ||
  (field === 'serving' && !its.serving) ||
  (field === 'next' && its.next === 0) ||
  (field === 'candidate' && (its.candidate === -1 || its.candidate === its.promised));

const fieldsBetween = [
  'incarnation',
  'promised',
  'record',
  'sidefileFrom',
  'consistent',
  'mixed',
  'damaged',
  'mended',
  'shipped',
  'appointed',
  'serving',
  'next',
  'candidate',
  'source',
  'offer',
] as const;

function isWithin(list: readonly unknown[], lists: readonly (readonly unknown[])[]): boolean {
  const texts = lists.map((one) => new Set(one.map(textOf)));
  const its = new Set(list.map(textOf));
  const least = [...texts[0]!].filter((text) => texts.every((one) => one.has(text)));
  return (
    least.every((text) => its.has(text)) &&
    [...its].every((text) => texts.some((one) => one.has(text)))
  );
}

/** What differs from a state of the trace, and would have to be equal. */
export function differencesFrom(goal: AbstractState, state: AbstractState): readonly string[] {
  const differs = siteIds.flatMap((site) => {
    const its = Object.entries(fixedPart(state.sites[site]) as object);
    const wanted = new Map<string, unknown>(Object.entries(fixedPart(goal.sites[site]) as object));
    const fixed = its.filter(([field, value]) => textOf(value) !== textOf(wanted.get(field)));
    const behind = (['commit', 'applied', 'known'] as const).filter(
      (field) =>
        state.sites[site][field] < goal.sites[site][field] &&
        (field !== 'known' || state.sites[site].appointed),
    );
    return [
      ...fixed.map(
        ([field, value]) => `${field}: ${textOf(value)}, not ${textOf(wanted.get(field))}`,
      ),
      ...behind.map(
        (field) => `${field}: ${state.sites[site][field]}, not ${goal.sites[site][field]}`,
      ),
    ].map((difference) => `${'PSA'[site]} ${difference}`);
  });
  for (const field of ['sent', 'acknowledged'] as const) {
    const [its, wanted] = [textOf(state.hosts[field]), textOf(goal.hosts[field])];
    if (its !== wanted) differs.push(`hosts ${field}: ${its}, not ${wanted}`);
  }
  if (differs.length > 0) return differs;
  const unsaid = unsaidOf(
    { ...goal, words: withoutCommit(goal.words) },
    withoutCommit(state.words),
  );
  return unsaid ? [`never said: ${textOf(unsaid)}`] : [];
}
