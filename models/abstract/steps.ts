import type { Epoch, Sequence, SiteId } from '../words.ts';
import { adopted, summaryOfAbstract } from './adopting.ts';
import { choicesOf, hearingOf, syncCandidates } from './election.ts';
import { crash, distrust, restart, returnEmpty, rot, setBack } from './failing.ts';
import { isUnlawful, no, type Taken, type Unlawful, withoutOffice, withSite } from './lawful.ts';
import {
  areCompatible,
  committable,
  doesStand,
  gaveItsWord,
  hasVote,
  inItsEpoch,
  mayEnd,
  onHistory,
  presides,
  recordIn,
  saidIn,
  withoutGap,
} from './reading.ts';
import {
  type AbstractRecord,
  type AbstractSite,
  type AbstractState,
  epochOfWrite,
  type Given,
  type Note,
  noNote,
  noNotes,
  noUpdate,
  sequenceOf,
  sortedWrites,
  type Words,
  type Write,
} from './state.ts';
import { beginUpdate, endUpdate, giveUp, mend, offer, overwrite } from './updating.ts';
import { spoken } from './words.ts';

export { isUnlawful, type Unlawful };

/** One step of the abstract protocol; each is an action of spec/sidefile.qnt of the same name. */
export type AbstractStep =
  | { readonly name: 'hostWrite'; readonly site: SiteId; readonly write: Write }
  | { readonly name: 'store'; readonly site: SiteId; readonly write: Write }
  | {
      readonly name: 'acknowledge';
      readonly site: SiteId;
      readonly of: SiteId;
      readonly through: Sequence;
    }
  | { readonly name: 'learn'; readonly site: SiteId; readonly through: Sequence }
  | { readonly name: 'hear'; readonly site: SiteId; readonly through: Sequence }
  | { readonly name: 'save'; readonly site: SiteId; readonly through: Sequence }
  | { readonly name: 'apply'; readonly site: SiteId }
  | { readonly name: 'retire'; readonly site: SiteId; readonly through: Sequence }
  | { readonly name: 'forget'; readonly site: SiteId; readonly what: Forgotten }
  | { readonly name: 'expire'; readonly site: SiteId; readonly write: Write }
  | { readonly name: 'stand'; readonly site: SiteId; readonly epoch: Epoch }
  | { readonly name: 'pledge'; readonly site: SiteId; readonly epoch: Epoch }
  | { readonly name: 'giveWord'; readonly site: SiteId }
  | {
      readonly name: 'decide';
      readonly site: SiteId;
      readonly others: readonly SiteId[];
      readonly record: AbstractRecord;
    }
  | { readonly name: 'record'; readonly site: SiteId; readonly epoch: Epoch }
  | { readonly name: 'discard'; readonly site: SiteId }
  | { readonly name: 'choose'; readonly site: SiteId; readonly epoch: Epoch }
  | { readonly name: 'adopt'; readonly site: SiteId; readonly epoch: Epoch }
  | { readonly name: 'serve'; readonly site: SiteId }
  | {
      readonly name: 'force';
      readonly site: SiteId;
      readonly epoch: Epoch;
      /** Whom an operator admits in the same record. */
      readonly admitted: readonly SiteId[];
    }
  | {
      readonly name: 'beginUpdate';
      readonly site: SiteId;
      readonly source: SiteId;
      readonly bits: boolean;
    }
  | { readonly name: 'giveUp'; readonly site: SiteId; readonly mixed: Write }
  | { readonly name: 'overwrite'; readonly site: SiteId; readonly through: Sequence }
  | { readonly name: 'offer'; readonly site: SiteId; readonly through: Sequence }
  | { readonly name: 'endUpdate'; readonly site: SiteId }
  | { readonly name: 'mend'; readonly site: SiteId }
  | { readonly name: 'rot'; readonly site: SiteId; readonly write: Write }
  | { readonly name: 'distrust'; readonly site: SiteId }
  | { readonly name: 'crash'; readonly site: SiteId }
  | { readonly name: 'restart'; readonly site: SiteId }
  | { readonly name: 'setBack'; readonly site: SiteId; readonly copy: Copy }
  | { readonly name: 'returnEmpty'; readonly site: SiteId; readonly incarnation: number };

/** What an older copy of a disk has less of. */
export type Copy = Pick<AbstractSite, 'held' | 'sidefileFrom' | 'commit' | 'applied'>;

export type StepName = AbstractStep['name'];

export type Forgotten = 'office' | 'hosts' | 'candidacy' | 'stage' | 'known' | 'notes' | 'discard';

/** The state after a step, or why there is no such step. Whatever a site may say, it has said then. */
export function take(state: AbstractState, step: AbstractStep): AbstractState | Unlawful {
  const outcome = steps[step.name](state, step as never);
  if (isUnlawful(outcome)) return outcome;
  return { ...outcome, words: spoken(outcome) };
}

export type StepOf<Name extends StepName> = Extract<AbstractStep, { name: Name }>;

const steps: { readonly [Name in StepName]: (state: AbstractState, step: never) => Taken } = {
  hostWrite,
  store,
  acknowledge,
  learn,
  hear,
  save,
  apply,
  retire,
  forget,
  expire,
  stand,
  pledge,
  giveWord,
  decide,
  record,
  discard,
  choose,
  adopt,
  serve,
  force,
  beginUpdate,
  giveUp,
  overwrite,
  offer,
  endUpdate,
  mend,
  rot,
  distrust,
  crash,
  restart,
  setBack,
  returnEmpty,
};

const withWords = (state: AbstractState, patch: Partial<Words>): AbstractState => ({
  ...state,
  words: { ...state.words, ...patch },
});

// ---- writing

function hostWrite(state: AbstractState, { site, write }: StepOf<'hostWrite'>): Taken {
  const its = state.sites[site];
  if (!presides(its)) return no('EPOCH-40', 'it is not the primary of its epoch, or left it');
  if (!its.serving) return no('EPOCH-80', 'it does not serve hosts yet');
  if (epochOfWrite(write) !== its.record || sequenceOf(write) !== its.next) {
    return no('PRIMARY-10', 'a host write gets the next sequence of the epoch');
  }
  const numbered = withSite(state, site, {
    next: its.next + 1,
    waiting: sortedWrites([...its.waiting, write]),
  });
  const sent = sortedWrites([...state.hosts.sent, write]);
  return { ...numbered, hosts: { ...state.hosts, sent } };
}

function store(state: AbstractState, { site, write }: StepOf<'store'>): Taken {
  const its = state.sites[site];
  if (its.held.includes(write)) return no('LINK-30', 'it holds this write');
  if (!state.hosts.sent.includes(write)) return no('PRIMARY-10', 'no primary numbered this write');
  if (!mayEnd(state, site))
    return no(['EPOCH-40', 'EPOCH-50'], 'it left its epoch, and its word was final');
  if (!onHistory(write, recordIn(state.words, its.record)!)) {
    return no('EPOCH-70', 'the write is not on its history');
  }
  return withSite(state, site, { held: sortedWrites([...its.held, write]) });
}

function acknowledge(state: AbstractState, { site, of, through }: StepOf<'acknowledge'>): Taken {
  const its = state.sites[site];
  if (!presides(its)) return no('EPOCH-40', 'it is not the primary of its epoch, or left it');
  const said = saidIn(state.words, its.record).held[of];
  if (through > said.through) {
    return no(
      ['MIRROR-10', 'LINK-10'],
      'the mirror did not say in this epoch that it holds this much',
    );
  }
  const notes = [...its.notes] as [Note, Note, Note];
  notes[of] = through === 0 ? noNote : { incarnation: said.incarnation, through };
  return withSite(state, site, { notes });
}

/** Evidence that was asked for earlier may show less than could be known. */
function learn(state: AbstractState, { site, through }: StepOf<'learn'>): Taken {
  const its = state.sites[site];
  if (!presides(its)) return no('EPOCH-40', 'it is not the primary of its epoch, or left it');
  const known = Math.max(its.known, through);
  const done = its.waiting.filter((write) => sequenceOf(write) <= known);
  if (known > committable(state, site)) {
    const alone = recordIn(state.words, its.record)!.syncSet.length === 0;
    return alone
      ? no('PRIMARY-30', 'no evidence shows that no newer epoch stands')
      : no('PRIMARY-20', 'the primary and its whole sync set do not hold more');
  }
  const raised = withSite(state, site, {
    known,
    waiting: its.waiting.filter((write) => !done.includes(write)),
  });
  const told = done.map((write) => ({ write, by: its.record }));
  const acknowledged = [...state.hosts.acknowledged, ...told].sort(
    (one, other) => one.write - other.write || one.by - other.by,
  );
  return { ...raised, hosts: { ...state.hosts, acknowledged } };
}

function hear(state: AbstractState, { site, through }: StepOf<'hear'>): Taken {
  const its = state.sites[site];
  if (!inItsEpoch(its)) return no('EPOCH-40', 'it left its epoch');
  if (through > saidIn(state.words, its.record).commit) {
    return no('PRIMARY-20', 'nobody of this epoch ever said that c is there');
  }
  return withSite(state, site, { known: Math.max(its.known, through) });
}

function save(state: AbstractState, { site, through }: StepOf<'save'>): Taken {
  const its = state.sites[site];
  if (!mayEnd(state, site)) return no('EPOCH-50', 'its word on its c was final');
  if (through > its.known) return no('PRIMARY-20', 'it does not know of such a c');
  return withSite(state, site, { commit: Math.max(its.commit, through) });
}

function apply(state: AbstractState, { site }: StepOf<'apply'>): Taken {
  const its = state.sites[site];
  const limit = Math.min(withoutGap(its.held), its.commit);
  if (!its.consistent) return no('RESYNC-100', 'an inconsistent volume takes no writes');
  if (limit <= its.applied) return no('MIRROR-20', 'no further than its durable c, and no hole');
  return withSite(state, site, { applied: limit });
}

function retire(state: AbstractState, { site, through }: StepOf<'retire'>): Taken {
  const its = state.sites[site];
  if (!its.up || through <= its.sidefileFrom) return no('SIDEFILE-60', 'nothing is retired');
  if (through > its.applied) return no('SIDEFILE-60', 'only what is in the volume is retired');
  const later = withSite(state, site, { sidefileFrom: through });
  // The word that a candidate gave itself goes nowhere: it decides by what it has by then.
  const isOwn = ({ epoch, summary }: Given) => epoch === its.candidate && summary.site === site;
  const { promises } = later.words;
  if (!promises.some(isOwn)) return later;
  const renewed = (given: Given): Given =>
    isOwn(given) ? { ...given, summary: { ...given.summary, sidefileFrom: through } } : given;
  return withWords(later, { promises: promises.map(renewed) });
}

function forget(state: AbstractState, { site, what }: StepOf<'forget'>): Taken {
  const its = state.sites[site];
  if (what === 'known' && its.appointed) return no('PRIMARY-20', 'a primary keeps its c');
  const patches: { readonly [What in Forgotten]: Partial<AbstractSite> } = {
    office: { appointed: false, serving: false, next: 0, notes: noNotes },
    hosts: { waiting: [] },
    candidacy: { candidate: -1 },
    stage: noUpdate,
    known: { known: its.commit },
    notes: { notes: noNotes },
    discard: { discards: false },
  };
  return withSite(state, site, patches[what]);
}

/** A host waits no longer: what became of its write it is not told. */
function expire(state: AbstractState, { site, write }: StepOf<'expire'>): Taken {
  const { waiting } = state.sites[site];
  if (!waiting.includes(write)) return no('HOST-20', 'no host waits for this write');
  return withSite(state, site, { waiting: waiting.filter((one) => one !== write) });
}

// ---- epochs

function stand(state: AbstractState, { site, epoch }: StepOf<'stand'>): Taken {
  const its = state.sites[site];
  if (!its.up || epoch % 3 !== site || epoch <= its.promised) {
    return no('EPOCH-10', 'the number is not its own, or not above what it promised');
  }
  return withSite(state, site, { ...withoutOffice, promised: epoch, candidate: epoch });
}

function pledge(state: AbstractState, { site, epoch }: StepOf<'pledge'>): Taken {
  const its = state.sites[site];
  if (!its.up || epoch <= its.promised) return no('EPOCH-30', 'it promised this much before');
  if (!state.words.asked.includes(epoch)) return no('EPOCH-20', 'nobody asked for this promise');
  return withSite(state, site, { ...withoutOffice, promised: epoch, candidate: -1 });
}

function giveWord(state: AbstractState, { site }: StepOf<'giveWord'>): Taken {
  const its = state.sites[site];
  if (!its.up || its.promised <= its.record) {
    return no('EPOCH-30', 'it gives its word for a number that it did not durably promise');
  }
  if (gaveItsWord(state, site)) return no('EPOCH-50', 'its word on what it holds was final');
  const given = { epoch: its.promised, summary: summaryOfAbstract(site, its) };
  const asked =
    its.candidate === its.promised && !state.words.asked.includes(its.promised)
      ? [...state.words.asked, its.promised]
      : state.words.asked;
  return withWords(state, { promises: [...state.words.promises, given], asked });
}

/** A candidate decides: not durable yet, so that nobody hears of it. `decide` of the Quint text is this and `record`. */
function decide(state: AbstractState, { site, others, record }: StepOf<'decide'>): Taken {
  const its = state.sites[site];
  const { words } = state;
  if (!its.up || its.candidate !== record.epoch || its.promised !== record.epoch) {
    return no('EPOCH-20', 'no candidate of this number decides');
  }
  const heard = words.promises
    .filter(({ epoch }) => epoch === record.epoch)
    .map(({ summary }) => summary)
    .filter((summary) =>
      summary.site === site
        ? summary.incarnation === its.incarnation
        : others.includes(summary.site),
    );
  if (!heard.some((summary) => summary.site === site)) {
    return no('EPOCH-50', 'its own word is not given');
  }
  const hearing = hearingOf(state, heard);
  if (!hearing?.voters.some((voter) => voter.site === site)) {
    return no('EPOCH-100', 'fewer than two sites with a vote promised this number');
  }
  const wrong = misfit(
    state,
    hearing,
    record,
    heard.map((summary) => summary.site),
  );
  if (wrong) return wrong;
  const decided = state.words.decided.filter(({ epoch }) => epoch !== record.epoch);
  return withWords(state, { decided: [...decided, record] });
}

/** The record that a candidate decided becomes durable there. */
function record(state: AbstractState, { site, epoch }: StepOf<'record'>): Taken {
  const its = state.sites[site];
  const decided = state.words.decided.find((one) => one.epoch === epoch);
  if (!its.up || its.promised !== epoch || !decided || epoch % 3 !== site) {
    return no('EPOCH-20', 'no candidate of this number decided this record');
  }
  return adopted(withRecord(state, decided), site, decided);
}

function withRecord(state: AbstractState, record: AbstractRecord): AbstractState {
  const records = [...state.words.records, record];
  return withWords(state, { records: records.sort((one, other) => one.epoch - other.epoch) });
}

/** What about this record does not follow from what was heard. */
function misfit(
  state: AbstractState,
  hearing: NonNullable<ReturnType<typeof hearingOf>>,
  record: AbstractRecord,
  heard: readonly SiteId[],
): Unlawful | null {
  const { newest } = hearing;
  const choices = choicesOf(state.words, hearing);
  const wanted = choices.find(({ taker }) => taker === record.primary);
  if (!wanted) return no('EPOCH-120', 'the primary is none of those who may become it');
  if (wanted.loss !== record.loss)
    return no(['EPOCH-120', 'EPOCH-130'], 'it may become it only with, or only without a loss');
  if (wanted.end !== record.parent.sequence || record.parent.epoch !== newest.epoch) {
    return no('EPOCH-110', 'the history that is kept is not the elected one');
  }
  const members = syncCandidates(state.words, hearing, wanted);
  if (!record.syncSet.every((member) => members.includes(member))) {
    return no('EPOCH-140', 'a member of the sync set is neither level nor was one before');
  }
  const fits = record.incarnations.every(
    (incarnation, site) =>
      incarnation === newest.incarnations[site] ||
      (!heard.includes(site as SiteId) && incarnation === state.sites[site]!.incarnation),
  );
  return fits ? null : no('EPOCH-100', 'a vote is given to a site that the two did not admit');
}

/** An operator gives the branch up that a site stands on, if it stands on any. */
function discard(state: AbstractState, { site }: StepOf<'discard'>): Taken {
  if (!state.sites[site].up) return no('RESYNC-60', 'nobody hears him');
  return withSite(state, site, { discards: true });
}

/**
 * At his word it takes the record of another branch: not durable yet. `adopt` of the Quint text is this and `adopt`, where
 * the branches may meet only so.
 */
function choose(state: AbstractState, { site, epoch }: StepOf<'choose'>): Taken {
  if (!state.sites[site].discards) {
    return no('RESYNC-60', 'only an operator may choose between these branches');
  }
  const chosen = [...state.words.chosen, { epoch, site }];
  return withWords(withSite(state, site, { discards: false }), { chosen });
}

function adopt(state: AbstractState, { site, epoch }: StepOf<'adopt'>): Taken {
  const its = state.sites[site];
  const record = recordIn(state.words, epoch);
  if (!record) return no('EPOCH-20', 'nobody stored this record before it was sent');
  if (!its.up || epoch <= its.record || epoch < its.promised) {
    return no('EPOCH-30', 'the record is older than what it promised');
  }
  const isChosen =
    its.discards || state.words.chosen.some((one) => one.epoch === epoch && one.site === site);
  if (!isChosen && !areCompatible(state.words, its.record, epoch)) {
    return no('RESYNC-60', 'only an operator may choose between these branches');
  }
  return adopted(state, site, record);
}

function serve(state: AbstractState, { site }: StepOf<'serve'>): Taken {
  const its = state.sites[site];
  if (!presides(its)) return no('EPOCH-40', 'it is not the primary of its epoch, or left it');
  const record = recordIn(state.words, its.record)!;
  if (!doesStand(state.words, its.record)) return no('EPOCH-80', 'its record does not stand');
  if (!hasVote(state, site) || !its.consistent || withoutGap(its.held) < record.parent.sequence) {
    return no('EPOCH-80', 'it does not hold the elected history');
  }
  return withSite(state, site, { serving: true });
}

function force(state: AbstractState, { site, epoch, admitted }: StepOf<'force'>): Taken {
  const its = state.sites[site];
  const before = recordIn(state.words, its.record);
  if (!its.up || !before || !its.consistent) return no('EPOCH-150', 'its volume is no prefix');
  if (epoch % 3 !== site || epoch < its.promised || recordIn(state.words, epoch)) {
    return no('EPOCH-10', 'the number is not its own, or was used');
  }
  const end = withoutGap(its.held);
  const incarnations = [...before.incarnations] as [number, number, number];
  for (const named of [site, ...admitted]) incarnations[named] = state.sites[named].incarnation;
  const ends = [...before.ends, [before.epoch, end] as const];
  const record: AbstractRecord = {
    epoch,
    primary: site,
    syncSet: [],
    incarnations,
    parent: { epoch: before.epoch, sequence: end },
    ends: ends.map(([ancestor, kept]) => [ancestor, Math.min(kept, end)]),
    how: 'forced',
    loss: true,
  };
  // What it lost is waived with all else.
  return adopted(withRecord(withSite(state, site, { damaged: false }), record), site, record);
}
