import type { Effect } from '../../models/effect.ts';
import type { SiteEvent } from '../../models/event.ts';
import { type Frame, movesOf, type Node, type NodeEvent } from '../../models/node.ts';
import { timersOf } from '../../models/step.ts';
import { endedJobs } from './ended-jobs.ts';
import { isObservableEffect, type TraceEffect, type TraceLine } from './format.ts';
import type { Bound } from './outlook.ts';
import { reactionOrFault } from './reaction.ts';

export type Seen = Exclude<TraceEffect, { type: 'send' }> | Extract<Effect, { type: 'send' }>;

/** What a line says, with the frame that arrives by it. */
export interface Told {
  /** Of the line, among those of its site. */
  readonly number: number;
  readonly event: TraceLine['event'];
  readonly arrived: Frame | null;
  readonly seen: readonly Seen[];
  /** What the site tells of itself from this line on, and after it. */
  readonly bounds: readonly Bound[];
  readonly later: readonly Bound[];
}

/** What one step leads to, and what of it can be seen. */
export interface Reached {
  readonly node: Node;
  readonly seen: readonly Seen[];
}

type NodeStep = Extract<NodeEvent, { type: 'disk' | 'frame' | 'site' | 'boot' }>;

/** What this state does at the event of a line; nothing: the event cannot come now. */
export function toldSteps(node: Node, { event, arrived }: Told): readonly Reached[] {
  if (arrived) return react(node, arrived);
  switch (event!.type) {
    case 'start':
      return react(node, { type: 'boot' });
    case 'link.up':
      return node.booted ? react(node, { type: 'site', event: event as SiteEvent }) : [];
    case 'timeout': {
      const runs = node.site !== null && timersOf(node.site).includes(event.timer);
      return runs ? react(node, { type: 'site', event }) : [];
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
    case 'exportRefused':
    case 'compared':
      return afterEnd(node, event);
    default:
      return react(node, { type: 'site', event: event as SiteEvent });
  }
}

/** What may happen inside, whatever a line says: the disk answers, in any order, and waits end. */
export function innerSteps(node: Node): readonly Reached[] {
  if (node.site === null) return [];
  const steps: Reached[] = [];
  for (const { event } of movesOf(node, true)) {
    if (event.type !== 'disk') continue;
    const job = event.lane === 'rest' ? node.disk.rest[event.jobs![0]!] : null;
    if (job?.type !== 'compare') steps.push(...react(node, event));
    // Contents are not observed. Here it is one whose answer nobody waits for, or that finds nothing.
    else steps.push(...afterEnd(node, { type: 'compared', differing: [] }));
  }
  for (const timer of timersOf(node.site)) {
    steps.push(...react(node, { type: 'site', event: { type: 'timeout', timer } }));
  }
  return steps;
}

/** What may happen inside because the line shows how it ended: a comparison, or a stage without room. */
export function answeredSteps(node: Node, { seen }: Told): readonly Reached[] {
  const { rest } = node.disk;
  const isAsked = rest.some(({ type }) => type === 'compare' || type === 'stage');
  if (!isAsked) return [];
  return seen.flatMap((effect) => {
    if (effect.type !== 'send') return [];
    const { message } = effect;
    if (message.type === 'sumsDiffer') {
      return afterEnd(node, { type: 'compared', differing: message.runs });
    }
    if (message.type !== 'stageRefused') return [];
    return afterEnd(node, { type: 'stageFull', blocks: message.blocks });
  });
}

/** Room beside the volumes, only the disk knows: the next time there may be some. */
const roomy = (node: Node): Node => ({
  ...node,
  disk: { ...node.disk, room: Number.MAX_SAFE_INTEGER },
});

function afterEnd(node: Node, event: SiteEvent): readonly Reached[] {
  const ended = endedJobs(node.disk, event);
  if (typeof ended === 'string') return [];
  const reached = react({ ...node, disk: ended.disk }, ended.event);
  if (event.type !== 'stageFull') return reached;
  return reached.map((one) => ({ ...one, node: roomy(one.node) }));
}

/** A message that cannot be makes no step: who sent it is refused for it. */
function react(node: Node, event: NodeStep): Reached[] {
  const reaction = reactionOrFault(node, event);
  if ('refused' in reaction || 'fault' in reaction) return [];
  return [{ node: reaction.node, seen: reaction.effects.filter(isObservableEffect) as Seen[] }];
}
