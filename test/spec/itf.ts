import { readFileSync } from 'node:fs';
import {
  type AbstractRecord,
  type AbstractSite,
  type AbstractState,
  type AbstractSummary,
  NOWHERE,
  type Note,
  noNote,
  noNotes,
  type Said,
  sortedWrites,
  type Write,
  writeOf,
} from '../../models/abstract/state.ts';
import { type SiteId, siteIds } from '../../models/words.ts';

/** Traces of spec/sidefile.qnt (Informal Trace Format) as abstract states. */

export interface Moment {
  /** The action of the Quint text that led here; `init` at first. */
  readonly action: string;
  readonly state: AbstractState;
}

// biome-ignore lint/suspicious/noExplicitAny: what Quint writes has no types
type Value = any;

export function readTrace(path: string): readonly Moment[] {
  const { states } = JSON.parse(readFileSync(path, 'utf8')) as { states: Value[] };
  if (!Array.isArray(states) || states.length === 0) throw new Error(`${path} has no states`);
  // A story that ends by asking for what must fail has a last state without variables.
  const hasVariables = Object.keys(states.at(-1)).some((key) => key.endsWith('sites'));
  const whole = hasVariables ? states : states.slice(0, -1);
  return whole.map((state) => ({
    action: state['mbt::actionTaken'] ?? '',
    state: stateOf(variable(state, 'sites'), variable(state, 'epochs'), variable(state, 'hosts')),
  }));
}

function variable(state: Value, name: string): Value {
  const key = Object.keys(state).find((one) => one === name || one.endsWith(`::${name}`));
  if (key === undefined) throw new Error(`a state of the trace has no variable ${name}`);
  return plain(state[key]);
}

/** Maps become arrays of pairs, sets arrays, numbers numbers, variants their tags. */
function plain(value: Value): Value {
  if (value === null || typeof value !== 'object') return value;
  if ('#bigint' in value) return Number(value['#bigint']);
  if ('#set' in value) return value['#set'].map(plain);
  if ('#map' in value) return value['#map'].map((pair: Value[]) => pair.map(plain));
  if ('tag' in value) return value.tag;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

/** Epochs: in Quint genesis is 3 and none is 0. */
const epochOf = (number: number): number => (number === 0 ? -1 : number - 3);

const writeOfQuint = ({ epoch, sequence }: Value): Write => writeOf(epochOf(epoch), sequence);
const writesOf = (writes: Value[]): readonly Write[] => sortedWrites(writes.map(writeOfQuint));
const at = (map: Value[], key: number): Value => map.find(([one]: Value[]) => one === key)?.[1];

const noteOf = ({ incarnation, through }: Note): Note =>
  through === 0 ? noNote : { incarnation, through };

function stateOf(sites: Value, epochs: Value, hosts: Value): AbstractState {
  const byText = (one: unknown, other: unknown) =>
    JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
  const promises = epochs.promises.flatMap(([number, summaries]: Value[]) =>
    summaries.map((summary: Value) => ({ epoch: epochOf(number), summary: summaryOf(summary) })),
  );
  return {
    sites: siteIds.map((site) => siteOf(at(sites, site))) as unknown as AbstractState['sites'],
    hosts: {
      sent: writesOf(hosts.sent),
      acknowledged: hosts.acknowledged
        .map(({ write, by }: Value) => ({ write: writeOfQuint(write), by: epochOf(by) }))
        .sort((one: Value, other: Value) => one.write - other.write || one.by - other.by),
    },
    words: {
      records: epochs.records.map(([, record]: Value[]) => recordOf(record)).sort(byEpoch),
      decided: [],
      chosen: [],
      asked: epochs.promises.map(([number]: Value[]) => epochOf(number)),
      promises: promises.sort(byText),
      stored: epochs.stored.flatMap(([number, voices]: Value[]) =>
        voices.map(({ site, incarnation }: Value) => ({
          epoch: epochOf(number),
          site,
          incarnation,
        })),
      ),
      standing: [],
      said: epochs.said.map(([number, said]: Value[]) => saidOf(number, said)).sort(byEpoch),
    },
  };
}

const byEpoch = (one: { epoch: number }, other: { epoch: number }) => one.epoch - other.epoch;

function siteOf(site: Value): AbstractSite {
  const { appointed, serving, up, incarnation, torn } = site;
  const consistent = !torn && site.repair.length === 0;
  const notes = siteIds.map((peer) => noteOf(at(site.notes, peer)));
  return {
    incarnation,
    promised: epochOf(site.promised),
    record: epochOf(site.record),
    held: writesOf(site.held),
    sidefileFrom: site.sidefileFrom,
    commit: site.commit,
    applied: site.applied,
    consistent,
    mixed: consistent ? 0 : mixedOf(site.mixed),
    damaged: site.damaged,
    up,
    appointed,
    serving,
    next: appointed ? site.next : 0,
    waiting: writesOf(site.waiting),
    candidate: site.candidate === 0 ? -1 : epochOf(site.candidate),
    notes: appointed ? (notes as unknown as AbstractSite['notes']) : noNotes,
    known: site.known,
    discards: site.discards,
    source: site.source,
    offer: site.offer.made ? site.offer.through : -1,
    bits: site.bits,
    shipped: site.shipped,
    mended: site.mended,
  };
}

/** In Quint what lies on no history lies beyond every write. */
const mixedOf = ({ epoch, sequence }: Value): Write =>
  epoch === 0 ? (sequence === 0 ? 0 : NOWHERE) : writeOf(epochOf(epoch), sequence);

function recordOf(record: Value): AbstractRecord {
  return {
    epoch: epochOf(record.name),
    primary: record.primary,
    syncSet: [...record.syncSet].sort(),
    incarnations: siteIds.map((site) => at(record.incarnations, site)) as never,
    parent: { epoch: epochOf(record.parent.record), sequence: record.parent.sequence },
    ends: record.ends
      .map(([number, end]: Value[]) => [epochOf(number), end] as const)
      .sort(([one]: number[], [other]: number[]) => one! - other!),
    how: record.how.toLowerCase(),
    loss: record.loss,
  };
}

const summaryOf = (summary: Value): AbstractSummary => ({
  site: summary.site as SiteId,
  incarnation: summary.incarnation,
  record: epochOf(summary.record),
  held: writesOf(summary.held),
  sidefileFrom: summary.sidefileFrom,
  commit: summary.commit,
  consistent: summary.consistent,
  damaged: summary.damaged,
});

const saidOf = (number: number, { held, shown, commit }: Value): Said => ({
  epoch: epochOf(number),
  held: siteIds.map((site) => noteOf(at(held, site))) as never,
  shown,
  commit,
});
