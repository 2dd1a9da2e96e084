import { type AnyTransitionDefinition, createActor, createMachine } from 'xstate';
import type { Become, ChartEvent, Reaction } from './chart.ts';
import type { ChartMove } from './coverage.ts';
import type { Effect } from './effect.ts';
import type { SiteEvent, Timer } from './event.ts';
import { faultOf, isSaidByMirror } from './fault.ts';
import type { Message } from './message.ts';
import { mirrorChart } from './mirror.ts';
import { primaryChart } from './primary.ts';
import { hearsPrimary } from './rules/epoch.ts';
import { isCutRefused } from './rules/export.ts';
import { isConnected } from './rules/link.ts';
import { needsRecord } from './rules/service.ts';
import { hasWork, mayApply, mayCarry } from './rules/storage.ts';
import { withAnswer, withAsked } from './rules/work.ts';
import { sidefileChart } from './sidefile.ts';
import {
  epochOf,
  type Found,
  isWeak,
  recordOf,
  type SiteConfig,
  type SiteContext,
  startingSite,
  weak,
} from './site.ts';
import { othersOf } from './words.ts';

/**
 * A site as one value: which role chart drives it, where its charts stand, and what it knows.
 * Plain data: two equal sites are equal as text.
 */
export interface Site {
  readonly role: 'primary' | 'mirror';
  readonly state: StateValue;
  readonly sidefile: StateValue;
  readonly context: SiteContext;
}

export type StateValue = string | { readonly [region: string]: StateValue };

export interface Step {
  readonly site: Site;
  readonly effects: readonly Effect[];
  /** What the charts did, in order. Use: coverage. */
  readonly moves: readonly ChartMove[];
}

/** A step under way. */
interface Done {
  readonly effects: Effect[];
  readonly moves: ChartMove[];
}

/** A chart that does not know an event, or names an action nobody wrote: our bug, never the world's. */
export class StepError extends Error {
  override readonly name = 'StepError';
}

/** A site as it starts from what its disk gave back. Perform the effects before any session opens. */
export function boot(config: SiteConfig, found: Found): Step {
  const context = startingSite(config, found);
  const site: Site = {
    role: 'mirror',
    state: { role: 'following', update: 'idle' },
    sidefile: 'roomy',
    context,
  };
  if (isWeak(config, 'role-survives-restart') && recordOf(context)?.primary === config.site) {
    const standing: Site = {
      ...site,
      role: 'primary',
      state: { service: 'collecting', first: 'down', second: 'down' },
      context: { ...context, stands: true },
    };
    return settle(standing);
  }
  const redo: Effect[] =
    found.header.consistency.kind === 'staged' ? [{ type: 'applyStage' }] : [{ type: 'dropStage' }];
  const carried = settle({ ...site, context: withAsked(context, redo) });
  return { ...carried, effects: [...redo, ...carried.effects] };
}

const storageEvents = new Set([
  'stored',
  'persisted',
  'applied',
  'flushed',
  'exported',
  'exportRefused',
]);

/** One event, and all that follows from it at this site. The only place where charts move. */
export function step(before: Site, told: SiteEvent): Step {
  const done: Done = { effects: [], moves: [] };
  const event = isCutRefused(before.context, told) ? ({ type: 'storage.failed' } as const) : told;
  let site = withContext(before, withAnswer(before.context, event));
  if (isStopped(site) || isStale(site.context, event)) return { site, ...done };
  const fault = faultIn(site.context, event);
  if (fault.length > 0) return { site, ...done, effects: fault };
  const chartEvent = frameOf(event);
  if (event.type === 'timeout' && event.timer === 'idle') {
    return settle(stepSidefile(site, chartEvent, done), done);
  }
  if (storageEvents.has(event.type)) site = stepSidefile(site, chartEvent, done);
  return settle(stepRole(site, chartEvent, done), done);
}

/** A site whose disk failed says and does nothing more, whatever it hears. */
export const isStopped = (site: Site): boolean =>
  typeof site.state === 'object' && site.state.role === 'stopped';

/** Frames of another session than the present one are of the past: dropped. */
function isStale(site: SiteContext, event: SiteEvent): boolean {
  if (event.type !== 'received') return false;
  const { session } = site.peers[event.from];
  if (session === 0 || (session !== event.session && !weak(site, 'old-session'))) return true;
  return isOfAnother(site, event.message);
}

/**
 * Did a mirror say this of another epoch? It is no answer to what its primary asks in this one. With a summary of a newer
 * one it is heard all the same: the primary is left behind.
 */
const isOfAnother = (site: SiteContext, message: Message): boolean =>
  isSaidByMirror(message) &&
  (message.type === 'stageCommitted'
    ? message.epoch < epochOf(site)
    : message.epoch !== epochOf(site)) &&
  !weak(site, 'answers-of-any-epoch');

/** Nothing is taken of a message that cannot be. Among broken sites anything is possible. */
function faultIn(site: SiteContext, event: SiteEvent): readonly Effect[] {
  if (event.type !== 'received' || site.config.weakness !== null) return [];
  const { from, session, message } = event;
  const reason = faultOf(site, from, message);
  if (reason === null) return [];
  const report = { kind: 'distrusted', peer: from, message: message.type, reason } as const;
  return [
    { type: 'report', event: report },
    { type: 'endSession', peer: from, session },
  ];
}

function frameOf(event: SiteEvent): ChartEvent {
  if (event.type !== 'received') return event;
  const { from, session, message } = event;
  return { type: message.type, from, session, message } as ChartEvent;
}

/** What follows of itself: the primary serves and sends, the sidefile applies, settles, retires. */
function settle(start: Site, done: Done = { effects: [], moves: [] }): Step {
  let site = start;
  if (site.role === 'primary') site = stepRole(site, { type: 'carryOn' }, done);
  if (hasWork(site.context)) site = stepSidefile(site, { type: 'carryOn' }, done);
  return { site: withContext(site, withAsked(site.context, done.effects)), ...done };
}

const withContext = (site: Site, context: SiteContext): Site =>
  context === site.context ? site : { ...site, context };

function stepRole(site: Site, event: ChartEvent, done: Done): Site {
  const chart = site.role === 'primary' ? primaryChart : mirrorChart;
  const { value, context, become } = run(chart, site.state, site.context, event, done);
  const next: Site = { role: site.role, state: value, sidefile: site.sidefile, context };
  if (become === null) return next;
  const swapped: Site = { ...next, role: become.chart, state: openingOf(become) };
  return stepRole(swapped, { type: 'entered' }, done);
}

/** Where a chart stands when it takes over from the other. */
function openingOf({ chart, state }: Become): StateValue {
  return chart === 'mirror'
    ? { role: state, update: 'idle' }
    : { service: state, first: 'down', second: 'down' };
}

function stepSidefile(site: Site, event: ChartEvent, done: Done): Site {
  const { value, context } = run(sidefileChart, site.sidefile, site.context, event, done);
  return { role: site.role, state: site.state, sidefile: value, context };
}

/**
 * XState's `transition` builds a new actor for each call, which costs more than the transition.
 * Our charts never look at their actor, so one that does nothing serves them all.
 */
const actor = createActor(createMachine({}));
const nothing = () => {};
/** Hears of each microstep of the transition under way: one at a time, so one scope serves all. */
let inspect: (seen: Inspected) => void = nothing;
const scope = {
  self: actor,
  id: actor.id,
  sessionId: actor.sessionId,
  system: { ...actor.system, _sendInspectionEvent: (seen: Inspected) => inspect(seen) },
  logger: nothing,
  defer: nothing,
  stopChild: nothing,
  emit: nothing,
  actionExecutor: perform,
};

/** What XState tells its inspectors of each microstep. */
interface Inspected {
  readonly _transitions?: readonly AnyTransitionDefinition[];
}

interface Action {
  readonly type: string;
  readonly exec?: (info: unknown, params: unknown) => void;
  readonly info: unknown;
  readonly params?: unknown;
}

type Chart = typeof primaryChart | typeof mirrorChart | typeof sidefileChart;

function run(
  chart: Chart,
  value: StateValue,
  context: SiteContext,
  event: ChartEvent,
  done: Done,
): { value: StateValue; context: SiteContext; become: Become | null } {
  // biome-ignore lint/suspicious/noExplicitAny: one loop for three charts of unlike types
  const machine = chart as any;
  const reaction: Reaction = { site: context, effects: done.effects, become: null };
  const before = { ...placeOf(machine, value), context: reaction };
  const taken: AnyTransitionDefinition[] = [];
  let seen = context;
  let isUnsettled = false;
  inspect = ({ _transitions = [] }) => {
    taken.push(..._transitions);
    isUnsettled = _transitions.length > 0 && seen !== reaction.site;
    seen = reaction.site;
  };
  let after = machine.transition(before, event, scope);
  // XState looks for what follows of itself until a snapshot stays the same, and does not see ours change.
  for (let round = 0; isUnsettled && isSpontaneous(taken.at(-1)!); round++) {
    if (round === roundsMax) throw new StepError(`chart ${machine.id} turns in circles`);
    after = machine.transition(after, still, scope);
  }
  done.moves.push({ before, event: event.type, taken, after });
  if (taken.every(({ eventType }) => eventType !== event.type)) {
    throw new StepError(
      `chart ${machine.id} in ${JSON.stringify(value)} does not know the event ${event.type}`,
    );
  }
  return { value: after.value, context: reaction.site, become: reaction.become };
}

/** No chart has so many things that follow of themselves, one after the other. */
const roundsMax = 1000;

/** No chart knows it: what is taken at it follows of itself. */
const still = { type: 'still' };

const isSpontaneous = ({ eventType }: AnyTransitionDefinition): boolean => eventType === '';

/** Acts at once, in the order of the actions: guards of what follows see what was done. */
function perform({ type, exec, info, params }: Action): void {
  if (exec === undefined)
    throw new StepError(`a chart names the action ${type}, which nobody wrote`);
  exec(info, params);
}

/**
 * Snapshots by chart and where it stands: working out which states a value stands for costs as much as a
 * transition. Known by the value a snapshot gave out itself, else by its text.
 */
const places = new Map<Chart, Map<StateValue, ChartMove['before']>>();

// biome-ignore lint/suspicious/noExplicitAny: as in `run`
function placeOf(machine: any, value: StateValue): ChartMove['before'] {
  const known = places.get(machine) ?? new Map<StateValue, ChartMove['before']>();
  places.set(machine, known);
  return known.get(value) ?? placeNamed(known, machine, value);
}

function placeNamed(
  known: Map<StateValue, ChartMove['before']>,
  // biome-ignore lint/suspicious/noExplicitAny: as in `run`
  machine: any,
  value: StateValue,
): ChartMove['before'] {
  const name = JSON.stringify(value);
  const before = known.get(name);
  if (before !== undefined) return before;
  const place = machine.resolveState({ value, context: {} });
  known.set(name, place).set(place.value, place);
  return place;
}

/** The bounded waits that run while a site is in this state. */
export function timersOf(site: Site): readonly Timer[] {
  const waits = mayCarry(site.context) || mayApply(site.context);
  const idle = waits ? (['idle'] as const) : [];
  return [...idle, ...roleTimersOf(site)];
}

function roleTimersOf(site: Site): readonly Timer[] {
  const { context } = site;
  if (site.role === 'primary') {
    const timers: Timer[] = [];
    const { service } = site.state as { readonly service: string };
    if (service === 'pausing' || needsRecord(context)) timers.push('patience');
    const suspended = othersOf(context.config.site).some(
      (other) =>
        context.peers[other].phase === 'suspended' &&
        context.peers[other].session !== 0 &&
        !context.header.halted.includes(other),
    );
    if (suspended) timers.push('retry');
    return timers;
  }
  const { role } = site.state as { readonly role: string };
  switch (role) {
    case 'following': {
      const waits = !hearsPrimary(context) && context.header.history.length > 0;
      return waits && isConnected(context) ? ['election'] : [];
    }
    case 'probing':
    case 'proposing':
    case 'blocked':
    case 'promised':
      return ['election'];
    default:
      return [];
  }
}
