import type { Header, PeerHeader } from '../../models/header.ts';
import type { Message } from '../../models/message.ts';
import type { Found, SiteConfig } from '../../models/site.ts';
import type { Summary } from '../../models/summary.ts';
import type { TraceEffect, TraceEvent } from './format.ts';
import {
  anything,
  bitsOfWord,
  block,
  choice,
  counted,
  flag,
  list,
  oneOf,
  open,
  orNull,
  rank,
  record,
  type Shape,
  site,
  text,
  whole,
} from './shape.ts';

/** Every kind there is, with every member it has: what is new in `models/` and missing here does not compile. */
type Members<Union extends { readonly type: string }, Elsewhere extends string = never> = {
  readonly [Kind in Union['type']]: {
    readonly [Name in Exclude<
      keyof Extract<Union, { readonly type: Kind }>,
      'type' | Elsewhere
    >]: Shape;
  };
};

/** The words of a trace, as spec/trace.md lists them. */
const position = record({ epoch: whole, sequence: whole });
const range = record({ first: whole, last: whole });
const holding = record({ contiguous: whole, ranges: list(range) });
const run = record({ first: block, count: block });
const extent = record({ volume: whole, first: block, count: block });
/** Sets of blocks: pages of chunks of words of 32 bits (models/bits.ts). */
const bits = list(list(list(bitsOfWord)));
const kind = oneOf('data', 'zeroes', 'trim');
const entry = record({ epoch: whole, sequence: whole, extent, kind, checksum: whole });
const distance = oneOf('near', 'far');
const three = (shape: Shape): Shape => list(shape, 3);

const epochRecord = record({
  epoch: whole,
  primary: site,
  incarnations: three(whole),
  syncSet: list(site),
  parent: position,
  how: oneOf('genesis', 'majority', 'forced'),
  lossBeyond: orNull(whole),
});
const history = list(epochRecord);

const consistency = choice('kind', {
  consistent: {},
  staging: { epoch: whole, from: site },
  staged: { epoch: whole, through: whole },
  inconsistent: { epoch: whole, from: site, shippedTo: whole },
});

/** A site has one volume at least, and no more blocks in all than the judge has room for. */
const volumes: Shape = (value, path) => {
  const wrong = list(block)(value, path);
  if (wrong !== null) return wrong;
  const sizes = value as number[];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.length > 0 ? block(total, `the sum of ${path}`) : `${path} is [], expected a volume`;
};

/** What a site may tell of itself grows with the protocol. */
const summary = open({
  site,
  incarnation: whole,
  boot: whole,
  distance,
  history,
  promised: whole,
  held: holding,
  start: whole,
  committed: whole,
  settled: whole,
  windowEnd: whole,
  consistency,
  volumes,
  bases: three(whole),
  noted: three(whole),
  repairCount: whole,
  damaged: flag,
} satisfies { readonly [Name in keyof Summary]: Shape });

const peer = {
  incarnation: whole,
  noted: holding,
  base: whole,
  mark: whole,
  youngest: whole,
  old: bits,
  young: bits,
} satisfies { readonly [Name in keyof PeerHeader]: Shape };

const header = open({
  identity: open({ arrangement: text, site, distance, blockBytes: whole, volumes }),
  incarnation: whole,
  boot: whole,
  promised: whole,
  used: whole,
  history,
  committed: whole,
  settled: whole,
  start: whole,
  capacity: whole,
  consistency,
  damaged: flag,
  halted: list(site),
  repair: bits,
  peers: three(open(peer)),
} satisfies { readonly [Name in keyof Header]: Shape });

const inEpoch = { epoch: whole };
const messages = {
  probe: { ...inEpoch, rank },
  probed: { ...inEpoch, yes: flag, promised: whole },
  propose: { ...inEpoch, rank },
  promise: { ...inEpoch, summary },
  refused: { ...inEpoch, promised: whole, newest: whole },
  record: { summary },
  recordStored: { ...inEpoch, summary, digest: whole },
  write: { ...inEpoch, entries: list(entry), committed: whole },
  advance: { ...inEpoch, committed: whole },
  acknowledged: { ...inEpoch, held: holding, start: whole, windowEnd: whole },
  notice: { ...inEpoch, about: site, held: holding, start: whole },
  noticed: { ...inEpoch, about: site, held: holding },
  ask: { ...inEpoch, token: whole },
  evidence: { ...inEpoch, token: whole },
  fetch: { ...inEpoch, ranges: list(range) },
  fetched: { ...inEpoch, entries: list(entry) },
  gone: { ...inEpoch, ranges: list(range) },
  stageBegin: { ...inEpoch, compare: flag, applied: whole },
  stageReady: { ...inEpoch, repair: list(run) },
  sums: { ...inEpoch, runs: list(run) },
  sumsDiffer: { ...inEpoch, runs: list(run) },
  blocks: { ...inEpoch, blocks: list(block), through: whole },
  blocksStored: inEpoch,
  stageRefused: { ...inEpoch, blocks: list(block) },
  stageCommit: { ...inEpoch, through: whole },
  stageCommitted: { ...inEpoch, summary },
  hold: { ...inEpoch, at: whole },
  held: { ...inEpoch, at: whole },
  lend: { ...inEpoch, blocks: list(block) },
  lent: { ...inEpoch, blocks: list(block) },
  release: inEpoch,
} satisfies Members<Message>;

const requests = list(whole);
const through = { through: whole };
const effects = {
  send: { to: site, session: whole, frame: whole, message: choice('type', messages) },
  store: { entries: list(entry), committed: whole, requests },
  persist: { header },
  apply: { entries: list(entry), ...through },
  flush: through,
  retire: { start: whole },
  stage: { blocks: list(block) },
  flushStage: {},
  applyStage: {},
  take: { blocks: list(block) },
  overwrite: { blocks: list(block) },
  dropStage: {},
  compare: { runs: list(run) },
  endSession: { peer: site, session: whole },
  answer: {
    requests,
    code: oneOf('done', 'unknown-fate', 'not-primary', 'not-serving', 'refused-busy'),
  },
  read: { request: whole, extent, overlay: list(entry) },
  stop: { reason: text },
  export: { above: whole, ...through, entries: list(entry) },
  report: { event: anything },
} satisfies Members<TraceEffect>;

const foundParts = record({
  header,
  entries: list(entry),
  committed: whole,
  damage: list(whole),
});

/** Its sidefile holds what is in its window: one whose end lies far off is no sidefile of a judge's size. */
const found: Shape = (value, path) => {
  const wrong = foundParts(value, path);
  if (wrong !== null) return wrong;
  const { header: its, entries } = value as Found;
  const last = its.start + entriesMost;
  const at = entries.findIndex(({ sequence }) => sequence < 1 || sequence > last);
  if (at < 0) return null;
  const { sequence } = entries[at]!;
  return `${path}.entries[${at}].sequence is ${sequence}, expected a whole number from 1 to ${last}`;
};

const entriesMost = 2 ** 22;

const events = {
  'host.write': { writes: list(record({ request: whole, extent, kind, checksum: whole })) },
  'host.read': { request: whole, extent },
  'host.flush': { request: whole },
  'host.expired': { requests },
  stored: { entries: list(entry), committed: whole },
  persisted: {},
  applied: through,
  flushed: through,
  staged: {},
  stageFlushed: {},
  stageApplied: {},
  compared: { differing: list(run) },
  stageFull: { blocks: list(block) },
  overwritten: { blocks: list(block) },
  unreadable: {
    blocks: list(block),
    unsent: orNull(record({ to: site, session: whole, message: choice('type', messages) })),
  },
  exported: {},
  exportRefused: { reason: text },
  'storage.failed': {},
  'link.up': { peer: site, session: whole, incarnation: whole },
  'link.down': { peer: site },
  received: { from: site, session: whole, frame: whole },
  timeout: { timer: oneOf('election', 'patience', 'retry', 'idle') },
  operator: { command: open({ name: text }) },
  start: {},
  end: { how: oneOf('crash', 'stop') },
  'disk.lies': { how: text },
} satisfies Members<TraceEvent, 'found'>;

export const lineShape = record({
  site,
  number: whole,
  event: orNull(choice('type', events, { start: { found } })),
  effects: list(choice('type', effects)),
});

/** A site that is broken on purpose is no subject. */
const unbroken: Shape = (value, path) =>
  value === null ? null : `${path} is ${JSON.stringify(value)}, expected null`;

const config = record({
  site,
  distances: three(distance),
  sidefile: record({
    mode: oneOf('fixed', 'adaptive'),
    capacity: counted,
    limit: counted,
    basis: oneOf('newest', 'oldest'),
    headroom: whole,
  }),
  onLegLoss: oneOf('stop', 'continue'),
  reads: oneOf('confirmed', 'local'),
  syncFar: flag,
  takeover: oneOf('holder', 'any'),
  lazyCommit: flag,
  verify: oneOf('after-update', 'on-command'),
  frameEntries: counted,
  frameBlocks: counted,
  pendingMax: counted,
  weakness: unbroken,
} satisfies { readonly [Name in keyof SiteConfig]: Shape });

function inOrder(configs: readonly { readonly site: number }[], path: string): string | null {
  const at = configs.findIndex((one, index) => one.site !== index);
  return at < 0 ? null : `${path}[${at}].site is ${configs[at]!.site}, expected ${at}`;
}

export const headerShape = record({
  format: oneOf('sidefile-trace'),
  version: (value, path) => (value === 1 ? null : `${path} is ${value}, expected 1`),
  level: oneOf('full', 'observable'),
  lanes: counted,
  configs: (value, path) =>
    three(config)(value, path) ?? inOrder(value as { site: number }[], path),
});

export const endShape = record({ ends: three(whole) });
