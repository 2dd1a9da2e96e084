import {
  type Choice,
  choosePrimary,
  electAmong,
  forkFrom,
  hasVote,
  isHolder,
  isWhole,
  trusted,
} from '../election.ts';
import type { Command } from '../event.ts';
import {
  type EpochRecord,
  type History,
  newestEpoch,
  newestOf,
  sharedRecords,
} from '../history.ts';
import type { Message } from '../message.ts';
import { plan, planDigest } from '../plan.ts';
import { cutsUncovered, type RefuseReason, refusalOfBranches } from '../refusal.ts';
import {
  change,
  changeHeader,
  changePeer,
  type Election,
  emit,
  epochOf,
  isFenced,
  isNamed,
  isRecordDurable,
  recordOf,
  type SiteContext,
  type Turn,
  weak,
} from '../site.ts';
import type { Summary } from '../summary.ts';
import { type Epoch, nextEpoch, othersOf, proposerOf, type SiteId, siteIds } from '../words.ts';
import { adopt, isStageIdle, leaveStage } from './adopt.ts';
import { disownHosts } from './commit.ts';
import { forgetConsent } from './consent.ts';
import { isQuiet } from './storage.ts';
import { summaryOf } from './summary.ts';

/** Epochs: who writes. Probe, propose, promise, record. */

type Of<Type extends Message['type']> = {
  readonly from: SiteId;
  readonly message: Extract<Message, { type: Type }>;
};

export function send(turn: Turn, to: SiteId, message: Message): void {
  const { session } = turn.site.peers[to];
  if (session !== 0) emit(turn, { type: 'send', to, session, message });
}

function sendAll(turn: Turn, message: Message): void {
  for (const other of othersOf(turn.site.config.site)) send(turn, other, message);
}

/** Does this site talk to a primary that stands in the newest epoch it knows, or moves to a newer? */
export const hearsPrimary = (site: SiteContext, but: SiteId | null = null): boolean =>
  othersOf(site.config.site).some((other) => {
    const { session, standing } = site.peers[other];
    // Who stands in no epoch knows none that anybody could be the primary of.
    const isUnheard = session === 0 || standing < 0 || standing !== epochOf(site);
    if (other === but || isUnheard) return false;
    return !isFenced(site) || proposerOf(site.header.promised) === other;
  });

/** Does its newest record name it? Without a vote it can win nothing and only unsettles others. */
export const hasOwnVote = (site: SiteContext): boolean =>
  recordOf(site)?.incarnations[site.config.site] === site.header.incarnation ||
  weak(site, 'initiate-without-vote');

/**
 * Lower is better: whom an operator told to take over before all, a holder before others, near before
 * far, then the lower id. Who initiates does not decide who becomes primary.
 */
export function rankOf(site: SiteContext): number {
  const record = recordOf(site);
  const holder = record !== undefined && isHolder(site.config.site, record) && !site.header.damaged;
  const far = site.config.distances[site.config.site] === 'far';
  const told = site.consent !== null;
  return (told ? -1000 : 0) + (holder ? 0 : 100) + (far ? 10 : 0) + site.config.site;
}

const blankElection: Election = {
  epoch: -1,
  purpose: 'takeover',
  forced: false,
  named: null,
  admits: null,
  yes: [],
  promises: [],
  record: null,
};

/** Whoever still owes an answer to the probe before is asked when that has come: it is of another time. */
export function beginProbe(turn: Turn): void {
  change(turn, { election: { ...blankElection, named: turn.site.consent } });
  emit(turn, { type: 'report', event: { kind: 'probing' } });
  for (const other of othersOf(turn.site.config.site)) {
    const { session, probe } = turn.site.peers[other];
    if (session === 0) continue;
    if (probe === 'none') sendProbe(turn, other);
    else changePeer(turn, other, { probe: 'given up' });
  }
}

function sendProbe(turn: Turn, to: SiteId): void {
  changePeer(turn, to, { probe: 'asked' });
  send(turn, to, { type: 'probe', epoch: epochOf(turn.site), rank: rankOf(turn.site) });
}

/** It does not answer the probe that this site waits for. */
export const isOfNoProbe = (site: SiteContext, event: Of<'probed'>): boolean =>
  site.peers[event.from].probe !== 'asked' && !weak(site, 'count-late-yes');

/** An answer to what was asked before says nothing of now. */
export function probeAgain(turn: Turn, event: Of<'probed'>): void {
  const isOwed = turn.site.peers[event.from].probe === 'given up';
  noteAnswer(turn, event);
  if (isOwed) sendProbe(turn, event.from);
}

export function noteAnswer(turn: Turn, event: Of<'probed'>): void {
  if (turn.site.peers[event.from].probe !== 'none') changePeer(turn, event.from, { probe: 'none' });
  noteFloor(turn, event);
}

/** Somebody wants to take over: yes, unless the primary is known to stand. */
export function answerProbe(turn: Turn, event: Of<'probe'>): void {
  const { site } = turn;
  // It may have a vote by a record that is not known here: then this site begins nothing for its yes, and must not keep it off.
  const isNewer = event.message.epoch > epochOf(site) && !isNamed(site, event.from);
  const better =
    site.election !== null &&
    !isNewer &&
    rankOf(site) < event.message.rank &&
    !weak(site, 'no-giving-way');
  // It looks for a primary: it is none any more.
  if (site.peers[event.from].standing >= 0) changePeer(turn, event.from, { standing: -1 });
  const yes = (!hearsPrimary(site, event.from) || weak(site, 'no-probe')) && !better;
  send(turn, event.from, {
    type: 'probed',
    epoch: event.message.epoch,
    yes,
    promised: site.header.promised,
  });
}

/** A standing primary needs no other. */
export function denyProbe(turn: Turn, event: Of<'probe'>): void {
  send(turn, event.from, {
    type: 'probed',
    epoch: event.message.epoch,
    yes: false,
    promised: turn.site.header.promised,
  });
}

export const isBetterRanked = (site: SiteContext, event: Of<'probe'>): boolean =>
  event.message.rank < rankOf(site) && !weak(site, 'no-giving-way');

export function noteFloor(turn: Turn, event: { message: { promised: Epoch } }): void {
  if (event.message.promised > turn.site.floor) change(turn, { floor: event.message.promised });
}

/** A newer record exists: this site is not the standing primary of the newest epoch. */
export const isSuperseded = (site: SiteContext, event: Of<'refused'>): boolean =>
  event.message.newest > epochOf(site);

/**
 * A promise of who has no vote makes no majority: to ask for it would end what others do, for nothing. Who got its vote by a
 * record that is not known here looks for a primary itself.
 */
export function isOfNoVote(site: SiteContext, event: Of<'probed'>): boolean {
  const isVoteless = !isNamed(site, event.from) && !weak(site, 'ask-the-voteless');
  // An operator may tell a site without a vote to take over.
  return event.message.yes && (isVoteless || !hasOwnVote(site));
}

/** Who stands on a branch that this site refuses does not say that this one has a primary. */
export const isOfRival = (site: SiteContext, event: Of<'probed'>): boolean =>
  site.peers[event.from].rival && !event.message.yes && !weak(site, 'heed-rivals');

/**
 * The primary of the epoch that this site leaves for what `by` sent is told: it gets no answer in that epoch any more, and it
 * may be that nobody else can tell it.
 */
function tellLeft(turn: Turn, by: SiteId, promised: Epoch, newest: Epoch): void {
  const { site } = turn;
  const primary = recordOf(site)?.primary;
  if (primary === undefined || primary === by || weak(site, 'leave-untold')) return;
  send(turn, primary, { type: 'refused', epoch: epochOf(site), promised, newest });
}

/** The move that was told of is under way, or over, where another epoch begins. */
const keptHandover = (site: SiteContext): SiteId | null =>
  weak(site, 'handover-as-consent') ? site.handover : null;

/** So many numbers lie between those of two sites that one after the other stood in one place. */
const leap = 3 * 2 ** 10;
const leaps = 2 ** 20;

/**
 * Who took another's place does not know which numbers that one used, and perhaps nobody it reaches does: an operator may force it,
 * or admit it, all the same. Its first number is one that its incarnation alone leads to.
 */
function leapOf(site: SiteContext): Epoch {
  const { header, config } = site;
  const first = header.history[0]?.incarnations[config.site];
  const isFirst = first === undefined || first === header.incarnation;
  if (isFirst || header.used > 0 || weak(site, 'numbers-of-the-one-before')) return 0;
  return leap * (header.incarnation % leaps);
}

/** A number never used before, promised to itself; durable before anybody hears of it. */
export function beginProposal(turn: Turn, purpose: Election['purpose']): void {
  const { site } = turn;
  const { header } = site;
  const floor = weak(site, 'number-used-twice')
    ? epochOf(site)
    : Math.max(header.promised, header.used, site.floor, epochOf(site));
  const epoch = weak(site, 'shared-numbers')
    ? floor + 1
    : nextEpoch(site.config.site, floor + leapOf(site));
  tellLeft(turn, site.config.site, epoch, epochOf(site));
  change(turn, {
    election: {
      ...(site.election ?? blankElection),
      epoch,
      purpose,
      promises: [],
      record: null,
      ...(weak(site, 'force-unasked') ? { forced: true } : {}),
    },
    owed: null,
    asking: null,
    hold: null,
    handover: keptHandover(site),
    floor: epoch,
  });
  if (!weak(site, 'keep-the-stage-of-an-epoch-left')) leaveStage(turn);
  changeHeader(turn, weak(site, 'number-used-twice') ? {} : { used: epoch, promised: epoch });
  emit(turn, { type: 'report', event: { kind: 'proposing', epoch } });
}

/** Its own promise is durable and its own summary final. */
export const isReadyToPropose = (site: SiteContext): boolean =>
  isQuiet(site) && noUpdateEnds(site) && site.election !== null;

const noUpdateEnds = (site: SiteContext): boolean => isStageIdle(site.staging);

export function sendProposals(turn: Turn): void {
  const { site } = turn;
  sendAll(turn, { type: 'propose', epoch: site.election!.epoch, rank: rankOf(site) });
}

export function sendProposal(turn: Turn, event: { peer: SiteId }): void {
  const { site } = turn;
  send(turn, event.peer, { type: 'propose', epoch: site.election!.epoch, rank: rankOf(site) });
}

/** Nobody may force upon hosts a volume that is no prefix of anything, or of nothing he knows. */
export const mayForce = (site: SiteContext): boolean =>
  site.header.history.length > 0 && isWhole(summaryOf(site), site.header.history);

export function refuseForce(turn: Turn): void {
  const { site } = turn.site.config;
  const reason = 'neither can give blocks';
  emit(turn, { type: 'report', event: { kind: 'refused', peer: site, reason } });
}

/** An operator makes this site primary by itself: evidence and confirmation are waived. */
export function beginForce(turn: Turn, event: { command: Command }): void {
  const { command } = event;
  const above = command.name === 'force' ? (command.above ?? 0) : 0;
  if (above > turn.site.floor) change(turn, { floor: above });
  change(turn, { election: { ...blankElection, forced: true } });
  beginProposal(turn, 'takeover');
}

/** An operator gives a filled mirror its vote: nobody else who has one can be asked (3.5). */
export function beginAdmit(turn: Turn, event: { command: Command }): void {
  if (event.command.name !== 'admit') return;
  change(turn, { election: { ...blankElection, forced: true, admits: event.command.site } });
  beginProposal(turn, 'configure');
}

/** The standing primary (or the one an operator names) goes on in a new epoch. */
export function beginConfigure(turn: Turn): void {
  const { handover } = turn.site;
  change(turn, { election: { ...blankElection, named: handover } });
  beginProposal(turn, 'configure');
}

export const mayPromise = (site: SiteContext, event: Of<'propose'>): boolean =>
  event.message.epoch > site.header.promised || weak(site, 'promise-twice');

/** From here on nothing is done in older epochs. */
export function beginPromise(turn: Turn, event: Of<'propose'>): void {
  const { site } = turn;
  const { epoch } = event.message;
  tellLeft(turn, event.from, epoch, epochOf(site));
  change(turn, {
    owed: { to: event.from, epoch },
    election: null,
    asking: null,
    hold: null,
    handover: keptHandover(site),
    floor: Math.max(site.floor, epoch),
  });
  leaveStage(turn);
  if (!weak(site, 'forget-promise')) changeHeader(turn, { promised: epoch });
  emit(turn, { type: 'report', event: { kind: 'promised', epoch, to: proposerOf(epoch) } });
}

export const owesPromise = (site: SiteContext): boolean =>
  site.owed !== null &&
  (isQuiet(site) || weak(site, 'promise-before-durable')) &&
  noUpdateEnds(site);

export function sendPromise(turn: Turn): void {
  const { owed } = turn.site;
  change(turn, { owed: null });
  send(turn, owed!.to, { type: 'promise', epoch: owed!.epoch, summary: summaryOf(turn.site) });
}

export function refuseProposal(turn: Turn, event: Of<'propose'>): void {
  const { epoch } = event.message;
  const { promised } = turn.site.header;
  send(turn, event.from, { type: 'refused', epoch, promised, newest: epochOf(turn.site) });
}

export function notePromise(turn: Turn, event: Of<'promise'>): void {
  const { election } = turn.site;
  const { epoch, summary } = event.message;
  if (election === null || epoch !== election.epoch) return;
  const promises = election.promises.filter(({ site }) => site !== summary.site);
  change(turn, { election: { ...election, promises: [...promises, summary] } });
}

/** What the promises in hand, and one more, amount to. */
export interface Decision {
  readonly record: EpochRecord;
  readonly history: readonly EpochRecord[];
  readonly choice: Choice;
  /** How many writes are kept beyond what any of the promisers knows to be committed (3.7). */
  readonly untold: number;
}

/** What it would decide if all of these promised. Use: what is missing is told also while it tries again. */
export const decisionIf = (site: SiteContext, promises: readonly Summary[]): Decision | null =>
  decisionOf({ ...site, election: { ...blankElection, named: site.consent, promises } });

/** Null: no majority yet. */
export function decisionOf(site: SiteContext, more: Summary | null = null): Decision | null {
  const { election } = site;
  if (election === null) return null;
  const heard = election.promises.filter((summary) => summary.site !== more?.site);
  const all = [summaryOf(site), ...heard, ...(more ? [more] : [])].filter((summary) =>
    hasSay(site, summary.history),
  );
  const { voters, newest } = votersAmong(site, election, all);
  if (newest === null) return null;
  if (voters.length < (election.forced || weak(site, 'no-majority') ? 1 : 2)) return null;
  if (!voters.some((summary) => summary.site === site.config.site)) return null;
  return decide(site, election, voters, newest);
}

/**
 * Who has a vote, and the newest record that any of them holds. One that only a site without a vote holds never
 * stood: it would be durable at another one too, and two with a vote are asked. So it is followed by none.
 */
function votersAmong(
  site: SiteContext,
  election: Election,
  all: readonly Summary[],
): { voters: readonly Summary[]; newest: EpochRecord | null } {
  let voters = all;
  for (;;) {
    const { record, history } = electAmong(voters);
    if (record === null) return { voters: [], newest: null };
    const kept = voters.filter(
      (summary) =>
        hasVote(summary, record, history, all) ||
        weak(site, 'vote-of-a-blank') ||
        (election.forced && summary.site === site.config.site),
    );
    if (kept.length === voters.length || weak(site, 'record-of-no-voter')) {
      return { voters: kept, newest: record };
    }
    voters = kept;
  }
}

/**
 * A site of another arrangement has no say in this one; nor has one on a branch that only an operator
 * may choose: a majority on this branch goes on without it, and cuts nothing of it.
 */
function hasSay(site: SiteContext, history: History): boolean {
  const own = site.header.history;
  if (own.length === 0 || history.length === 0) return true;
  if (sharedRecords(own, history) === 0) return false;
  return refusalOfBranches(own, history) === null || weak(site, 'forced-gives-way');
}

function decide(
  site: SiteContext,
  election: Election,
  voters: readonly Summary[],
  newest: EpochRecord,
): Decision {
  const { end: most, history } = electAmong(voters);
  const me = site.config.site;
  const chosen = choiceFor(site, election, voters, newest);
  const choice = election.forced
    ? { ...chosen, primary: me, loss: most, needsConsent: false }
    : weak(site, 'initiator-becomes-primary')
      ? { ...chosen, primary: me, loss: null, needsConsent: false }
      : chosen;
  const primary = choice.primary ?? me;
  const own = trusted(summaryOf(site), history).contiguous;
  const end = weak(site, 'keep-only-what-the-primary-has') ? own : (choice.loss ?? most);
  const decided = {
    epoch: election.epoch,
    primary,
    incarnations: incarnationsOf(site, voters, newest),
    syncSet: [],
    parent: { epoch: newest.epoch, sequence: end },
    how: election.forced ? 'forced' : 'majority',
    lossBeyond: choice.loss,
  } as const;
  const syncSet = election.forced ? [] : syncSetOf(site, decided, voters, newest);
  const record: EpochRecord = { ...decided, syncSet };
  const known = voters.map((voter) => Math.min(voter.committed, forkFrom(voter, history)));
  const untold = Math.max(0, end - Math.max(...known));
  return { record, history: [...history, record], choice, untold };
}

/** Who goes on in a new epoch stays its primary, unless it is to hand over to a holder that is there. */
function choiceFor(
  site: SiteContext,
  { named, purpose }: Election,
  voters: readonly Summary[],
  newest: EpochRecord,
): Choice {
  const { site: me, weakness } = site.config;
  const chosen = choosePrimary(voters, newest, null, named, weakness);
  const isAsTold = named !== null && (chosen.primary === named || weak(site, 'hand-over-to-any'));
  if (purpose !== 'configure' || isAsTold) return chosen;
  return choosePrimary(voters, newest, me, null, weakness);
}

/** A site that came back blank gets its vote from a record that the two others promised. */
function incarnationsOf(
  site: SiteContext,
  voters: readonly Summary[],
  newest: EpochRecord,
): EpochRecord['incarnations'] {
  return siteIds.map((id) => {
    // Whoever is forced votes from here on, even if no record admitted it before.
    if (id === site.config.site) return site.header.incarnation;
    if (voters.some((voter) => voter.site === id)) return newest.incarnations[id];
    const { incarnation, phase } = site.peers[id];
    if (site.election?.admits === id && phase === 'streaming') return incarnation;
    const admits = phase === 'streaming' && voters.length >= 2;
    return admits ? incarnation : newest.incarnations[id];
  }) as unknown as EpochRecord['incarnations'];
}

/** Near mirrors (by policy the far one too) that are level, or were members and still stream, or are waited for by policy. */
function syncSetOf(
  site: SiteContext,
  { primary, parent: { sequence: end }, lossBeyond }: EpochRecord,
  voters: readonly Summary[],
  newest: EpochRecord,
): SiteId[] {
  const { history } = electAmong(voters);
  const me = site.config.site;
  // Where policy is to stop, no member leaves a primary that goes on: hosts wait for it. Who restarts, and begins the epoch itself, takes over.
  const isTakeover = primary === me && !site.stands && site.election?.purpose !== 'configure';
  const mayKeep = !isTakeover && lossBeyond === null && !weak(site, 'stop-lets-go');
  const keeps = site.config.onLegLoss === 'stop' && mayKeep;
  const goesOn = newest.primary === primary && (primary === me || keeps);
  return siteIds.filter((id) => {
    if (id === primary) return false;
    const isUnlike = site.peers[id].unlike && !weak(site, 'enter-unlike');
    // Who is not streamed to would leave at once, by the next epoch; where nobody may leave, hosts wait for it.
    const leavesAtOnce = site.header.halted.includes(id) || isUnlike;
    const mayLeave = primary === site.config.site && site.config.onLegLoss !== 'stop';
    if (leavesAtOnce && mayLeave) return false;
    const far = site.config.distances[id] === 'far' && !site.config.syncFar;
    if (far && !weak(site, 'any-distance')) return false;
    const wasMember = goesOn && newest.syncSet.includes(id);
    const voter = voters.find((summary) => summary.site === id);
    if (voter) {
      const shown = Math.min(voter.held.contiguous, forkFrom(voter, history));
      // What is on its way to a member no host was told of.
      const isBehind = wasMember && keeps && shown >= site.committed;
      const isSound = isWhole(voter, history) && !voter.damaged;
      return ((shown >= end || isBehind) && isSound) || weak(site, 'enter-before-level');
    }
    // Who took its place owes what is kept; where no member leaves, it may be behind.
    if (wasMember && keeps) return true;
    const { held, phase, session } = site.peers[id];
    // One that took its place enters anew.
    const isTheSame = session === 0 || isNamed(site, id, newest) || weak(site, 'member-by-number');
    return wasMember && phase === 'streaming' && (isTheSame || held.contiguous >= end);
  });
}

/** Does it lose nothing, or did somebody who may agree to the loss? */
export function isAllowed(site: SiteContext, decision: Decision): boolean {
  const { choice } = decision;
  if (choice.primary === null) return false;
  if (!choice.needsConsent || weak(site, 'no-consent')) return true;
  if (site.handover === choice.primary && weak(site, 'handover-as-consent')) return true;
  return site.config.takeover === 'any' || site.consent === choice.primary;
}

/** Everybody who could promise has: nothing better can come. */
export function isComplete(site: SiteContext, from: SiteId): boolean {
  return othersOf(site.config.site).every((other) => {
    const peer = site.peers[other];
    if (other === from || peer.session === 0) return true;
    return site.election!.promises.some((summary) => summary.site === other);
  });
}

type Promised = Of<'promise'>;

const decidedBy = (site: SiteContext, event: Promised): Decision | null =>
  event.message.epoch === site.election?.epoch && isComplete(site, event.from)
    ? decisionOf(site, event.message.summary)
    : null;

export function isDecided(site: SiteContext, event: Promised): boolean {
  const decision = decidedBy(site, event);
  return decision !== null && isAllowed(site, decision);
}

export const lacksConsent = (site: SiteContext, event: Promised): boolean =>
  decidedBy(site, event) !== null;

export function isDecidedSoFar(site: SiteContext): boolean {
  const decision = decisionOf(site);
  return decision !== null && isAllowed(site, decision);
}

export const lacksConsentSoFar = (site: SiteContext): boolean => decisionOf(site) !== null;

/** This site's own branch may be cut. */
export function noteDiscard(turn: Turn, event: { command: Command }): void {
  if (event.command.name === 'discard') change(turn, { discard: event.command.branch });
}

export function giveUpElection(turn: Turn): void {
  if (hearsPrimary(turn.site)) forgetConsent(turn);
  change(turn, { election: null });
}

export function noteConsent(turn: Turn, event: { command: Command }): void {
  if (event.command.name === 'consent') change(turn, { consent: event.command.primary });
}

/** The record becomes durable here before anybody is told of it. */
export function decideNow(turn: Turn): void {
  const decision = decisionOf(turn.site)!;
  const { record, history, untold } = decision;
  if (record.primary !== turn.site.config.site) disownHosts(turn);
  adopt(turn, history);
  change(turn, {
    // What an operator said was of the branch before this record.
    consent: null,
    discard: weak(turn.site, 'discard-outlives-its-branch') ? turn.site.discard : null,
    // An operator's force waives every other site's confirmation.
    stands: record.how === 'forced' || weak(turn.site, 'serve-unconfirmed'),
    election: { ...blankElection, epoch: record.epoch, record },
  });
  // What it lost is waived with all else: nobody is left to mend it.
  if (record.how === 'forced') changeHeader(turn, { damaged: false });
  const { epoch, primary, lossBeyond, syncSet, parent } = record;
  emit(turn, {
    type: 'report',
    event: { kind: 'elected', epoch, primary, end: parent.sequence, untold, lossBeyond, syncSet },
  });
}

export function reportConsentMissing(turn: Turn): void {
  const { choice, record } = decisionOf(turn.site)!;
  const event = {
    kind: 'consentMissing' as const,
    end: record.parent.sequence,
    primary: choice.primary ?? turn.site.config.site,
  };
  emit(turn, { type: 'report', event });
}

export const isElectedPrimary = (site: SiteContext): boolean =>
  recordOf(site)?.primary === site.config.site;

export function announceRecord(turn: Turn): void {
  change(turn, { election: null });
  sendAll(turn, { type: 'record', summary: summaryOf(turn.site) });
}

/** Two branches that only an operator may choose between: null when this history may be taken. */
function splitFrom(site: SiteContext, history: History): RefuseReason | null {
  if (weak(site, 'forced-gives-way')) return null;
  const isBlank = site.header.history.length === 0;
  const givenUp = site.discard === site.config.site;
  if (isBlank || givenUp) return null;
  return refusalOfBranches(site.header.history, history) ?? refusalOfCut(site, history);
}

/** What hosts may have been told of is cut only by a record that says so (RESYNC-60). */
function refusalOfCut(site: SiteContext, history: History): RefuseReason | null {
  if (site.config.weakness !== null || newestEpoch(history) <= epochOf(site)) return null;
  const applied = Math.min(site.durable, site.held.contiguous);
  return cutsUncovered(site.header.history, applied, history) ? 'uncovered fork' : null;
}

/**
 * Newer than what this site stands in, not older than what it promised, and no branch is at stake. Nor while an update ends: a
 * record cuts what is about to be marked, and its primary would begin with a site that takes nothing yet. It comes again.
 */
export function mayAdopt(site: SiteContext, event: Of<'record'>): boolean {
  const { history } = event.message.summary;
  if (splitFrom(site, history) !== null) return false;
  if (!noUpdateEnds(site) && !weak(site, 'adopt-before-the-update-ends')) return false;
  const epoch = newestEpoch(history);
  if (weak(site, 'accept-old-record')) return epoch > epochOf(site);
  return epoch > epochOf(site) && epoch >= site.header.promised;
}

export const isAdopted = (site: SiteContext, event: Of<'record'>): boolean =>
  newestEpoch(event.message.summary.history) === epochOf(site) && !isFenced(site);

export function adoptRecord(turn: Turn, event: Of<'record'>): void {
  const { history } = event.message.summary;
  const record = newestOf(history)!;
  if (record.primary !== turn.site.config.site) disownHosts(turn);
  tellLeft(turn, event.from, record.epoch, record.epoch);
  adopt(turn, history);
  noteTold(turn, event);
  // What an operator agreed to was of the epoch before.
  change(turn, {
    owed: { to: event.from, epoch: record.epoch },
    consent: null,
    handover: null,
    discard: null,
  });
}

export function refuseRecord(turn: Turn, event: Of<'record'>): void {
  const { history } = event.message.summary;
  const epoch = newestEpoch(history);
  const { promised } = turn.site.header;
  const known = Math.max(promised, epochOf(turn.site));
  const reason = splitFrom(turn.site, history);
  if (reason !== null) {
    emit(turn, { type: 'report', event: { kind: 'refused', peer: event.from, reason } });
    changePeer(turn, event.from, { rival: true });
  }
  send(turn, event.from, { type: 'refused', epoch, promised: known, newest: epochOf(turn.site) });
}

/** What the sender of a record tells of itself: the answer says what this site plans from it. */
function noteTold(turn: Turn, event: Of<'record'>): void {
  changePeer(turn, event.from, { summary: event.message.summary });
}

export function confirmRecord(turn: Turn, event: Of<'record'>): void {
  noteTold(turn, event);
  confirmTo(turn, event.from);
}

/** The record is durable here; what this site is, and the digest of what it plans, go with that. */
function confirmTo(turn: Turn, other: SiteId): void {
  // Its leg begins anew: a comparison that this site stood still for is over, and so is an update that it had no room for.
  if (turn.site.hold?.from === other) change(turn, { hold: null });
  if (turn.site.staging?.from === other) leaveStage(turn);
  const { site } = turn;
  const told = site.peers[other].summary;
  // In a session that began since it has told nothing yet: a primary is about to.
  if (told === null) return;
  changePeer(turn, other, { summary: null });
  const summary = summaryOf(site);
  const digest = planDigest(plan(told, summary, site.config.weakness));
  send(turn, other, { type: 'recordStored', epoch: epochOf(site), summary, digest });
}

/** Not durable yet: the primary hears of it when it is; nobody else counts on it. */
export function oweRecord(turn: Turn, event: Of<'record'>): void {
  const { site } = turn;
  if (weak(site, 'confirm-before-durable')) return confirmRecord(turn, event);
  if (recordOf(site)?.primary !== event.from) return;
  noteTold(turn, event);
  change(turn, { owed: { to: event.from, epoch: epochOf(site) } });
}

/** An update ended that a new session had to wait for. */
export function confirmOwedRecord(turn: Turn): void {
  const { site } = turn;
  const isOwed = site.owed !== null && site.owed.epoch === epochOf(site);
  if (isOwed && !isFenced(site) && isRecordDurable(site)) confirmOwed(turn);
}

/** The record this site adopted is durable: whoever sent it may count on it. */
export function confirmOwed(turn: Turn): void {
  const { owed } = turn.site;
  change(turn, { owed: null });
  if (owed !== null) confirmTo(turn, owed.to);
}

/** Two sites hold it durably: this one, and the one that proposed it. */
export function noteStands(turn: Turn): void {
  change(turn, { stands: true });
}
