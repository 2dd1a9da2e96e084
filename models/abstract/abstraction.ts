import { isEmpty } from '../bits.ts';
import type { Disk } from '../disk.ts';
import type { Header } from '../header.ts';
import { forkOf, newestEpoch } from '../history.ts';
import { newestOfHolding } from '../holding.ts';
import type { HostState } from '../host.ts';
import type { Frame, Node } from '../node.ts';
import { isStageIdle } from '../rules/adopt.ts';
import { isElectedPrimary } from '../rules/epoch.ts';
import { recordOf, type SiteContext, type Staging } from '../site.ts';
import { type Sequence, type SiteId, siteIds } from '../words.ts';
import { type Durable, diskOf } from './abstract-disk.ts';
import { writeAt } from './abstract-summary.ts';
import type { Hearing } from './heard.ts';
import {
  type AbstractHosts,
  type AbstractSite,
  type AbstractState,
  type Note,
  noNote,
  noNotes,
  noUpdate,
  sortedWrites,
  writeOf,
} from './state.ts';

/** The parts of a world (models/world.ts) that the abstract protocol speaks of. */
export interface View {
  readonly nodes: readonly [Node, Node, Node];
  readonly host: HostState;
  /** Frames on their way. */
  readonly frames: readonly Underway[];
}

export interface Underway {
  readonly to: SiteId;
  readonly frame: Frame;
  /** The session it belongs to has begun at its sender, and not yet at its receiver. */
  readonly isEarly?: boolean;
}

/**
 * What a world is in the abstract protocol: the refinement mapping. Pure. What is durable counts as the
 * disk has it; what a site has in memory counts while it stands in the record its disk has; a frame
 * counts as said while the session it belongs to lasts. Contents of volumes are not looked at (S3 is).
 * `hearing` remembers what is said in worlds that are much alike.
 */
export function abstractionOf(view: View, hearing: Hearing): AbstractState {
  const frames = view.frames.filter((one) => isAlive(view, one));
  const sites = siteIds.map((site) => siteOf(view.nodes[site], frames));
  const state = sites as unknown as AbstractState['sites'];
  return {
    sites: state,
    hosts: hostsOf(view.host),
    words: hearing.wordsOf({ ...view, frames }, state),
  };
}

/** Will the receiver hear it: is it of the session it is in, or of one to come? */
function isAlive({ nodes }: View, { to, frame, isEarly }: Underway): boolean {
  const { site } = nodes[to];
  if (isEarly) return true;
  return site !== null && site.context.peers[frame.from].session === frame.session;
}

function siteOf(node: Node, frames: readonly Underway[]): AbstractSite {
  const known = alone.get(node) ?? siteAlone(node);
  alone.set(node, known);
  if (known.source === -1 || known.offer !== -1) return known;
  const offer = offerOnItsWay(node, known, frames);
  return offer === -1 ? known : { ...known, offer };
}

/** Many worlds share a node, and a node never changes. */
const alone = new WeakMap<Node, AbstractSite>();

/** All but what frames on their way tell of it. */
function siteAlone(node: Node): AbstractSite {
  const found = diskOf(node);
  const context = node.site?.context ?? null;
  const disk = context ? withoutDropped(found, node.disk, context) : found;
  const memory = context ? memoryOf(node, context, disk.record) : withoutMemory;
  const stage = context ? stageOf(node, context, disk.record) : noUpdate;
  const inMemory = context && stands(context, disk.record) ? knownOf(node, context) : 0;
  const known = Math.max(inMemory, onItsWay(node, disk.record));
  const isMarked = !isMarking(node, context);
  // Of what its disk lost it knows from its start on.
  const damaged = context ? context.header.damaged || node.disk.header.damaged : disk.damaged;
  const applied =
    context && disk.consistent && isMarked && stands(context, disk.record) ? context.applied : 0;
  return {
    ...disk,
    applied: context ? reached(disk, node.disk, context, applied) : disk.applied,
    damaged,
    up: context !== null,
    ...memory,
    known: Math.max(found.commit, known),
    ...stage,
    mended: damaged && isMarked && (context?.mended ?? false),
  };
}

/**
 * A store that began before a newer record was taken makes the c that it carries durable, and the record
 * drops it: that counts only where power is lost before the record is durable.
 */
function withoutDropped(found: Durable, { header, rest }: Disk, context: SiteContext): Durable {
  if (stands(context, found.record)) return found;
  const headers = rest.flatMap((job) => (job.type === 'persist' ? [job.header] : []));
  const isNewer = ({ history }: Header) => newestEpoch(history) > found.record;
  const { committed, history } = headers.find(isNewer) ?? context.header;
  if (Math.min(found.commit, forkOf(header.history, history)) <= committed) return found;
  const applied = Math.min(found.applied, Math.max(committed, header.settled));
  return { ...found, commit: committed, applied };
}

/**
 * A c that becomes durable after a newer record was taken brings nothing into volumes any more: what that record cuts is
 * applied only by a redo, if power is lost before the record is durable.
 */
function reached(
  { applied, consistent, record }: Durable,
  { header }: Disk,
  context: SiteContext,
  live: number,
): number {
  const taken = context.header;
  if (stands(context, record) || !consistent) return Math.max(applied, live);
  if (taken.consistency.kind !== 'consistent' || !isEmpty(taken.repair)) return applied;
  return Math.min(applied, Math.max(0, forkOf(header.history, taken.history)));
}

/** Has its disk the record it stands in? Until then it says nothing in the new epoch. */
const stands = (context: SiteContext, record: number): boolean =>
  newestEpoch(context.header.history) === record;

const withoutMemory = {
  appointed: false,
  serving: false,
  next: 0,
  waiting: [],
  candidate: -1,
  notes: noNotes,
  discards: false,
} as const;

type Memory = Pick<
  AbstractSite,
  'appointed' | 'serving' | 'next' | 'waiting' | 'candidate' | 'notes' | 'discards'
>;

function memoryOf(node: Node, context: SiteContext, record: number): Memory {
  const site = node.site!;
  const { history } = context.header;
  const { service, role } = site.state as { readonly service?: string; readonly role?: string };
  const isTaking = role === 'adopting' || role === 'recording';
  // Who takes a record that names it is primary as soon as that is durable, whatever else its disk does.
  const isPrimary = site.role === 'primary' || (isTaking && isElectedPrimary(context));
  const appointed = isPrimary && stands(context, record);
  const newest = Math.max(
    newestOfHolding(context.held),
    context.log.newest,
    recordOf(context)?.parent.sequence ?? 0,
  );
  return {
    appointed,
    serving: appointed && (service === 'serving' || service === 'pausing'),
    next: appointed ? newest + 1 : 0,
    waiting: sortedWrites(context.waiting.map(({ sequence }) => writeAt(history, sequence))),
    candidate: candidateOf(node, context),
    notes: appointed ? (siteIds.map((peer) => noteOf(context, peer)) as never) : noNotes,
    discards: context.discard === context.config.site,
  };
}

/** The number it stands for, once that is durable. */
function candidateOf(node: Node, { election }: SiteContext): number {
  if (election === null || election.record !== null || election.epoch < 0) return -1;
  return election.epoch === node.disk.header.promised ? election.epoch : -1;
}

function noteOf(context: SiteContext, peer: SiteId): Note {
  const { phase, held, incarnation } = context.peers[peer];
  if (phase !== 'streaming' || held.contiguous === 0) return noNote;
  return { incarnation, through: held.contiguous };
}

/** c as it knows it; what the mark of an update will bring is not known before it is durable. */
function knownOf(node: Node, context: SiteContext): number {
  const { committed, staging } = context;
  return isMarking(node, context) && committed <= staging!.through ? 0 : committed;
}

/** A c that disk work under way will make durable; not that of a mark, which is the update's to tell. */
function onItsWay({ disk }: Node, record: number): number {
  const headers = disk.rest.flatMap((job) => (job.type === 'persist' ? [job.header] : []));
  const saved = headers.filter(
    (header) => newestEpoch(header.history) === record && !isMark(disk.header, header),
  );
  const stores = disk.ring.flatMap((job) => (job.type === 'store' ? [job] : []));
  const carried = stores.filter(({ epoch }) => epoch === record);
  return Math.max(0, ...[...saved, ...carried].map(({ committed }) => committed));
}

/** Does this header end an update? In place nothing was staged: the volume is whole again at once. */
const isMark = (before: Header, { consistency }: Header): boolean =>
  consistency.kind === 'staged' ||
  (consistency.kind === 'consistent' && before.consistency.kind === 'inconsistent');

function isMarking({ disk }: Node, context: SiteContext | null): boolean {
  if (context?.staging?.step !== 'marking') return false;
  return disk.header.consistency.kind !== (context.staging.inPlace ? 'consistent' : 'staged');
}

type Update = Pick<AbstractSite, 'source' | 'offer' | 'bits' | 'shipped'>;

function stageOf(node: Node, context: SiteContext, record: number): Update {
  const { staging } = context;
  if (staging === null) return noUpdate;
  const update: Update = {
    source: staging.from,
    offer: -1,
    bits: !staging.compare,
    shipped: overwrittenBy(staging, node.disk),
  };
  const { header, rest } = node.disk;
  const mark = rest.some((job) => job.type === 'persist' && isMark(header, job.header));
  if (mark && isMarking(node, context)) return { ...update, offer: staging.through };
  if (!stands(context, record)) return noUpdate;
  if (staging.step === 'flushing' || isMarking(node, context)) {
    return { ...update, offer: staging.through };
  }
  return isStageIdle(staging) ? update : noUpdate;
}

/** Up to where it has begun to overwrite blocks in place; those in hand wait for the mark that covers them. */
function overwrittenBy({ step, inPlace, shipped }: Staging, { header }: Disk): Sequence {
  if (step === 'giving') return shipped;
  if (!inPlace) return 0;
  if (step !== 'taking') return shipped;
  const { consistency } = header;
  return consistency.kind === 'inconsistent' ? Math.min(consistency.shippedTo, shipped) : 0;
}

/** Its source says that all is shipped, and it has not heard so yet. */
function offerOnItsWay(
  { config }: Node,
  { source, record }: AbstractSite,
  frames: readonly Underway[],
): number {
  for (const { to, frame } of frames) {
    const { message } = frame;
    if (to !== config.site || frame.from !== source) continue;
    if (message.type === 'stageCommit' && message.epoch === record) return message.through;
  }
  return -1;
}

function hostsOf(host: HostState): AbstractHosts {
  const known = hosts.get(host) ?? abstractHosts(host);
  hosts.set(host, known);
  return known;
}

const hosts = new WeakMap<HostState, AbstractHosts>();

function abstractHosts(host: HostState): AbstractHosts {
  const numbered = host.writes.flatMap(({ position, state, told }) =>
    position === null
      ? []
      : [{ write: writeOf(position.epoch, position.sequence), by: told, state }],
  );
  return {
    sent: sortedWrites(numbered.map(({ write }) => write)),
    acknowledged: numbered
      .filter(({ state }) => state === 'acknowledged')
      .map(({ write, by }) => ({ write, by }))
      .sort((one, other) => one.write - other.write || one.by - other.by),
  };
}
