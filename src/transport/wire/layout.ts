import type { Message, MessageType } from '../../../models/message.ts';
import {
  blockSet,
  runs,
  type SummedRun,
  summedRuns,
  type WireBlock,
  wireBlocks,
} from './block-runs.ts';
import { type Fields, struct } from './composites.ts';
import { field, type Kind } from './kind.ts';
import { flag, whole } from './scalars.ts';
import {
  entries,
  epoch,
  epochOrNone,
  holding,
  ranges,
  sequence,
  site,
  summary,
  type WireEntry,
} from './structures.ts';

/**
 * The body of every message: the one description the codec runs and `spec/wire.md` is written
 * from. Codes are never given to another message.
 */
export interface MessageLayout<Value> {
  readonly code: number;
  readonly body: Kind<Value>;
}

/** Bodies that name what is in the payload say more than the message they carry. */
interface Attached {
  readonly write: { readonly entries: readonly WireEntry[] };
  readonly fetched: { readonly entries: readonly WireEntry[] };
  readonly sums: { readonly runs: readonly SummedRun[] };
  readonly blocks: { readonly blocks: readonly WireBlock[] };
  readonly lent: { readonly blocks: readonly WireBlock[] };
}

type Plain<Type extends MessageType> = Omit<Extract<Message, { type: Type }>, 'type'>;

export type Body<Type extends MessageType> = Type extends keyof Attached
  ? Omit<Plain<Type>, keyof Attached[Type]> & Attached[Type]
  : Plain<Type>;

const ofEpoch = field(epoch, 'newest record’s epoch at the sender');
const rank = field(whole(4), 'the lower is preferred as primary');
const committed = field(sequence, 'c: what the primary and its sync set hold without a gap');
const token = field(whole(8), 'tells questions of one primary apart');
const held = field(holding, 'what is held durably');
const about = field(site, 'the site that holds it');

export const messageLayouts: { readonly [Type in MessageType]: MessageLayout<Body<Type>> } = {
  probe: message<'probe'>(16, 'probe', {
    epoch: field(epochOrNone, 'newest record’s epoch at the candidate'),
    rank,
  }),
  probed: message<'probed'>(17, 'probed', {
    epoch: field(epochOrNone, 'that of the `probe`'),
    yes: field(flag, 'does it agree?'),
    promised: field(epoch, 'largest epoch it promised'),
  }),
  propose: message<'propose'>(18, 'propose', {
    epoch: field(epoch, 'the epoch proposed'),
    rank,
  }),
  promise: message<'promise'>(19, 'promise', {
    epoch: field(epoch, 'the epoch promised'),
    summary: field(summary, 'final: made after every store it had begun'),
  }),
  refused: message<'refused'>(20, 'refused', {
    epoch: field(epoch, 'the epoch refused'),
    promised: field(epoch, 'largest epoch it promised'),
    newest: field(epochOrNone, 'that of its newest record'),
  }),
  record: message<'record'>(21, 'record', {
    summary: field(summary, 'what the sender is; its history ends with the record'),
  }),
  recordStored: message<'recordStored'>(22, 'recordStored', {
    epoch: field(epoch, 'of the record stored'),
    summary: field(summary, 'made after adopting it'),
    digest: field(whole(4), 'of the plan made of the summary told and this one (below)'),
  }),
  write: message<'write'>(32, 'write', {
    epoch: ofEpoch,
    entries: field(entries, 'payloads in this order'),
    committed,
  }),
  advance: message<'advance'>(33, 'advance', { epoch: ofEpoch, committed }),
  acknowledged: message<'acknowledged'>(34, 'acknowledged', {
    epoch: ofEpoch,
    held,
    start: field(sequence, 'first sequence its sidefile keeps'),
    windowEnd: field(sequence, 'nothing beyond it is accepted'),
  }),
  notice: message<'notice'>(35, 'notice', {
    epoch: ofEpoch,
    about,
    held,
    start: field(sequence, 'first sequence its sidefile keeps'),
  }),
  noticed: message<'noticed'>(36, 'noticed', { epoch: ofEpoch, about, held }),
  ask: message<'ask'>(37, 'ask', { epoch: ofEpoch, token }),
  evidence: message<'evidence'>(38, 'evidence', { epoch: ofEpoch, token }),
  fetch: message<'fetch'>(48, 'fetch', { epoch: ofEpoch, ranges: field(ranges, 'wanted') }),
  fetched: message<'fetched'>(49, 'fetched', {
    epoch: ofEpoch,
    entries: field(entries, 'payloads in this order'),
  }),
  gone: message<'gone'>(50, 'gone', { epoch: ofEpoch, ranges: field(ranges, 'not kept') }),
  stageBegin: message<'stageBegin'>(64, 'stageBegin', {
    epoch: ofEpoch,
    compare: field(flag, 'are blocks compared first?'),
    applied: field(sequence, 'what the source applied'),
  }),
  stageReady: message<'stageReady'>(65, 'stageReady', {
    epoch: ofEpoch,
    repair: field(runs, 'blocks it needs whatever the source’s bits say'),
  }),
  sums: message<'sums'>(66, 'sums', {
    epoch: ofEpoch,
    runs: field(summedRuns, 'runs with their checksums'),
  }),
  sumsDiffer: message<'sumsDiffer'>(67, 'sumsDiffer', {
    epoch: ofEpoch,
    runs: field(runs, 'what differs'),
  }),
  blocks: message<'blocks'>(68, 'blocks', {
    epoch: ofEpoch,
    blocks: field(wireBlocks, 'contents in this order'),
    through: field(sequence, 'they contain nothing beyond it'),
  }),
  blocksStored: message<'blocksStored'>(69, 'blocksStored', { epoch: ofEpoch }),
  stageCommit: message<'stageCommit'>(70, 'stageCommit', {
    epoch: ofEpoch,
    through: field(sequence, 'the position all of it is'),
  }),
  stageCommitted: message<'stageCommitted'>(71, 'stageCommitted', {
    epoch: ofEpoch,
    summary: field(summary, 'made after the mark was durable'),
  }),
  stageRefused: message<'stageRefused'>(72, 'stageRefused', {
    epoch: ofEpoch,
    blocks: field(blockSet, 'for which there is no room beside the volumes'),
  }),
  hold: message<'hold'>(80, 'hold', {
    epoch: ofEpoch,
    at: field(sequence, 'where both volumes are to stand'),
  }),
  held: message<'held'>(81, 'held', {
    epoch: ofEpoch,
    at: field(sequence, 'where the volumes stand'),
  }),
  lend: message<'lend'>(82, 'lend', { epoch: ofEpoch, blocks: field(blockSet, 'wanted') }),
  lent: message<'lent'>(83, 'lent', {
    epoch: ofEpoch,
    blocks: field(wireBlocks, 'contents in this order; none: they cannot be read'),
  }),
  release: message<'release'>(84, 'release', { epoch: ofEpoch }),
};

export const messageTypes = Object.keys(messageLayouts) as readonly MessageType[];

function message<Type extends MessageType>(
  code: number,
  name: Type,
  fields: Fields<Body<Type>>,
): MessageLayout<Body<Type>> {
  return { code, body: struct(name, fields as Fields<object>) as unknown as Kind<Body<Type>> };
}
