import { crc32 } from 'node:zlib';
import type { EpochRecord } from '../../models/history.ts';
import type { Summary } from '../../models/summary.ts';
import type { Entry, Holding } from '../../models/words.ts';
import { type Frame, nakedFrame } from '../transport/port.ts';
import type { Greeting } from '../transport/wire/greeting.ts';
import { digestOf, type Envelope } from '../transport/wire/header.ts';

/** What the valid vectors say: at least one of every message, and its corners. */

export interface Sample {
  readonly name: string;
  readonly content: Frame | Greeting;
}

export const sampleEnvelope: Envelope = {
  from: 0,
  to: 1,
  lane: 0,
  incarnation: 0x1a2b_3c4d,
  boot: 7,
  arrangement: digestOf('example'),
  session: 7 * 2 ** 20 + 3,
  epoch: 4,
  number: 11,
};

const greatest = Number.MAX_SAFE_INTEGER;
const held: Holding = { contiguous: 40, ranges: [] };
const holed: Holding = {
  contiguous: 40,
  ranges: [
    { first: 42, last: 42 },
    { first: 45, last: 2 ** 40 },
  ],
};

export const sampleHistory: readonly EpochRecord[] = [
  {
    epoch: 0,
    primary: 0,
    incarnations: [0x1a2b_3c4d, 2, 3],
    syncSet: [1],
    parent: { epoch: 0, sequence: 0 },
    how: 'genesis',
    lossBeyond: null,
  },
  {
    epoch: 4,
    primary: 1,
    incarnations: [0, 2, 3],
    syncSet: [],
    parent: { epoch: 0, sequence: 39 },
    how: 'forced',
    lossBeyond: 39,
  },
];

export const sampleSummary: Summary = {
  site: 1,
  incarnation: 2,
  boot: 9,
  distance: 'near',
  volumes: [1024, 2 ** 31],
  history: sampleHistory,
  promised: 4,
  held: holed,
  start: 12,
  committed: 39,
  settled: 38,
  windowEnd: 75,
  bases: [0, 12, 30],
  noted: [40, 0, 31],
  consistency: { kind: 'consistent' },
  repairCount: 0,
  damaged: false,
};

const blank: Summary = {
  ...sampleSummary,
  distance: 'far',
  history: [],
  promised: 0,
  held: { contiguous: 0, ranges: [] },
  consistency: { kind: 'staging', epoch: 4, from: 2 },
  repairCount: 17,
  damaged: true,
};

const someBytes = (length: number, from: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (from + index) % 256);

const payloads = [someBytes(16, 1), new Uint8Array(0), someBytes(8, 200)];

const entry = (sequence: number, kind: Entry['kind'], payload: Uint8Array): Entry => ({
  epoch: 4,
  sequence,
  extent: { volume: 1, first: 2 ** 33 + sequence, count: 2 },
  kind,
  checksum: kind === 'data' ? crc32(payload) : 0,
});

const entries = [
  entry(40, 'data', payloads[0]!),
  entry(41, 'zeroes', payloads[1]!),
  entry(43, 'data', payloads[2]!),
];
const trimmed: Entry = { ...entry(50, 'trim', payloads[1]!), epoch: 0 };

const naked = (name: string, message: Frame['message']): Sample => ({
  name,
  content: nakedFrame(message),
});
const said = (name: string, content: Greeting): Sample => ({ name, content });

const digits = (byte: string): string => byte.repeat(32);

export const greetingSamples: readonly Sample[] = [
  said('a caller with two lanes', {
    type: 'hello',
    lowest: 1,
    highest: 3,
    lanes: 2,
    sessionFloor: 7 * 2 ** 20,
    nonce: digits('a1'),
    blockBytes: 4096,
    volumes: [1024, 2 ** 31],
  }),
  said('an answer', {
    type: 'welcome',
    version: 1,
    nonce: digits('5b'),
    blockBytes: 4096,
    volumes: [1024, 2 ** 31],
  }),
  said('a proof', { type: 'proof', proof: digits('0f') }),
  said('all lanes are here', { type: 'ready' }),
  said('no common version', {
    type: 'goodbye',
    reason: 'version',
    lowest: 1,
    highest: 1,
    sentence: 'Spoken here: 1..1 – offered: 2..3.',
  }),
  said('without a sentence', {
    type: 'goodbye',
    reason: 'session',
    lowest: 1,
    highest: 2,
    sentence: '',
  }),
  said('a question', { type: 'ping', token: 12 }),
  said('its answer', { type: 'pong', token: greatest }),
];

export const messageSamples: readonly Sample[] = [
  naked('a candidate', { type: 'probe', epoch: 4, rank: 11 }),
  naked('a candidate without a record', { type: 'probe', epoch: -1, rank: 112 }),
  naked('yes', { type: 'probed', epoch: 4, yes: true, promised: 6 }),
  naked('no', { type: 'probed', epoch: -1, yes: false, promised: 0 }),
  naked('an epoch', { type: 'propose', epoch: 7, rank: 1 }),
  naked('with ranges beyond a hole', { type: 'promise', epoch: 7, summary: sampleSummary }),
  naked('of a blank site', { type: 'promise', epoch: greatest, summary: blank }),
  naked('something higher', { type: 'refused', epoch: 7, promised: 10, newest: 4 }),
  naked('without a record', { type: 'refused', epoch: 7, promised: 10, newest: -1 }),
  naked('genesis and a forced epoch', { type: 'record', summary: sampleSummary }),
  naked('in the middle of an update', {
    type: 'recordStored',
    epoch: 4,
    summary: {
      ...sampleSummary,
      held,
      consistency: { kind: 'inconsistent', epoch: 4, from: 0, shippedTo: 39 },
    },
    digest: 3_735_928_559,
  }),
  {
    name: 'data, zeroes, data after a hole',
    content: {
      message: { type: 'write', epoch: 4, entries, committed: 39 },
      payloads,
      sums: [],
    },
  },
  naked('only c', { type: 'advance', epoch: 4, committed: 40 }),
  naked('with holes', { type: 'acknowledged', epoch: 4, held: holed, start: 12, windowEnd: 75 }),
  naked('without a hole', { type: 'acknowledged', epoch: 4, held, start: 12, windowEnd: 75 }),
  naked('about the async mirror', { type: 'notice', epoch: 4, about: 2, held: holed, start: 3 }),
  naked('the same back', { type: 'noticed', epoch: 4, about: 2, held: holed }),
  naked('a question', { type: 'ask', epoch: 4, token: 5 }),
  naked('its answer', { type: 'evidence', epoch: 4, token: 5 }),
  naked('two ranges', { type: 'fetch', epoch: 4, ranges: holed.ranges }),
  {
    name: 'a trim of an older epoch',
    content: {
      message: { type: 'fetched', epoch: 4, entries: [trimmed] },
      payloads: [payloads[1]!],
      sums: [],
    },
  },
  naked('one range', { type: 'gone', epoch: 4, ranges: [{ first: 1, last: 9 }] }),
  naked('with comparison', { type: 'stageBegin', epoch: 4, compare: true, applied: 39 }),
  naked('without', { type: 'stageBegin', epoch: 4, compare: false, applied: 0 }),
  naked('two runs', {
    type: 'stageReady',
    epoch: 4,
    repair: [
      { first: 3, count: 3 },
      { first: 2 ** 33, count: 2 ** 32 - 1 },
    ],
  }),
  naked('nothing to repair', { type: 'stageReady', epoch: 4, repair: [] }),
  {
    name: 'two runs',
    content: {
      message: {
        type: 'sums',
        epoch: 4,
        runs: [
          { first: 0, count: 2 },
          { first: 2, count: 1 },
        ],
      },
      payloads: [],
      sums: [0, 0xffff_ffff, 0xcbf4_3926],
    },
  },
  naked('two runs that touch', {
    type: 'sumsDiffer',
    epoch: 4,
    runs: [
      { first: 0, count: 2 },
      { first: 2, count: 1 },
    ],
  }),
  {
    name: 'two blocks',
    content: {
      message: { type: 'blocks', epoch: 4, blocks: [3, 2 ** 33], through: 39 },
      payloads: [someBytes(512, 0), someBytes(512, 7)],
      sums: [],
    },
  },
  naked('stored', { type: 'blocksStored', epoch: 4 }),
  naked('the mark', { type: 'stageCommit', epoch: 4, through: 39 }),
  naked('staged', {
    type: 'stageCommitted',
    epoch: 4,
    summary: { ...sampleSummary, consistency: { kind: 'staged', epoch: 4, through: 39 } },
  }),
  naked('two runs', { type: 'stageRefused', epoch: 4, blocks: [3, 4, 2 ** 33] }),
  naked('a position', { type: 'hold', epoch: 4, at: 39 }),
  naked('the same', { type: 'held', epoch: 4, at: 39 }),
  naked('two runs', { type: 'lend', epoch: 4, blocks: [3, 4, 2 ** 33] }),
  {
    name: 'one block',
    content: {
      message: { type: 'lent', epoch: 4, blocks: [4] },
      payloads: [someBytes(512, 9)],
      sums: [],
    },
  },
  naked('nothing that can be read', { type: 'lent', epoch: 4, blocks: [] }),
  naked('the end', { type: 'release', epoch: 4 }),
];
