import fc from 'fast-check';
import { type EpochRecord, newestEpoch } from '../../models/history.ts';
import { holds, nothing } from '../../models/holding.ts';
import type { Entry, SiteId } from '../../models/words.ts';
import {
  adopt,
  applyTo,
  blocks,
  drop,
  heldOf,
  nameOf,
  type Pair,
  type Site,
  store,
  summaryOf,
  writtenAt,
} from './pair.ts';
import {
  isWholeNow,
  nextSequence,
  replaceByBlank,
  restore,
  shipFromThird,
  tear,
} from './pair-faults.ts';
import { execute, otherOf } from './pair-plan.ts';

type Act = (pair: Pair, site: Site, amount: number) => void;

/** What may happen to two sites. An act that makes no sense where it stands does nothing. */
const acts = {
  write,
  deliver: (pair, site, amount) => deliver(pair, site, amount % 4),
  catchUp: (pair, site) => {
    for (let count = 0; count < 8; count++) deliver(pair, site, 0);
  },
  commit,
  stream,
  apply: (_pair, site) => {
    const through = Math.min(site.committed, heldOf(site).contiguous);
    if (site.consistency.kind === 'consistent') applyTo(site, through);
  },
  settle: (_pair, site) => {
    if (site.consistency.kind === 'consistent') site.settled = site.applied;
  },
  note,
  drop: (pair, site, amount) =>
    drop(pair, site, Math.min(site.settled, site.log.start + (amount % 4))),
  lead: (pair, site) => lead(pair, site, false),
  force: (pair, site) => lead(pair, site, true),
  learn,
  resync,
  tear,
  third: shipFromThird,
  blank: (_pair, site, amount) => {
    if (amount < 8) replaceByBlank(site);
  },
  backUp: (pair, site) => {
    pair.backups[site.site - 1] = structuredClone(site);
  },
  restore,
  rot: (_pair, site, amount) => {
    site.repair.add(amount % blocks);
    site.volume[amount % blocks] = 'dirt';
  },
} satisfies Record<string, Act>;

type Deed = keyof typeof acts;

export interface Step {
  readonly deed: Deed;
  readonly index: 0 | 1;
  readonly amount: number;
}

const often: readonly Deed[] = [
  ...([
    'stream',
    'stream',
    'stream',
    'stream',
    'stream',
    'drop',
    'drop',
    'drop',
    'note',
    'note',
  ] as const),
  ...(['write', 'deliver', 'catchUp', 'lead', 'resync'] as const),
];
const forBlankSites: readonly Deed[] = ['resync', 'tear', 'note'];

export const scripts: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    deed: fc.constantFrom(...(Object.keys(acts) as Deed[]), ...often),
    index: fc.constantFrom(0 as const, 1 as const),
    amount: fc.nat(31),
  }),
  { minLength: 4, maxLength: 50 },
);

export function take(pair: Pair, { deed, index, amount }: Step): void {
  const site = pair.sites[index];
  if (site.history.length === 0 && !forBlankSites.includes(deed)) return;
  acts[deed](pair, site, amount);
}

function write(pair: Pair, site: Site, amount: number): void {
  const epoch = newestEpoch(site.history);
  const sequence = nextSequence(pair, site);
  const volume = amount % 2;
  const first = (amount >> 1) % (volume + 2);
  const count = first + 1 < volume + 2 && amount > 15 ? 2 : 1;
  const extent = { volume, first, count };
  const entry: Entry = { epoch, sequence, extent, kind: 'data', checksum: sequence };
  pair.written.set(nameOf(epoch, sequence), entry);
  if (amount % 3 > 0) store(site, entry);
}

function deliver(pair: Pair, site: Site, skip: number): void {
  const held = heldOf(site);
  let skipped = 0;
  for (let sequence = site.log.start; sequence < nextSequence(pair, site); sequence++) {
    if (holds(held, sequence)) continue;
    if (skipped++ < skip) continue;
    store(site, writtenAt(pair, site.history, sequence)!);
    return;
  }
}

/** What goes well: written, stored here and sometimes there, committed, applied, settled. */
function stream(pair: Pair, site: Site, amount: number): void {
  write(pair, site, amount);
  for (const mirror of amount % 4 === 0 ? pair.sites : [site]) {
    if (newestEpoch(mirror.history) !== newestEpoch(site.history)) continue;
    for (let count = 0; count < 8; count++) deliver(pair, mirror, 0);
    commit(pair, mirror, 4);
    acts.apply(pair, mirror);
    acts.settle(pair, mirror);
  }
}

function commit(pair: Pair, site: Site, amount: number): void {
  if (newestEpoch(site.history) !== newestEpoch(pair.newest)) return;
  const last = nextSequence(pair, site) - 1;
  site.committed = Math.max(site.committed, Math.min(last, site.committed + 1 + (amount % 5)));
}

function note(pair: Pair, site: Site): void {
  const other = otherOf(pair, site);
  const level = newestEpoch(site.history) === newestEpoch(other.history);
  if (!level && other.history.length > 0) return;
  site.peer = pair.rules.noteHeld(site.peer, level ? heldOf(other) : nothing);
}

/** The site and the third begin an epoch; a forced one is the site's alone, whatever it missed. */
function lead(pair: Pair, site: Site, forced: boolean): void {
  const current = newestEpoch(site.history) === newestEpoch(pair.newest);
  if (!isWholeNow(site) || (!current && !forced)) return;
  const other = otherOf(pair, site);
  const end = heldOf(site).contiguous;
  const lost = Math.min(other.committed, heldOf(other).contiguous) > end;
  pair.clock += 1;
  const record: EpochRecord = {
    epoch: 3 * pair.clock + site.site,
    primary: site.site as SiteId,
    incarnations: [1, 1, 1],
    syncSet: [],
    parent: { epoch: newestEpoch(site.history), sequence: end },
    how: forced ? 'forced' : 'majority',
    lossBeyond: forced || lost ? end : null,
  };
  const history = [...site.history, record];
  adopt(pair, site, history, end, site.site);
  pair.newest = history;
}

function learn(pair: Pair, site: Site): void {
  const other = otherOf(pair, site);
  if (newestEpoch(other.history) <= newestEpoch(site.history)) return;
  const planned = pair.rules.plan(summaryOf(site), summaryOf(other));
  if (planned.kind === 'plan') adopt(pair, site, other.history, planned.fork, other.site);
}

function resync(pair: Pair): void {
  const planned = pair.rules.plan(summaryOf(pair.sites[0]), summaryOf(pair.sites[1]));
  if (planned.kind === 'plan') execute(pair, planned);
}
