import { blocksOfExtent } from './bitmap.ts';
import type { Effect } from './effect.ts';
import type { Unsent } from './event.ts';
import type { Header } from './header.ts';
import { liesOn, newestEpoch } from './history.ts';
import type { Found } from './site.ts';
import type { Block, Entry, Epoch, Position, Sequence } from './words.ts';

/**
 * An abstract disk: what is durable, what is only cached, and what is under way. A block's content
 * is the checksum of the write it holds; 0 is zeroes. Work is done in two lanes (the sidefile ring
 * and the rest), each in order: a store may end after a header that was asked for later. No work waits for an export.
 */
export interface Disk {
  readonly header: Header;
  readonly entries: readonly Entry[];
  /** c as carried by the records of one epoch. */
  readonly carried: { readonly epoch: Epoch; readonly committed: Sequence };
  readonly flushed: readonly number[];
  readonly cached: readonly number[];
  readonly stage: readonly Content[];
  /** Blocks the stage has room for. */
  readonly room: number;
  /** Blocks in the site's hand; nothing of it survives. */
  readonly taken: readonly Content[];
  /** Entries that were durable and cannot be read any more; what is stored again is back. */
  readonly damage: readonly Sequence[];
  /** What was exported since the last header that cut, ascending. */
  readonly exported: readonly Sequence[];
  /** Entries that a header cut and nobody had exported: those it knew to be committed, and others of the last cut. */
  readonly unexported: readonly Unexported[];
  readonly ring: readonly Job[];
  readonly rest: readonly Job[];
}

export interface Content {
  readonly block: Block;
  readonly content: number;
}

export interface Unexported extends Position {
  /** Did its disk say so? Of others hosts may have been told as well. */
  readonly committed: boolean;
}

export type Job =
  | {
      readonly type: 'store';
      readonly entries: readonly Entry[];
      readonly committed: Sequence;
      readonly epoch: Epoch;
    }
  | { readonly type: 'persist'; readonly header: Header }
  | { readonly type: 'apply'; readonly entries: readonly Entry[]; readonly through: Sequence }
  | { readonly type: 'flush'; readonly through: Sequence }
  | { readonly type: 'stage'; readonly contents: readonly Content[] }
  | { readonly type: 'export'; readonly entries: readonly Entry[] }
  | { readonly type: 'flushStage' }
  | { readonly type: 'applyStage' }
  | { readonly type: 'compare'; readonly contents: readonly Content[] }
  | { readonly type: 'overwrite'; readonly contents: readonly Content[] }
  /** What the site's hands found unreadable, and have yet to say. */
  | {
      readonly type: 'unreadable';
      readonly blocks: readonly Block[];
      readonly unsent: Unsent | null;
    };

/** Content of a block that has rotted: it is never returned. */
export const rottenContent = -1;

export function freshDisk(header: Header, room = Number.MAX_SAFE_INTEGER): Disk {
  const blocks = header.identity.volumes.reduce((sum, count) => sum + count, 0);
  const empty = new Array<number>(blocks).fill(0);
  return {
    header,
    entries: [],
    carried: { epoch: 0, committed: 0 },
    flushed: empty,
    cached: empty,
    stage: [],
    room,
    taken: [],
    damage: [],
    exported: [],
    unexported: [],
    ring: [],
    rest: [],
  };
}

/** Takes on the work an effect asks for. `contents`: what the frame being handled carries. */
export function enqueue(disk: Disk, effect: Effect, contents: readonly Content[]): Disk {
  switch (effect.type) {
    case 'store': {
      const { entries, committed } = effect;
      const epoch = entries[entries.length - 1]!.epoch;
      return { ...disk, ring: [...disk.ring, { type: 'store', entries, committed, epoch }] };
    }
    case 'persist':
    case 'export':
    case 'apply':
    case 'flush':
    case 'flushStage':
    case 'applyStage':
      return { ...disk, rest: [...disk.rest, effect] };
    case 'stage':
      return { ...disk, rest: [...disk.rest, { type: 'stage', contents }] };
    case 'compare':
      return { ...disk, rest: [...disk.rest, { type: 'compare', contents }] };
    case 'take':
      return { ...disk, taken: contents };
    case 'overwrite':
      return {
        ...disk,
        taken: [],
        rest: [...disk.rest, { type: 'overwrite', contents: disk.taken }],
      };
    case 'dropStage': {
      // In the order asked for: what is still on its way into the stage goes with it.
      const rest = disk.rest.map((job) => (job.type === 'stage' ? { ...job, contents: [] } : job));
      return { ...disk, stage: [], rest };
    }
    case 'retire':
      return {
        ...disk,
        entries: disk.entries.filter(({ sequence }) => sequence >= effect.start),
        damage: disk.damage.filter((sequence) => sequence >= effect.start),
      };
    default:
      return disk;
  }
}

/** Is there room for these blocks beside the volumes? */
export const fits = (disk: Disk, contents: readonly Content[]): boolean =>
  disk.stage.length + contents.length <= disk.room;

/** Jobs of a lane end: what they did is durable, or in the cache, as their kind promises. */
export function complete(
  disk: Disk,
  lane: 'ring' | 'rest',
  which: readonly number[] = [0],
): { disk: Disk; jobs: readonly Job[] } {
  const jobs = which.map((index) => disk[lane][index]!);
  const later = disk[lane].filter((_, index) => !which.includes(index));
  return { disk: jobs.reduce(perform, { ...disk, [lane]: later }), jobs };
}

function perform(disk: Disk, job: Job): Disk {
  switch (job.type) {
    case 'store':
      return store(disk, job.entries, job.committed, job.epoch);
    case 'persist':
      return cutBy(disk, job.header);
    case 'export':
      return { ...disk, exported: withAll(disk.exported, job.entries) };
    case 'apply':
      return { ...disk, cached: applied(disk.cached, job.entries, disk.header) };
    case 'flush':
      return { ...disk, flushed: disk.cached };
    case 'stage':
      if (!fits(disk, job.contents)) return disk;
      return { ...disk, stage: [...disk.stage, ...job.contents] };
    case 'applyStage': {
      const cached = [...disk.cached];
      for (const { block, content } of disk.stage) cached[block] = content;
      return { ...disk, cached, flushed: cached };
    }
    case 'overwrite': {
      const cached = [...disk.cached];
      for (const { block, content } of job.contents) cached[block] = content;
      return { ...disk, cached, flushed: cached };
    }
    case 'flushStage':
    case 'compare':
    case 'unreadable':
      return disk;
  }
}

/** A header becomes durable: what does not lie on its history any more is cut. */
function cutBy(disk: Disk, header: Header): Disk {
  if (newestEpoch(header.history) === newestEpoch(disk.header.history)) {
    return { ...disk, header };
  }
  const { entries, committed } = recover(disk);
  const unexported = entries
    .filter((entry) => !liesOn(header.history, entry))
    .filter(({ sequence }) => !disk.exported.includes(sequence))
    .map(({ epoch, sequence }) => ({ epoch, sequence, committed: sequence <= committed }));
  const before = disk.unexported.filter((entry) => entry.committed);
  return { ...disk, header, exported: [], unexported: [...before, ...unexported] };
}

const withAll = (exported: readonly Sequence[], entries: readonly Entry[]): readonly Sequence[] =>
  [...new Set([...exported, ...entries.map(({ sequence }) => sequence)])].sort(
    (one, other) => one - other,
  );

function store(disk: Disk, stored: readonly Entry[], committed: Sequence, epoch: Epoch): Disk {
  const replaced = new Set(stored.map(({ sequence }) => sequence));
  const entries = [...disk.entries.filter(({ sequence }) => !replaced.has(sequence)), ...stored];
  entries.sort((one, other) => one.sequence - other.sequence);
  const { carried } = disk;
  const damage = disk.damage.filter((sequence) => !replaced.has(sequence));
  if (epoch < carried.epoch || committed === 0) return { ...disk, entries, damage };
  const largest = epoch > carried.epoch ? committed : Math.max(carried.committed, committed);
  return { ...disk, entries, damage, carried: { epoch, committed: largest } };
}

export function applied(
  volume: readonly number[],
  entries: readonly Entry[],
  header: Header,
): readonly number[] {
  const result = [...volume];
  for (const entry of entries) {
    const { first, count } = blocksOfExtent(header.identity.volumes, entry.extent);
    for (let block = first; block < first + count; block++) result[block] = entry.checksum;
  }
  return result;
}

/**
 * What of the work under way was done already when power was lost. Entries of one store survive one
 * by one, or the head of one, which carries c; of the rest so many jobs as were done, in the order in which they were asked for.
 */
export interface Survived {
  readonly entries: readonly Entry[];
  /** c that a record of them carries, or one whose head alone survived; 0: none. */
  readonly committed: Sequence;
  readonly rest: number;
}

/** Everything that may have been done of the work under way. */
export function survivalsOf(disk: Disk): Survived[] {
  const stores = disk.ring.flatMap((job) => (job.type === 'store' ? [job] : []));
  let stored: Omit<Survived, 'rest'>[] = [{ entries: [], committed: 0 }];
  for (const { entries, committed } of stores) {
    for (const entry of entries) {
      stored = stored.flatMap((before) => {
        const carries = Math.max(before.committed, committed);
        const whole = { entries: [...before.entries, entry], committed: carries };
        const ofHead = { ...before, committed: carries };
        return carries > before.committed ? [before, ofHead, whole] : [before, whole];
      });
    }
  }
  return stored.flatMap((survived) =>
    Array.from({ length: disk.rest.length + 1 }, (_, rest) => ({ ...survived, rest })),
  );
}

/** Of what was applied and not flushed: none of it was written, all, or every second block. */
export type Unflushed = 'lost' | 'kept' | 'even' | 'odd';

const isKept = (unflushed: Unflushed, block: Block): boolean =>
  unflushed === 'kept' ||
  (unflushed === 'even' && block % 2 === 0) ||
  (unflushed === 'odd' && block % 2 === 1);

/** An entry was durable, as flushed marks tell, and cannot be read any more. */
export const rotten = (disk: Disk, sequence: Sequence): Disk => ({
  ...powerLoss(disk, 'lost'),
  entries: disk.entries.filter((entry) => entry.sequence !== sequence),
  damage: [...disk.damage, sequence],
});

/** One bit turns: of what is there, nothing is returned any more. */
export function rotBlock(disk: Disk, block: Block): Disk {
  const spoilt = (volume: readonly number[]) =>
    volume.map((content, at) => (at === block ? rottenContent : content));
  return { ...disk, flushed: spoilt(disk.flushed), cached: spoilt(disk.cached) };
}

/** Loss of power: work under way is gone; what was applied and not flushed is lost, or was not. */
export function powerLoss(before: Disk, unflushed: Unflushed, survived?: Survived): Disk {
  const disk = survived ? withSurvivors(before, survived) : before;
  const volume = disk.flushed.map((content, block) =>
    isKept(unflushed, block) ? disk.cached[block]! : content,
  );
  const staged = disk.header.consistency.kind === 'staged';
  return {
    ...disk,
    flushed: volume,
    cached: volume,
    stage: staged ? disk.stage : [],
    taken: [],
    ring: [],
    rest: [],
  };
}

function withSurvivors(disk: Disk, { entries, committed, rest }: Survived): Disk {
  const epoch = entries.at(-1)?.epoch ?? newestEpoch(disk.header.history);
  const stored = store(disk, entries, committed, epoch);
  return disk.rest.slice(0, rest).reduce(perform, stored);
}

/** What the backend gives back at a start. */
export function recover(disk: Disk): Found {
  const { header, carried } = disk;
  const carries = carried.epoch === newestEpoch(header.history);
  return {
    header,
    entries: disk.entries.filter(
      (entry) => entry.sequence >= header.start && liesOn(header.history, entry),
    ),
    committed: carries ? Math.max(header.committed, carried.committed) : header.committed,
    damage: disk.damage.filter((sequence) => sequence >= header.start),
  };
}
