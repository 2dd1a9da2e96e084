import type { RuleId } from '../../spec/rules.ts';
import { othersOf, type SiteId, siteIds } from '../words.ts';
import { gaveItsWord, saidIn } from './reading.ts';
import {
  type AbstractRecord,
  type AbstractSite,
  type AbstractState,
  epochOfWrite,
  sequenceOf,
  textOf,
  textOnce,
} from './state.ts';
import { type AbstractStep, isUnlawful, take, type Unlawful } from './steps.ts';
import { spoken, type Unsaid, unsaidOf } from './words.ts';

/** Which steps of the abstract protocol lead from one state to the other; none: nothing happened. */
export type Explanation =
  | { readonly kind: 'steps'; readonly steps: readonly AbstractStep[] }
  | Unexplained;

/** No behaviour of the abstract protocol leads there. */
export interface Unexplained {
  readonly kind: 'unexplained';
  /** The rules that forbid the nearest step: one is broken. */
  readonly rules: readonly RuleId[];
  readonly why: string;
  readonly step: AbstractStep | null;
  /** What still differs where the search came nearest. */
  readonly differs: readonly string[];
}

/** Besides one for each write that is given a position or becomes durable: a group of them is one event. */
const stepsMax = 14;
const statesMax = 4_000;

/**
 * Looks for lawful steps that lead from `before` to `after`. Only steps that `after` asks for are tried:
 * each brings something of a site to what it is there. Words that `after` lacks were lost, those it has
 * more must have been said.
 */
export function explain(before: AbstractState, after: AbstractState): Explanation {
  const start: AbstractState = { ...before, words: spoken(before) };
  const most = stepsMax + writesBetween(before, after);
  const search: Search = { after, goal: goalOf(after), most, seen: new Set(), nearest: null };
  const found = reach(search, start, []);
  return found ? { kind: 'steps', steps: found } : failureOf(search);
}

interface Search {
  readonly after: AbstractState;
  readonly goal: string;
  /** Steps that may be taken. */
  readonly most: number;
  readonly seen: Set<string>;
  nearest: Nearest | null;
}

interface Nearest {
  readonly distance: number;
  readonly state: AbstractState;
  readonly refused: readonly { readonly step: AbstractStep; readonly because: Unlawful }[];
  readonly unsaid: Unsaid | null;
}

function writesBetween(before: AbstractState, after: AbstractState): number {
  const held = siteIds.map(
    (site) => after.sites[site].held.length - before.sites[site].held.length,
  );
  const sent = after.hosts.sent.length - before.hosts.sent.length;
  return [...held, sent].reduce((sum, more) => sum + Math.max(0, more), 0);
}

const goalOf = ({ sites, hosts }: AbstractState): string =>
  `${sites.map(textOnce).join()}${textOnce(hosts)}`;

function reach(
  search: Search,
  state: AbstractState,
  steps: readonly AbstractStep[],
): readonly AbstractStep[] | null {
  const text = goalOf(state);
  const unsaid = text === search.goal ? unsaidOf(state, search.after.words) : null;
  if (text === search.goal && unsaid === null) return steps;
  const key = text + heardIn(state);
  if (search.seen.has(key) || search.seen.size > statesMax) return null;
  search.seen.add(key);
  const refused: { step: AbstractStep; because: Unlawful }[] = [];
  if (steps.length < search.most) {
    for (const step of wantedSteps(state, search.after)) {
      const next = take(state, step);
      if (isUnlawful(next)) {
        refused.push({ step, because: next });
        continue;
      }
      const found = reach(search, next, [...steps, step]);
      if (found) return found;
    }
  }
  const distance = distanceOf(state, search.after);
  if (!search.nearest || distance < search.nearest.distance) {
    search.nearest = { distance, state, refused, unsaid };
  }
  return null;
}

const heardIn = ({ words }: AbstractState): string =>
  [words.records, words.promises, words.asked, words.decided, words.chosen].map(textOnce).join();

function failureOf({ after, nearest }: Search): Unexplained {
  const { state, refused, unsaid } = nearest!;
  const differs = differences(state, after);
  if (unsaid) {
    const why = `it was never said: ${textOf(unsaid)}`;
    return { kind: 'unexplained', rules: rulesOfWords(state, unsaid), why, step: null, differs };
  }
  const [first] = refused;
  if (first) {
    const { step, because } = first;
    const { why } = because;
    return { kind: 'unexplained', rules: because.rules, why, step, differs };
  }
  const fields = new Set(differs.map((difference) => /(\w+):/.exec(difference)?.[1]));
  const rules = Object.entries(ruleOfField).flatMap(([field, rule]) =>
    fields.has(field) ? [rule] : [],
  );
  const why = 'no step of the protocol changes this so';
  return { kind: 'unexplained', rules, why, step: null, differs };
}

const ruleOfWords: { readonly [Kind in Unsaid['kind']]: readonly RuleId[] } = {
  record: ['EPOCH-20'],
  decided: ['EPOCH-110', 'EPOCH-120'],
  chosen: ['RESYNC-60'],
  stored: ['EPOCH-20'],
  standing: ['EPOCH-80'],
  asked: ['EPOCH-20'],
  promise: ['EPOCH-30'],
  held: ['MIRROR-10'],
  shown: ['PRIMARY-30'],
  commit: ['PRIMARY-20'],
};

/** Why a site must not have said this, as far as its state tells. */
function rulesOfWords(state: AbstractState, unsaid: Unsaid): readonly RuleId[] {
  if (unsaid.kind === 'promise') {
    const isPromised = state.sites[unsaid.site].promised >= unsaid.epoch;
    return isPromised ? ['EPOCH-50', 'EPOCH-110'] : ['EPOCH-30'];
  }
  if (unsaid.kind !== 'held') return ruleOfWords[unsaid.kind];
  const { record, promised, source } = state.sites[unsaid.site];
  if (promised > record) return ['EPOCH-40'];
  return source === -1 ? ['MIRROR-10'] : ['MIRROR-10', 'RESYNC-70'];
}

/** Who keeps a field from becoming what no step makes of it. */
const ruleOfField: Readonly<Record<string, RuleId>> = {
  promised: 'EPOCH-30',
  record: 'EPOCH-30',
  held: 'SIDEFILE-60',
  sidefileFrom: 'SIDEFILE-60',
  commit: 'EPOCH-70',
  applied: 'MIRROR-20',
  consistent: 'RECOVERY-30',
  next: 'PRIMARY-10',
  sent: 'PRIMARY-10',
  acknowledged: 'HOST-20',
  waiting: 'HOST-20',
  appointed: 'EPOCH-40',
  serving: 'EPOCH-80',
  notes: 'LINK-10',
  mixed: 'RESYNC-70',
  shipped: 'RESYNC-70',
  bits: 'RESYNC-50',
  damaged: 'RECOVERY-40',
  mended: 'RECOVERY-40',
};

/** An epoch counts for more than what follows from it: who begins to promise and stays in office came nearer. */
const EPOCH_WEIGHT = 8;

function distanceOf(state: AbstractState, after: AbstractState): number {
  const epochs = siteIds.filter((site) => {
    const [its, wanted] = [state.sites[site], after.sites[site]];
    return its.promised !== wanted.promised || its.record !== wanted.record;
  });
  return differences(state, after).length + EPOCH_WEIGHT * epochs.length;
}

function differences(state: AbstractState, after: AbstractState): readonly string[] {
  const found = siteIds.flatMap((site) => {
    const its = state.sites[site];
    const wanted = after.sites[site];
    return (Object.keys(its) as (keyof AbstractSite)[])
      .filter((field) => textOf(its[field]) !== textOf(wanted[field]))
      .map((field) => `site ${site} ${field}: ${textOf(its[field])}, not ${textOf(wanted[field])}`);
  });
  for (const field of ['sent', 'acknowledged'] as const) {
    const [its, wanted] = [state.hosts[field], after.hosts[field]];
    if (textOf(its) !== textOf(wanted)) {
      found.push(`hosts ${field}: ${textOf(its)}, not ${textOf(wanted)}`);
    }
  }
  return found;
}

/** Steps that bring something to what it is in `after`, in the order in which they usually happen. */
function wantedSteps(state: AbstractState, after: AbstractState): readonly AbstractStep[] {
  return siteIds.flatMap((site) => [
    ...failures(state, after, site),
    ...updating(state, after, site),
    ...writing(state, after, site),
    ...electing(state, after, site),
    ...forgetting(state, after, site),
  ]);
}

function failures(state: AbstractState, after: AbstractState, site: SiteId): AbstractStep[] {
  const its = state.sites[site];
  const wanted = after.sites[site];
  if (its.incarnation !== wanted.incarnation) {
    return [{ name: 'returnEmpty', site, incarnation: wanted.incarnation }];
  }
  const steps: AbstractStep[] = [];
  if (its.damaged && !wanted.damaged && its.mended) steps.push({ name: 'mend', site });
  if (!wanted.up && !wanted.damaged && isSetBack(its, wanted)) {
    const { held, sidefileFrom, commit, applied } = wanted;
    return [{ name: 'setBack', site, copy: { held, sidefileFrom, commit, applied } }];
  }
  if (its.up && !wanted.up) return [...steps, ...stopping(its, wanted, site)];
  if (its.damaged && its.consistent && !wanted.consistent) steps.push({ name: 'distrust', site });
  if (!its.up && wanted.up) steps.push({ name: 'restart', site });
  return steps;
}

/** On its disk is less than before, although it left nothing out for a record. */
const isSetBack = (its: AbstractSite, wanted: AbstractSite): boolean =>
  its.record === wanted.record &&
  its.consistent === wanted.consistent &&
  (its.commit > wanted.commit ||
    its.applied > wanted.applied ||
    its.held.some((write) => !wanted.held.includes(write)));

/** It loses its power, and may lose an entry with it. */
function stopping(its: AbstractSite, wanted: AbstractSite, site: SiteId): AbstractStep[] {
  const lost = its.held.filter(
    (write) => sequenceOf(write) > its.sidefileFrom && !wanted.held.includes(write),
  );
  const rots = wanted.damaged ? lost.map((write) => ({ name: 'rot', site, write }) as const) : [];
  return [{ name: 'crash', site }, ...rots];
}

function writing(state: AbstractState, after: AbstractState, site: SiteId): AbstractStep[] {
  const its = state.sites[site];
  const wanted = after.sites[site];
  const steps: AbstractStep[] = [];
  for (const of of siteIds) {
    const { through } = wanted.notes[of];
    if (textOf(its.notes[of]) === textOf(wanted.notes[of])) continue;
    // A note of nothing: its session is over. If all are, it forgot them in one step.
    if (through > 0 || wanted.appointed) steps.push({ name: 'acknowledge', site, of, through });
  }
  const isTold = after.hosts.acknowledged.length > state.hosts.acknowledged.length;
  const through = Math.max(wanted.known, its.known);
  if (its.appointed && through > its.known && saidIn(state.words, its.record).commit >= through) {
    steps.push({ name: 'hear', site, through });
  }
  if (its.appointed && (through > its.known || isTold)) {
    if (!wanted.appointed) steps.push(...hearing(state, site));
    steps.push({ name: 'learn', site, through });
  }
  if (!its.appointed && wanted.known > its.known)
    steps.push({ name: 'hear', site, through: wanted.known });
  for (const write of after.hosts.sent) {
    if (state.hosts.sent.includes(write) || epochOfWrite(write) !== its.record) continue;
    if (its.appointed) steps.push({ name: 'hostWrite', site, write });
  }
  for (const write of wanted.held) {
    if (!its.held.includes(write)) steps.push({ name: 'store', site, write });
  }
  if (wanted.commit > its.commit) {
    const through = wanted.commit;
    if (through > its.known && its.appointed) {
      steps.push(...hearing(state, site), { name: 'learn', site, through });
    } else if (through > its.known) steps.push({ name: 'hear', site, through });
    steps.push({ name: 'save', site, through });
  }
  if (wanted.applied > its.applied) steps.push({ name: 'apply', site });
  if (wanted.sidefileFrom > its.sidefileFrom) {
    steps.push({ name: 'retire', site, through: wanted.sidefileFrom });
  }
  return steps;
}

/** Heard and used in one turn: it may have left its office since, and its notes with it. */
function hearing(state: AbstractState, site: SiteId): AbstractStep[] {
  const its = state.sites[site];
  return othersOf(site).flatMap((of) => {
    const { through } = saidIn(state.words, its.record).held[of];
    if (through <= its.notes[of].through) return [];
    return [{ name: 'acknowledge', site, of, through } as const];
  });
}

function electing(state: AbstractState, after: AbstractState, site: SiteId): AbstractStep[] {
  const its = state.sites[site];
  const wanted = after.sites[site];
  const steps: AbstractStep[] = [];
  const decided = after.words.decided.find(({ epoch }) => epoch === its.candidate);
  const isHers = wanted.promised % 3 === site;
  if (wanted.promised > its.promised) {
    const isTaken = wanted.record === wanted.promised && !isHers;
    if (isHers) steps.push({ name: 'stand', site, epoch: wanted.promised });
    // Who takes a record need not have promised it.
    if (!isTaken) steps.push({ name: 'pledge', site, epoch: wanted.promised });
  }
  const gives = after.words.promises.some(
    ({ epoch, summary }) => epoch === its.promised && summary.site === site,
  );
  const isDue = its.promised > its.record && !gaveItsWord(state, site);
  // A site that was forced asks, and records at once: its own promise is not looked for any more.
  const asks = its.candidate === its.promised && after.words.asked.includes(its.promised);
  if (isDue && (gives || asks || wanted.record === its.promised)) {
    steps.push({ name: 'giveWord', site });
  }
  if (wanted.record > its.record) {
    const isOwn = wanted.record % 3 === site && its.promised === wanted.record;
    const stored = after.words.records.find(({ epoch }) => epoch === wanted.record);
    const isForced = stored?.how === 'forced' && stored.primary === site;
    if (stored && (isForced || its.candidate === stored.epoch)) {
      steps.push(...deciding(site, stored));
    }
    steps.push({ name: isOwn ? 'record' : 'adopt', site, epoch: wanted.record });
  }
  // What an operator says is an event of its own: a site that takes a record was told before.
  if (wanted.discards && !its.discards) steps.push({ name: 'discard', site });
  for (const { epoch, site: by } of after.words.chosen) {
    const isKnown = state.words.chosen.some((one) => one.site === by && one.epoch === epoch);
    if (by === site && !isKnown) steps.push({ name: 'choose', site, epoch });
  }
  if (decided && !state.words.decided.some(({ epoch }) => epoch === decided.epoch)) {
    steps.push(...deciding(site, decided));
  }
  if (wanted.serving && !its.serving) steps.push({ name: 'serve', site });
  return steps;
}

function deciding(site: SiteId, record: AbstractRecord): AbstractStep[] {
  const [one, other] = othersOf(site);
  if (record.how === 'forced') {
    const { epoch } = record;
    return [[], [one], [other]].map((admitted) => ({ name: 'force', site, epoch, admitted }));
  }
  return [[one, other], [one], [other]].map((others) => ({ name: 'decide', site, others, record }));
}

function updating(state: AbstractState, after: AbstractState, site: SiteId): AbstractStep[] {
  const its = state.sites[site];
  const wanted = after.sites[site];
  const steps: AbstractStep[] = [];
  const isAnother =
    wanted.source !== its.source ||
    wanted.bits !== its.bits ||
    wanted.shipped < its.shipped ||
    wanted.offer < its.offer;
  if (wanted.source !== -1 && isAnother) {
    steps.push({ name: 'beginUpdate', site, source: wanted.source, bits: wanted.bits });
  }
  const lost = its.held.some(
    (write) => sequenceOf(write) <= its.sidefileFrom && !wanted.held.includes(write),
  );
  if (!wanted.consistent && (its.consistent || lost || wanted.mixed !== its.mixed)) {
    steps.push({ name: 'giveUp', site, mixed: wanted.mixed });
  }
  if (wanted.shipped > its.shipped) {
    steps.push({ name: 'overwrite', site, through: wanted.shipped });
  }
  if (its.source !== -1 && wanted.offer > its.offer) {
    steps.push({ name: 'offer', site, through: wanted.offer });
  }
  if (its.offer !== -1 && wanted.source === -1) steps.push({ name: 'endUpdate', site });
  return steps;
}

function forgetting(state: AbstractState, after: AbstractState, site: SiteId): AbstractStep[] {
  const its = state.sites[site];
  const wanted = after.sites[site];
  const steps: AbstractStep[] = [];
  if (its.appointed && !wanted.appointed) steps.push({ name: 'forget', site, what: 'office' });
  if (its.waiting.some((write) => !wanted.waiting.includes(write)) && wanted.waiting.length === 0) {
    steps.push({ name: 'forget', site, what: 'hosts' });
  }
  for (const write of its.waiting) {
    if (!wanted.waiting.includes(write)) steps.push({ name: 'expire', site, write });
  }
  const decides =
    wanted.record === its.candidate ||
    (after.words.decided.some(({ epoch }) => epoch === its.candidate) &&
      !state.words.decided.some(({ epoch }) => epoch === its.candidate));
  if (its.candidate !== wanted.candidate && !decides) {
    steps.push({ name: 'forget', site, what: 'candidacy' });
  }
  if (its.source !== -1 && wanted.source !== its.source) {
    steps.push({ name: 'forget', site, what: 'stage' });
  }
  if (its.known > wanted.known) steps.push({ name: 'forget', site, what: 'known' });
  if (its.discards && !wanted.discards) steps.push({ name: 'forget', site, what: 'discard' });
  if (textOf(its.notes) !== textOf(wanted.notes)) {
    steps.push({ name: 'forget', site, what: 'notes' });
  }
  return steps;
}
