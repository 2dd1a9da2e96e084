import type { Epoch, SiteId } from '../words.ts';
import { siteIds } from '../words.ts';
import { doesStand, inItsEpoch, recordIn, saidIn, withoutGap } from './reading.ts';
import { type AbstractState, type Note, type Said, textOnce, type Words } from './state.ts';

/** Whatever a site may say, it says at once; hearing it is another matter. */
export function spoken(state: AbstractState): Words {
  return siteIds.reduce((words, site) => speaks(state, words, site), state.words);
}

function speaks(state: AbstractState, words: Words, site: SiteId): Words {
  const its = state.sites[site];
  if (!inItsEpoch(its)) return words;
  const record = recordIn(words, its.record);
  if (!record) return words;
  const before = saidIn(words, its.record);
  const through = withoutGap(its.held);
  const held = [...before.held] as [Note, Note, Note];
  const word = before.held[site];
  // Who gave up its blocks says no less: they were committed before, so nobody counts on that word any more.
  const isLess = word.incarnation === its.incarnation && word.through > through;
  held[site] = isLess && !its.consistent ? word : { incarnation: its.incarnation, through };
  const witnessed = siteIds.some((other) => {
    const peer = state.sites[other];
    const votes = record.incarnations[other] === peer.incarnation;
    return other !== site && inItsEpoch(peer) && peer.record === its.record && votes;
  });
  return saying(words, {
    epoch: its.record,
    held,
    shown: its.appointed && witnessed ? Math.max(before.shown, through) : before.shown,
    commit: Math.max(before.commit, its.appointed ? its.known : its.commit),
  });
}

const saying = (words: Words, said: Said): Words => ({
  ...words,
  said: [...words.said.filter(({ epoch }) => epoch !== said.epoch), said],
});

/** What is heard or under way, and was never said; null: everything was. */
export type Unsaid =
  | { readonly kind: 'record' | 'decided' | 'asked' | 'standing'; readonly epoch: Epoch }
  | { readonly kind: 'stored' | 'promise' | 'chosen'; readonly epoch: Epoch; readonly site: SiteId }
  | { readonly kind: 'held'; readonly epoch: Epoch; readonly site: SiteId }
  | { readonly kind: 'shown' | 'commit'; readonly epoch: Epoch };

/** Was all that these words contain said in that state? Fewer words allow fewer steps. */
export function unsaidOf(state: AbstractState, words: Words): Unsaid | null {
  const { words: all } = state;
  const missing = <One extends object | Epoch>(
    some: readonly One[],
    every: readonly One[],
  ): One | undefined => {
    if (some === every) return undefined;
    const known = new Set(every.map(nameOf));
    return some.find((one) => !known.has(nameOf(one)));
  };
  const record = missing(words.records, all.records);
  if (record) return { kind: 'record', epoch: record.epoch };
  const decided = missing(words.decided, [...all.decided, ...all.records]);
  if (decided) return { kind: 'decided', epoch: decided.epoch };
  const chosen = missing(words.chosen, all.chosen);
  if (chosen) return { kind: 'chosen', epoch: chosen.epoch, site: chosen.site };
  const asked = missing(words.asked, all.asked);
  if (asked !== undefined) return { kind: 'asked', epoch: asked };
  const promise = missing(words.promises, all.promises);
  if (promise) return { kind: 'promise', epoch: promise.epoch, site: promise.summary.site };
  const stored = missing(words.stored, all.stored);
  if (stored) return { kind: 'stored', epoch: stored.epoch, site: stored.site };
  const standing = words.standing.find((epoch) => !doesStand(all, epoch));
  if (standing !== undefined) return { kind: 'standing', epoch: standing };
  for (const said of words.said) {
    const wrong = unsaidIn(saidIn(all, said.epoch), said);
    if (wrong) return wrong;
  }
  return null;
}

const nameOf = (one: object | Epoch): string | Epoch =>
  typeof one === 'object' ? textOnce(one) : one;

function unsaidIn(before: Said, said: Said): Unsaid | null {
  const { epoch } = said;
  for (const site of siteIds) {
    const { incarnation, through } = said.held[site];
    const known = before.held[site];
    if (through === 0) continue;
    if (incarnation !== known.incarnation || through > known.through) {
      return { kind: 'held', epoch, site };
    }
  }
  if (said.shown > before.shown) return { kind: 'shown', epoch };
  if (said.commit > before.commit) return { kind: 'commit', epoch };
  return null;
}
