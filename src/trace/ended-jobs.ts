import type { Content, Disk, Job } from '../../models/disk.ts';
import type { SiteEvent } from '../../models/event.ts';
import { ended, type NodeEvent } from '../../models/node.ts';
import { differenceOf } from './difference.ts';

type DiskEvent = Extract<NodeEvent, { type: 'disk' }>;
type Compared = Extract<SiteEvent, { type: 'compared' }>;

export interface EndedJobs {
  readonly event: DiskEvent;
  /** As it was, or with the contents that a comparison showed. */
  readonly disk: Disk;
}

/** The jobs under way whose end this event is, or why it is the end of none. */
export function endedJobs(before: Disk, event: SiteEvent): EndedJobs | string {
  if (event.type === 'stored') return endedStores(before, event);
  if (event.type === 'exportRefused') return refusedExport(before, event);
  const disk = withRoomFor(before, event);
  for (const [index, job] of disk.rest.entries()) {
    const told = ended(disk, [job]);
    const step: DiskEvent = { type: 'disk', lane: 'rest', jobs: [index] };
    if (event.type === 'stageFull' && isDropped(job)) return { event: step, disk: before };
    if (told.type !== event.type) continue;
    if (differenceOf(told, event) === null) return { event: step, disk };
    if (event.type === 'compared') return compared(disk, index, event);
  }
  const under = disk.rest.map(({ type }) => type).join(', ');
  return `the disk was asked for nothing that ends so: under way are ${under || 'no jobs'}`;
}

/** Exports end in their order: it is the first of them. */
function refusedExport(
  disk: Disk,
  { reason }: Extract<SiteEvent, { type: 'exportRefused' }>,
): EndedJobs | string {
  const first = disk.rest.findIndex(({ type }) => type === 'export');
  if (first < 0) return 'no export is under way';
  return { event: { type: 'disk', lane: 'rest', jobs: [first], refused: reason }, disk };
}

/** Whether a stage that was dropped meanwhile had room for its blocks counts for nothing: either answer only ends the work. */
const isDropped = (job: Job): boolean => job.type === 'stage' && job.contents.length === 0;

/** How much room there is beside the volumes, only the disk knows: there is as much as it says. */
function withRoomFor(disk: Disk, { type }: SiteEvent): Disk {
  if (type === 'stageFull') return { ...disk, room: disk.stage.length };
  return type === 'staged' ? { ...disk, room: Number.MAX_SAFE_INTEGER } : disk;
}

/** Stores that ended one after the other may be heard together, in the order they are told. */
function endedStores(
  disk: Disk,
  event: Extract<SiteEvent, { type: 'stored' }>,
): EndedJobs | string {
  const jobs: number[] = [];
  for (let at = 0; at < event.entries.length; ) {
    const next = disk.ring.findIndex(
      (job, index) =>
        !jobs.includes(index) &&
        job.type === 'store' &&
        differenceOf(job.entries, event.entries.slice(at, at + job.entries.length)) === null,
    );
    const { epoch, sequence } = event.entries[at]!;
    if (next < 0) return `no store under way ends with (${epoch}, ${sequence})`;
    jobs.push(next);
    at += (disk.ring[next] as Extract<Job, { type: 'store' }>).entries.length;
  }
  if (jobs.length === 0) return 'no store is of no entries';
  const told = ended(
    disk,
    jobs.map((index) => disk.ring[index]!),
  );
  const difference = differenceOf(told, event, 'event');
  if (difference) return `${difference.path} is ${difference.actual}, not ${difference.expected}`;
  return { event: { type: 'disk', lane: 'ring', jobs }, disk };
}

/** A comparison answers for the blocks it was asked about, and for no others. */
function compared(disk: Disk, index: number, event: Compared): EndedJobs | string {
  const job = disk.rest[index] as Extract<Job, { type: 'compare' }>;
  const asked = new Set(job.contents.map(({ block }) => block));
  const differing = new Set<number>();
  for (const { first, count } of event.differing) {
    for (let block = first; block < first + count; block++) {
      if (!asked.has(block)) return `block ${block} was not to be compared`;
      differing.add(block);
    }
  }
  const contents: Content[] = job.contents.map(({ block }) => ({
    block,
    content: differing.has(block) ? -1 : disk.cached[block]!,
  }));
  const rest = disk.rest.with(index, { ...job, contents });
  return { event: { type: 'disk', lane: 'rest', jobs: [index] }, disk: { ...disk, rest } };
}
