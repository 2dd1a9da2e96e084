import { survivalsOf } from '../../models/disk.ts';
import type { Effect } from '../../models/effect.ts';
import type { SiteEvent } from '../../models/event.ts';
import type { Message } from '../../models/message.ts';
import {
  type Frame,
  movesOf,
  type Node,
  type NodeEvent,
  reactionOf,
  stepNode,
} from '../../models/node.ts';
import { timersOf } from '../../models/step.ts';
import type { SiteId } from '../../models/words.ts';
import { type Difference, differenceOf } from './difference.ts';
import { endedJobs } from './ended-jobs.ts';
import {
  isObservableEffect,
  type TraceEffect,
  type TraceHeader,
  type TraceLine,
} from './format.ts';
import { nodeWith } from './new-node.ts';
import type { Refusal } from './path.ts';
import { Surroundings } from './surroundings.ts';

type Seen = Exclude<TraceEffect, { type: 'send' }> | Extract<Effect, { type: 'send' }>;

/** What one step leads to, and what of it can be seen. */
interface Reached {
  readonly node: Node;
  readonly seen: readonly Seen[];
}

/** What a line says, with the frame that arrives by it. */
interface Told {
  readonly event: TraceLine['event'];
  readonly arrived: Frame | null;
  readonly seen: readonly Seen[];
}

/** How hard an explanation is looked for. */
export interface Effort {
  /** States of a site that are kept after a line. */
  readonly kept: number;
  /** Silent steps taken beyond the fewest that explain a line. */
  readonly beyond: number;
  /** States looked at for one line. */
  readonly looked: number;
  /** Lines of the site that are gone back over when nothing explains one. */
  readonly back: number;
}

const efforts: readonly Effort[] = [
  { kept: 20, beyond: 1, looked: 400, back: 0 },
  { kept: 64, beyond: 1, looked: 1000, back: 12 },
  { kept: 200, beyond: 2, looked: 2000, back: 24 },
];

/** To be sure that nothing explains a line: all states of a site from its start on, if they are not too many. */
const allStates: Effort = { kept: 2000, beyond: Infinity, looked: 3000, back: Infinity };
const LINES_OF_ALL_STATES = 400;

interface Passed {
  readonly before: readonly Node[];
  readonly told: Told;
}

/**
 * An observer of three sites: of each a set of states it may be in. A line holds if one of them reacts exactly as the
 * line says, after silent steps (the disk's answers, waits that end): of those as few as will do. Where none
 * does, the observer goes back some lines and looks with more effort.
 */
export class PossibleStates {
  /** The largest set so far, and the greatest effort. */
  largest = 1;
  hardest = 0;
  steps = 0;
  private readonly header: TraceHeader;
  private readonly around: Surroundings;
  private readonly sets: [readonly Node[], readonly Node[], readonly Node[]] = [[], [], []];
  private readonly passed: [Passed[], Passed[], Passed[]] = [[], [], []];
  /** All lines of a site since a start that says what it found, as long as they are not too many. */
  private readonly sinceStart: [Told[], Told[], Told[]] = [[], [], []];

  constructor(header: TraceHeader) {
    this.header = header;
    this.around = new Surroundings(header.lanes);
  }

  waits(line: TraceLine): boolean {
    return this.around.waits(line);
  }

  accept(line: TraceLine): Refusal | null {
    const { site, event } = line;
    this.steps++;
    const sentence = this.around.refuse(line);
    if (sentence !== null) return refusal(sentence);
    if (event?.type === 'end' || event?.type === 'disk.lies') return null;
    const seen = line.effects.map(withoutFrame);
    const unseen = seen.find((effect) => !isObservableEffect(effect));
    if (unseen) return refusal(`${unseen.type} cannot be observed`);
    if (event === null && seen.length === 0)
      return refusal('a line without an event tells nothing');
    const arrived = event?.type === 'received' ? this.around.arrival(site, event) : null;
    if (typeof arrived === 'string') return refusal(arrived);
    return this.explain(site, { event, arrived, seen }) ?? this.sends(line);
  }

  private explain(site: SiteId, told: Told): Refusal | null {
    const passed = this.passed[site];
    passed.push({ before: this.sets[site], told });
    if (told.event?.type === 'start' && told.event.found) this.sinceStart[site].length = 0;
    if (this.sinceStart[site].length <= LINES_OF_ALL_STATES) this.sinceStart[site].push(told);
    for (const [index, effort] of efforts.entries()) {
      const last = this.again(site, passed.slice(-1 - effort.back), effort);
      if (last.kept.length === 0) continue;
      this.hardest = Math.max(this.hardest, index);
      this.sets[site] = last.kept;
      this.largest = Math.max(this.largest, last.kept.length);
      while (passed.length > 1 + efforts.at(-1)!.back) passed.shift();
      return null;
    }
    const { reached } = this.again(site, passed.slice(-1), efforts[0]!);
    const nothing = nothingExplains(site, this.sets[site].length, reached, told.seen);
    return { ...nothing, isBounded: !this.isSurelyRefused(site) };
  }

  /** Is there no way through all lines of a site since its start, although no state was left out? */
  private isSurelyRefused(site: SiteId): boolean {
    const lines = this.sinceStart[site];
    if (lines.length > LINES_OF_ALL_STATES || lines[0]?.event?.type !== 'start') return false;
    let before: readonly Node[] = [];
    for (const told of lines) {
      const { kept, isCut } = explained(this.firstStates(site, before, told), told, allStates);
      if (isCut) return false;
      before = kept;
    }
    return before.length === 0;
  }

  /** Lines of a site once more, from the states before the first of them. */
  private again(site: SiteId, lines: readonly Passed[], effort: Effort): Explained {
    let before = lines[0]!.before;
    let last: Explained = { kept: [], reached: [], isCut: false };
    for (const { told } of lines) {
      last = explained(this.firstStates(site, before, told), told, effort);
      before = last.kept;
    }
    return last;
  }

  /** A start makes new states; everything else goes on from those there are. */
  private firstStates(site: SiteId, before: readonly Node[], { event }: Told): readonly Node[] {
    if (event?.type !== 'start') return before;
    if (event.found) return [nodeWith(this.header.configs[site], event.found)];
    return before.flatMap((node) =>
      survivalsOf(node.disk).flatMap((survived) => {
        const lost = stepNode(node, { type: 'crash', unflushed: 'lost', survived });
        return 'refused' in lost ? [] : [lost.state];
      }),
    );
  }

  private sends({ site, effects }: TraceLine): Refusal | null {
    const { flights } = this.around;
    for (const effect of effects) {
      if (effect.type !== 'send') continue;
      const next = flights.nextOf(site);
      if (effect.frame !== next) {
        return refusal(`frame ${effect.frame} of site ${site} should have the number ${next}`);
      }
      flights.send(effect.to, frameOf(site, effect));
    }
    return null;
  }
}

interface Explained {
  readonly kept: readonly Node[];
  /** Everything that could have happened. */
  readonly reached: readonly Reached[];
  /** Were states left out, here or on the silent ways to here? */
  readonly isCut: boolean;
}

/** The states after a line, by as few silent steps before it as will do, and some more. */
function explained(before: readonly Node[], told: Told, effort: Effort): Explained {
  const looked = new Set<string>();
  const kept = new Map<string, Node>();
  const reached: Reached[] = [];
  // What is seen of a silent step is a step beyond already.
  let more = told.event === null ? Math.max(0, effort.beyond - 1) : effort.beyond;
  let level = distinct(before, looked);
  let isCut = false;
  while (level.length > 0) {
    const ways = level.map((node) => reactionsOf(node, told));
    for (const one of ways.flatMap((way) => way.told)) {
      reached.push(one);
      if (differenceOf(one.seen, told.seen) === null) kept.set(keyOf(one.node), one.node);
    }
    if (told.event?.type === 'start') break;
    isCut = (kept.size > 0 && more-- === 0) || looked.size > effort.looked;
    if (isCut) break;
    level = distinct(
      ways.flatMap((way) => way.silent()),
      looked,
    );
  }
  const all = [...kept.values()];
  return { kept: some(all, effort.kept), reached, isCut: isCut || all.length > effort.kept };
}

/** At most so many of them: the first, the last, and what lies evenly between. */
function some(nodes: readonly Node[], most: number): readonly Node[] {
  if (nodes.length <= most) return nodes;
  const at = (index: number) => Math.floor((index * (nodes.length - 1)) / (most - 1));
  return Array.from({ length: most }, (_, index) => nodes[at(index)]!);
}

/** How this state reacts to the line, and where silent steps lead instead. */
function reactionsOf(node: Node, { event, arrived, seen }: Told) {
  const stepped = () => silentSteps(node, seen).flatMap((step) => react(step.node, step.event));
  const unseen = (steps: readonly Reached[]) => [
    ...steps.filter((one) => one.seen.length === 0).map((one) => one.node),
    ...drained(node),
  ];
  if (event === null) {
    const steps = stepped();
    return { told: steps.filter((one) => one.seen.length > 0), silent: () => unseen(steps) };
  }
  const told = toldSteps(node, event, arrived).flatMap((step) => react(step.node, step.event));
  return { told, silent: () => unseen(stepped()) };
}

/** The steps of this state that the event may be: at most one. */
function toldSteps(
  node: Node,
  event: NonNullable<TraceLine['event']>,
  arrived: Frame | null,
): { readonly node: Node; readonly event: NodeStep }[] {
  if (arrived) return [{ node, event: arrived }];
  switch (event.type) {
    case 'start':
      return [{ node, event: { type: 'boot' } }];
    case 'link.up':
      return node.booted ? [{ node, event: { type: 'site', event } }] : [];
    case 'timeout': {
      const runs = node.site && timersOf(node.site).includes(event.timer);
      return runs ? [{ node, event: { type: 'site', event } }] : [];
    }
    case 'stored':
    case 'persisted':
    case 'applied':
    case 'flushed':
    case 'staged':
    case 'stageFull':
    case 'stageFlushed':
    case 'stageApplied':
    case 'overwritten':
    case 'exported':
    case 'compared': {
      const ended = endedJobs(node.disk, event);
      if (typeof ended === 'string') return [];
      return [{ node: { ...node, disk: ended.disk }, event: ended.event }];
    }
    default:
      return [{ node, event: { type: 'site', event: event as SiteEvent } }];
  }
}

/** A disk that works on undisturbed until it has nothing to do or something is seen: all states on that way. */
function drained(start: Node): Node[] {
  const passed: Node[] = [];
  for (let node = start; passed.length < 20; ) {
    const lane = node.disk.ring.length > 0 ? 'ring' : 'rest';
    const job = node.disk[lane][0];
    if (!job || job.type === 'compare') break;
    const [reached] = react(node, { type: 'disk', lane });
    if (!reached || reached.seen.length > 0) break;
    node = reached.node;
    passed.push(node);
  }
  return passed.slice(1);
}

function distinct(nodes: readonly Node[], looked: Set<string>): Node[] {
  return nodes.filter((node) => {
    const key = keyOf(node);
    if (looked.has(key)) return false;
    looked.add(key);
    return true;
  });
}

function nothingExplains(
  site: SiteId,
  states: number,
  reached: readonly Reached[],
  seen: readonly Seen[],
): Refusal {
  let nearest: Difference | null = null;
  for (const one of reached) {
    const found = differenceOf(one.seen, seen, 'effects');
    if (found && (nearest === null || found.path.length > nearest.path.length)) nearest = found;
  }
  const others = new Set(reached.map((one) => one.seen.map(nameOf).join(', ') || 'nothing seen'));
  const sentence = `nothing found that site ${site} may do, in the ${states} states it may be in, explains this`;
  return { sentence, difference: nearest, enabled: [...others].slice(0, 6) };
}

const refusal = (sentence: string): Refusal => ({ sentence, difference: null, enabled: [] });

type NodeStep = Extract<NodeEvent, { type: 'disk' | 'frame' | 'site' | 'boot' }>;

function react(node: Node, event: NodeStep): Reached[] {
  const reaction = reactionOf(node, event);
  if ('refused' in reaction) return [];
  return [{ node: reaction.node, seen: reaction.effects.filter(isObservableEffect) as Seen[] }];
}

interface SilentStep {
  readonly node: Node;
  readonly event: Extract<NodeEvent, { type: 'disk' | 'site' }>;
}

/** What may happen inside: the disk answers, in any order, and waits end. */
function silentSteps(node: Node, seen: readonly Seen[]): SilentStep[] {
  const steps: SilentStep[] = [];
  for (const { event } of movesOf(node, true)) {
    if (event.type !== 'disk') continue;
    const job = event.lane === 'rest' ? node.disk.rest[event.jobs![0]!] : null;
    if (job?.type === 'compare') steps.push(...comparisons(node, seen));
    else steps.push({ node, event });
    if (job?.type === 'stage') steps.push(...refusals(node, seen));
  }
  if (node.site) {
    for (const timer of timersOf(node.site)) {
      steps.push({ node, event: { type: 'site', event: { type: 'timeout', timer } } });
    }
  }
  if (seen.some(({ type }) => type === 'stop')) {
    steps.push({ node, event: { type: 'site', event: { type: 'storage.failed' } } });
  }
  return steps;
}

/** Contents are not observed: a comparison ended as its answer says. */
function comparisons(node: Node, seen: readonly Seen[]): SilentStep[] {
  const answer = seen.find(
    (effect): effect is Extract<Effect, { type: 'send' }> =>
      effect.type === 'send' && effect.message.type === 'sumsDiffer',
  );
  if (answer?.message.type !== 'sumsDiffer') return [];
  const ended = endedJobs(node.disk, { type: 'compared', differing: answer.message.runs });
  return typeof ended === 'string'
    ? []
    : [{ node: { ...node, disk: ended.disk }, event: ended.event }];
}

/** Room beside the volumes is not observed: there was none if that is answered. */
function refusals(node: Node, seen: readonly Seen[]): SilentStep[] {
  for (const effect of seen) {
    if (effect.type !== 'send' || effect.message.type !== 'stageRefused') continue;
    const { blocks } = effect.message;
    const ended = endedJobs(node.disk, { type: 'stageFull', blocks });
    if (typeof ended === 'string') return [];
    return [{ node: { ...node, disk: ended.disk }, event: ended.event }];
  }
  return [];
}

function frameOf(from: SiteId, { session, message }: Extract<Effect, { type: 'send' }>): Frame {
  return { type: 'frame', from, session, message, contents: contentsOf(message) };
}

/** Contents are not observed; only which blocks they are of counts. */
function contentsOf(message: Message) {
  if (message.type === 'blocks' || message.type === 'lent') {
    return message.blocks.map((block) => ({ block, content: 0 }));
  }
  if (message.type !== 'sums') return [];
  return message.runs.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, index) => ({ block: first + index, content: 0 })),
  );
}

function withoutFrame(effect: TraceEffect): Seen {
  if (effect.type !== 'send') return effect;
  const { frame: _, ...sent } = effect;
  return sent;
}

const nameOf = (effect: Seen): string =>
  effect.type === 'send' ? `send ${effect.message.type} to ${effect.to}` : effect.type;

const keys = new WeakMap<Node, string>();

/** Two nodes with one key behave alike as far as an observer can tell: contents of volumes do not count. */
function keyOf(node: Node): string {
  const known = keys.get(node);
  if (known !== undefined) return known;
  const { site, disk, booted } = node;
  const { header, entries, carried, damage, ring, rest } = disk;
  const context = site ? { ...site.context, config: null } : null;
  const inside = site ? [site.role, site.state, site.sidefile, context] : null;
  const key = JSON.stringify([booted, inside, header, entries, carried, damage, ring, rest]);
  keys.set(node, key);
  return key;
}
