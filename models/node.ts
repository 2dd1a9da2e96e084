import { blankPeer } from './bitmap.ts';
import { type ChartMove, marksOf } from './coverage.ts';
import {
  type Content,
  complete,
  type Disk,
  enqueue,
  fits,
  freshDisk,
  type Job,
  powerLoss,
  recover,
  rotBlock,
  rotten,
  rottenContent,
  type Survived,
  type Unflushed,
} from './disk.ts';
import type { Effect, Report } from './effect.ts';
import type { SiteEvent } from './event.ts';
import type { Message, Run } from './message.ts';
import type { Move, Output, Stepped } from './model.ts';
import { refused } from './model.ts';
import {
  epochOf,
  type Found,
  isWeak,
  recordOf,
  type SiteConfig,
  type SiteContext,
} from './site.ts';
import { boot, type Site, step, timersOf } from './step.ts';
import type { Block, Sequence, Session, SiteId } from './words.ts';

/** A site of a checked world: the real machine on an abstract disk, up or down. */
export interface Node {
  readonly config: SiteConfig;
  /** Null: crashed. */
  readonly site: Site | null;
  readonly disk: Disk;
  /** May it open sessions: is its boot durable? */
  readonly booted: boolean;
  /** Does its disk take time, so that anything may happen before a write is durable? */
  readonly slow: boolean;
}

/** A message on its way, with the contents its hands attached. */
export interface Frame {
  readonly type: 'frame';
  readonly from: SiteId;
  readonly session: Session;
  readonly message: Message;
  readonly contents: readonly Content[];
}

export type NodeEvent =
  | Frame
  | { readonly type: 'site'; readonly event: SiteEvent }
  /** `jobs`: which of the lane's jobs end, heard of together; the first if none is named. */
  | {
      readonly type: 'disk';
      readonly lane: 'ring' | 'rest';
      readonly jobs?: readonly number[];
      /** Why there is no place for the export that this job is. */
      readonly refused?: string;
    }
  | { readonly type: 'crash'; readonly unflushed: Unflushed; readonly survived?: Survived }
  /** Loss of power, after which one entry cannot be read. */
  | { readonly type: 'rot'; readonly sequence: Sequence }
  /** Lost for good; an empty site takes its place. */
  | { readonly type: 'replace' }
  /** Its disk is set back to an older copy, under the same name. */
  | { readonly type: 'setBack'; readonly disk: Disk }
  /** One bit of this block of its volumes turns. */
  | { readonly type: 'rotBlock'; readonly block: Block }
  /** A request to its disk fails: the site stops, and does no more than after a loss of power. */
  | { readonly type: 'fail'; readonly unflushed: Unflushed; readonly survived?: Survived }
  | { readonly type: 'start' }
  /** A start whose disk work takes steps of its own. */
  | { readonly type: 'boot' };

/** The incarnation of the site, as its disk says. */
export const incarnationOf = ({ disk }: Node): number => disk.header.incarnation;

export const nodeName = (site: SiteId): string => 'PSA'[site]!;
export const channelName = (from: SiteId, to: SiteId): string => `${nodeName(from)}${nodeName(to)}`;

export function stepNode(node: Node, event: NodeEvent): Stepped<Node> {
  switch (event.type) {
    case 'crash':
      return {
        state: { ...node, site: null, booted: false, disk: diskAfter(node.disk, event) },
        outputs: [{ to: 'host', event: { type: 'lost', site: node.config.site } }],
      };
    case 'fail':
      return fail(node, event);
    case 'rot':
      return {
        state: { ...node, site: null, booted: false, disk: rotten(node.disk, event.sequence) },
        outputs: [{ to: 'host', event: { type: 'lost', site: node.config.site } }],
      };
    case 'replace':
      return {
        state: { ...node, site: null, booted: false, disk: blankDisk(node.disk) },
        outputs: [{ to: 'host', event: { type: 'lost', site: node.config.site } }],
      };
    case 'setBack':
      return {
        state: { ...node, site: null, booted: false, disk: event.disk },
        outputs: [{ to: 'host', event: { type: 'forgot', site: node.config.site } }],
      };
    case 'rotBlock':
      return { state: { ...node, disk: rotBlock(node.disk, event.block) } };
    case 'start':
      return start(node);
    default: {
      const reaction = reactionOf(node, event);
      if ('refused' in reaction) return refused;
      const { node: state, outputs, marks } = reaction;
      return node.slow || event.type === 'boot' ? { state, outputs, marks } : finish(reaction);
    }
  }
}

/** What the site itself does at one event, besides what comes of it. */
export interface Reaction extends Performed {
  readonly effects: readonly Effect[];
}

/** One event at a site that runs, or its boot; disk work it begins is left under way. */
export function reactionOf(
  node: Node,
  event: Extract<NodeEvent, { type: 'disk' | 'frame' | 'site' | 'boot' }>,
): Reaction | typeof refused {
  if (event.type === 'boot') {
    const { site, effects, moves } = boot(node.config, foundBy(node));
    return acted({ ...node, site }, effects, [], moves);
  }
  if (node.site === null) return refused;
  switch (event.type) {
    case 'disk': {
      if (event.refused !== undefined) return refuseExport(node, node.site, event);
      const { disk, jobs } = complete(node.disk, event.lane, event.jobs);
      return react({ ...node, disk }, node.site, ended(node.disk, jobs), []);
    }
    case 'frame': {
      const { from, session, message } = event;
      const received = { type: 'received', from, session, message } as const;
      return react(node, node.site, received, event.contents);
    }
    case 'site':
      return react(node, node.site, event.event, []);
  }
}

function refuseExport(
  node: Node,
  site: Site,
  { jobs, refused: reason }: Extract<NodeEvent, { type: 'disk' }>,
): Reaction {
  const rest = node.disk.rest.filter((_, index) => !jobs!.includes(index));
  const event = { type: 'exportRefused', reason: reason! } as const;
  return react({ ...node, disk: { ...node.disk, rest } }, site, event, []);
}

/** It hears of it and says its last; then it is gone, until somebody starts it again. */
function fail(node: Node, event: Extract<NodeEvent, { type: 'fail' }>): Stepped<Node> {
  const heard = reactionOf(node, { type: 'site', event: { type: 'storage.failed' } });
  if ('refused' in heard) return refused;
  const gone = { ...node, site: null, booted: false, disk: diskAfter(node.disk, event) };
  const lost = { to: 'host', event: { type: 'lost', site: node.config.site } };
  return { state: gone, outputs: [...heard.outputs, lost], marks: heard.marks };
}

const diskAfter = (disk: Disk, crash: Extract<NodeEvent, { type: 'crash' | 'fail' }>): Disk =>
  powerLoss(disk, crash.unflushed, crash.survived);

/** What its disk gives back. Broken: entries of any epoch that is listed, also beyond where that was left. */
function foundBy({ config, disk }: Node): Found {
  const found = recover(disk);
  if (!isWeak(config, 'return-of-the-cut')) return found;
  const { history, start } = disk.header;
  const entries = disk.entries.filter(
    ({ epoch, sequence }) => sequence >= start && history.some((record) => record.epoch === epoch),
  );
  return { ...found, entries };
}

/** A start runs until the site may open sessions: boot, redo of a stage, and the header. */
function start(node: Node): Stepped<Node> {
  const { site, effects, moves } = boot(node.config, foundBy(node));
  const stepped = finish(perform({ ...node, site }, effects, [], moves));
  return 'refused' in stepped ? stepped : { ...stepped, state: { ...stepped.state, booted: true } };
}

function react(node: Node, before: Site, event: SiteEvent, contents: readonly Content[]): Reaction {
  const { site, effects, moves } = step(before, event);
  return acted({ ...node, site }, effects, contents, moves);
}

/** A site may open sessions from the first moment its disk has nothing left to do. */
function acted(
  node: Node,
  effects: readonly Effect[],
  contents: readonly Content[],
  moves: readonly ChartMove[],
): Reaction {
  const reached = perform(node, effects, contents, moves);
  const { ring, rest } = reached.node.disk;
  const booted = node.booted || ring.length + rest.length === 0;
  return { ...reached, node: { ...reached.node, booted }, effects };
}

function blankDisk(disk: Disk): Disk {
  const { header } = disk;
  return freshDisk({
    ...header,
    incarnation: header.incarnation + 1,
    boot: 0,
    promised: 0,
    used: 0,
    history: [],
    committed: 0,
    settled: 0,
    start: 1,
    consistency: { kind: 'consistent' },
    repair: [],
    damaged: false,
    halted: [],
    peers: [blankPeer(), blankPeer(), blankPeer()],
  });
}

/** Does the work under way until none is left. */
function finish(begun: Performed): Stepped<Node> {
  let { node } = begun;
  const outputs = [...begun.outputs];
  const marks = [...begun.marks];
  while (node.disk.ring.length + node.disk.rest.length > 0) {
    const { disk, jobs } = complete(node.disk, node.disk.ring.length > 0 ? 'ring' : 'rest');
    const next = step(node.site!, ended(node.disk, jobs));
    const reached = perform({ ...node, disk, site: next.site }, next.effects, [], next.moves);
    node = reached.node;
    outputs.push(...reached.outputs);
    marks.push(...reached.marks);
  }
  return { state: node, outputs, marks };
}

/** What is heard when jobs end: several stores that end together are one event. */
export function ended(before: Disk, jobs: readonly Job[]): SiteEvent {
  const job = jobs[0]!;
  switch (job.type) {
    case 'store': {
      const stores = jobs as readonly Extract<Job, { type: 'store' }>[];
      const entries = stores.length === 1 ? job.entries : stores.flatMap((one) => one.entries);
      return {
        type: 'stored',
        entries,
        committed: Math.max(...stores.map((one) => one.committed)),
      };
    }
    case 'persist':
      return { type: 'persisted' };
    case 'apply':
      return { type: 'applied', through: job.through };
    case 'flush':
      return { type: 'flushed', through: job.through };
    case 'export':
      return { type: 'exported' };
    case 'stage':
      if (fits(before, job.contents)) return { type: 'staged' };
      return { type: 'stageFull', blocks: job.contents.map(({ block }) => block) };
    case 'flushStage':
      return { type: 'stageFlushed' };
    case 'applyStage':
      return { type: 'stageApplied' };
    case 'overwrite':
      return { type: 'overwritten', blocks: job.contents.map(({ block }) => block) };
    case 'unreadable':
      // Those that are so still: what was written since is told of no more.
      return {
        type: 'unreadable',
        blocks: job.blocks.filter((block) => before.cached[block] === rottenContent),
        unsent: job.unsent,
      };
    case 'compare': {
      const differing = job.contents.filter(
        ({ block, content }) => before.cached[block] !== content,
      );
      return { type: 'compared', differing: runsOf(differing.map(({ block }) => block)) };
    }
  }
}

function runsOf(blocks: readonly number[]): Run[] {
  const runs: { first: number; count: number }[] = [];
  for (const block of blocks) {
    const last = runs[runs.length - 1];
    if (last && last.first + last.count === block) last.count++;
    else runs.push({ first: block, count: 1 });
  }
  return runs;
}

interface Performed {
  readonly node: Node;
  readonly outputs: readonly Output[];
  readonly marks: readonly string[];
}

function perform(
  node: Node,
  effects: readonly Effect[],
  contents: readonly Content[],
  moves: readonly ChartMove[],
): Performed {
  let { disk } = node;
  const outputs: Output[] = [];
  const marks = moves.flatMap(marksOf);
  const me = node.config.site;
  for (const effect of effects) {
    marks.push(effect.type === 'send' ? `send ${effect.message.type}` : effect.type);
    switch (effect.type) {
      case 'send': {
        const { to, session, message } = effect;
        const attached = attachedTo(message, disk);
        const blocks = rottenOf(attached);
        if (blocks.length > 0) {
          const unsent = { to, session, message };
          disk = { ...disk, rest: [...disk.rest, { type: 'unreadable', blocks, unsent }] };
          break;
        }
        const frame: Frame = { type: 'frame', from: me, session, message, contents: attached };
        outputs.push({ to: channelName(me, to), event: frame });
        break;
      }
      case 'store':
        disk = enqueue(disk, effect, contents);
        if (effect.requests.length > 0) outputs.push(numbered(effect));
        break;
      case 'answer': {
        const record = recordOf(node.site!.context);
        const holders = record ? [record.primary, ...record.syncSet] : [];
        const { requests, code } = effect;
        const event = {
          type: 'answered',
          requests,
          code,
          site: me,
          epoch: record?.epoch ?? -1,
          forced: record?.how === 'forced',
          holders,
        };
        outputs.push({ to: 'host', event });
        break;
      }
      case 'read': {
        const { history } = node.site!.context.header;
        const read = readOf(effect, disk);
        const contents = read.contents.map((content, at) => ({ block: read.first + at, content }));
        const blocks = rottenOf(contents);
        if (blocks.length === 0) {
          outputs.push({ to: 'host', event: { type: 'read', ...read, history } });
          break;
        }
        disk = { ...disk, rest: [...disk.rest, { type: 'unreadable', blocks, unsent: null }] };
        outputs.push(unreadable(effect.request, me));
        break;
      }
      case 'report':
        if (effect.event.kind === 'distrusted') throw new DistrustedSite(me, effect.event);
        if (effect.event.kind === 'planned') {
          marks.push(`verdict ${effect.event.verdict}`, `reason ${effect.event.reason}`);
        } else marks.push(`report ${effect.event.kind}`);
        if (effect.event.kind === 'serving') {
          const { epoch } = effect.event;
          const forced = recordOf(node.site!.context)?.how === 'forced';
          outputs.push({ to: 'host', event: { type: 'serving', epoch, forced } });
        }
        break;
      default:
        disk = enqueue(disk, effect, contents);
    }
  }
  return { node: { ...node, disk }, outputs, marks };
}

/** A site that follows the protocol said what none says: `faultOf`, or the protocol, is wrong. */
class DistrustedSite extends Error {
  override readonly name = 'DistrustedSite';

  constructor(by: SiteId, { peer, message, reason }: Extract<Report, { kind: 'distrusted' }>) {
    super(`${nodeName(by)} does not believe ${nodeName(peer)}: ${message}: ${reason}`);
  }
}

/** A host is told that it cannot be read: nothing wrong is returned. */
function unreadable(request: number, site: SiteId): Output {
  const failed = { requests: [request], code: 'unreadable', site, epoch: -1, holders: [] };
  return { to: 'host', event: { type: 'answered', ...failed } };
}

const rottenOf = (contents: readonly Content[]): Block[] =>
  contents.filter(({ content }) => content === rottenContent).map(({ block }) => block);

function numbered(effect: Extract<Effect, { type: 'store' }>): Output {
  const positions = effect.entries.map(({ epoch, sequence }) => ({ epoch, sequence }));
  return { to: 'host', event: { type: 'numbered', requests: effect.requests, positions } };
}

function readOf(effect: Extract<Effect, { type: 'read' }>, disk: Disk) {
  let volume = [...disk.cached];
  for (const { extent, checksum } of effect.overlay) {
    volume = volume.map((content, block) =>
      block >= extent.first && block < extent.first + extent.count ? checksum : content,
    );
  }
  const { first, count } = effect.extent;
  return { request: effect.request, first, contents: volume.slice(first, first + count) };
}

const current = new Set(['probe', 'probed', 'propose', 'promise', 'record']);

/** Rules without which a frame of an older epoch may be heard after all. */
const fences = [
  'accept-old-epoch',
  'accept-old-record',
  'forget-promise',
  'promise-twice',
  'number-used-twice',
  'serves-after-promise',
  'shared-numbers',
];

/** Will the receiver ignore this frame for ever: is it of an older session, or (unless `stale`) of an older epoch? */
export function isDead(frame: Frame, node: Node, stale = false): boolean {
  if (node.site === null) return true;
  const { context } = node.site;
  const { config } = node;
  const { message } = frame;
  const { session } = context.peers[frame.from];
  if (session !== frame.session) return !isWeak(config, 'old-session');
  if (message.type === 'refused') return tellsNothing(context, message);
  if (stale || current.has(message.type) || !('epoch' in message)) return false;
  if (fences.some((fence) => isWeak(config, fence))) return false;
  return message.epoch < context.header.promised;
}

/** Of an epoch that the receiver left as well, and of no number that it does not know. */
const tellsNothing = (
  site: SiteContext,
  { epoch, promised, newest }: Extract<Message, { type: 'refused' }>,
): boolean => epoch < epochOf(site) && promised <= site.floor && newest <= epochOf(site);

/** Blocks and checksums are read from the volumes when the frame is made. */
function attachedTo(message: Message, disk: Disk): readonly Content[] {
  const read = (block: number) => ({ block, content: disk.cached[block]! });
  if (message.type === 'blocks' || message.type === 'lent') return message.blocks.map(read);
  if (message.type !== 'sums') return [];
  return message.runs.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, index) => read(first + index)),
  );
}

/** Time-outs that may fire: those that run while the site's own disk has nothing left to do; loose ones always. */
export function timeoutsOf(node: Node, loose = false): readonly NodeEvent[] {
  if (node.site === null) return [];
  const isWorking = [...node.disk.ring, ...node.disk.rest].some(
    ({ type }) => type !== 'unreadable',
  );
  if (isWorking && !loose) return [];
  return timersOf(node.site).map((timer) => ({ type: 'site', event: { type: 'timeout', timer } }));
}

/**
 * A disk's jobs end in the order of their lane; loose ones in any order, stores also together. What cannot be read is found out
 * block by block, beside all other work: it may be heard of at any time.
 */
export function movesOf(node: Node, loose = false): readonly Move<NodeEvent>[] {
  if (node.site === null) return [{ name: 'restart', event: { type: 'start' } }];
  const name = nodeName(node.config.site);
  const moves: Move<NodeEvent>[] = [];
  for (const lane of ['ring', 'rest'] as const) {
    const jobs = node.disk[lane];
    const first = jobs.findIndex(({ type }) => type !== 'unreadable' && type !== 'export');
    for (const [index, job] of jobs.entries()) {
      const isAlone =
        job.type === 'export' ? index === nextExport(jobs) : job.type === 'unreadable';
      if (index !== first && !isAlone && !(loose && job.type !== 'export')) continue;
      moves.push({ name: `${name} ${job.type}`, event: { type: 'disk', lane, jobs: [index] } });
    }
  }
  moves.push(...refusalsOf(node.disk, node.site, name));
  if (loose) moves.push(...togetherOf(node.disk, name));
  return moves;
}

/** Exports end in their order, each after the headers asked for before it; no other work waits for them. -1: none can end. */
function nextExport(jobs: readonly Job[]): number {
  const next = jobs.findIndex(({ type }) => type === 'export' || type === 'persist');
  return jobs[next]?.type === 'export' ? next : -1;
}

/** Whether there is a place for a copy only its disk knows. Without one for what is cut a site fails: `fail`. */
function refusalsOf({ rest }: Disk, { context }: Site, name: string): Move<NodeEvent>[] {
  const next = nextExport(rest);
  const isCopy = context.exporting[0]?.isForCut === false;
  if (next < 0 || !(isCopy || isWeak(context.config, 'cut-what-has-no-place'))) return [];
  const event = { type: 'disk', lane: 'rest', jobs: [next], refused: 'no place' } as const;
  return [{ name: `${name} export refused`, event }];
}

/** Stores of one epoch that end one after the other may be heard as one. */
function togetherOf({ ring }: Disk, name: string): Move<NodeEvent>[] {
  const epochs = ring.map((job) => (job.type === 'store' ? job.epoch : -1));
  const same = epochs.findIndex((epoch) => epoch !== epochs[0]);
  const most = same < 0 ? ring.length : same;
  return Array.from({ length: Math.max(0, most - 1) }, (_, index) => ({
    name: `${name} ${index + 2} stores`,
    event: { type: 'disk', lane: 'ring', jobs: ring.slice(0, index + 2).map((_, at) => at) },
  }));
}
