import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type { EffectType } from './effect.ts';
import type { Message } from './message.ts';
import { mirrorChart } from './mirror.ts';
import type { Verdict } from './plan.ts';
import { primaryChart } from './primary.ts';
import { sidefileChart } from './sidefile.ts';

/** What a chart did at one event: the transitions of its regions, those without an event included. */
export interface ChartMove {
  readonly before: { readonly _nodes: readonly AnyStateNode[] };
  readonly event: string;
  readonly taken: readonly AnyTransitionDefinition[];
  readonly after: { readonly _nodes: readonly AnyStateNode[] };
}

/** Something that the worlds should show at least once. `mark` is what a step reports when it happens. */
export interface Coverable {
  readonly kind: 'transition' | 'guard' | 'verdict' | 'effect';
  readonly mark: string;
}

/** A transition's name: where it is, on what, if what, and where it leads. */
export function transitionMark({
  eventType,
  guard,
  source,
  target,
}: AnyTransitionDefinition): string {
  const to = target === undefined ? 'itself' : target.map(({ id }) => id).join(', ');
  const on = eventType === '' ? 'always' : `on ${eventType}`;
  return `${source.id} ${on}${guardText(guard)} to ${to}`;
}

function guardText(guard: AnyTransitionDefinition['guard']): string {
  if (guard === undefined || typeof guard === 'function') return '';
  const { type, params } = guard as { type?: string; params?: unknown };
  const named = typeof guard === 'string' ? guard : type;
  return ` if ${named}${params === undefined ? '' : ` ${JSON.stringify(params)}`}`;
}

const declined = (definition: AnyTransitionDefinition): string =>
  `${transitionMark(definition)}: declined`;

/** All that this chart can show. A transition without guard that does nothing only says that its event may come. */
export function coverablesOf(chart: AnyStateMachine): readonly Coverable[] {
  const found: Coverable[] = [];
  for (const node of nodesOf(chart.root)) {
    for (const definition of [...[...node.transitions.values()].flat(), ...(node.always ?? [])]) {
      if (definition.guard !== undefined) {
        found.push({ kind: 'guard', mark: declined(definition) });
      } else if (definition.target === undefined && definition.actions.length === 0) continue;
      found.push({ kind: 'transition', mark: transitionMark(definition) });
    }
  }
  return found;
}

export function nodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap((child) => nodesOf(child as AnyStateNode))];
}

/** The marks of one move: what was taken, and every guard that was asked and said no. */
export function marksOf({ before, event, taken, after }: ChartMove): string[] {
  const marks = taken.map(transitionMark);
  for (const node of before._nodes) {
    const offered = node.transitions.get(event);
    if (offered !== undefined) marks.push(...noes(node, offered, taken));
  }
  for (const node of after._nodes) {
    for (const definition of node.always ?? []) marks.push(declined(definition));
  }
  return marks;
}

/** A node is asked where no state within it answered; then guard after guard, until one says yes. */
function noes(
  node: AnyStateNode,
  offered: readonly AnyTransitionDefinition[],
  taken: readonly AnyTransitionDefinition[],
): string[] {
  const answer = offered.findIndex((definition) => taken.includes(definition));
  if (answer < 0 && taken.some(({ source }) => isWithin(source, node))) return [];
  const asked = answer < 0 ? offered : offered.slice(0, answer);
  return asked.filter(({ guard }) => guard !== undefined).map(declined);
}

function isWithin(inner: AnyStateNode, outer: AnyStateNode): boolean {
  for (let node = inner.parent; node !== undefined; node = node.parent) {
    if (node === outer) return true;
  }
  return false;
}

/** Lists of what types name, complete by their type. */
const verdicts = Object.keys({
  none: true,
  delta: true,
  folded: true,
  bitmap: true,
  'compare-blocks': true,
} satisfies Record<Verdict, true>);

const messages = Object.keys({
  probe: true,
  probed: true,
  propose: true,
  promise: true,
  refused: true,
  record: true,
  recordStored: true,
  write: true,
  advance: true,
  acknowledged: true,
  notice: true,
  noticed: true,
  ask: true,
  evidence: true,
  fetch: true,
  fetched: true,
  gone: true,
  stageBegin: true,
  stageReady: true,
  sums: true,
  sumsDiffer: true,
  blocks: true,
  blocksStored: true,
  stageRefused: true,
  stageCommit: true,
  stageCommitted: true,
  hold: true,
  held: true,
  lend: true,
  lent: true,
  release: true,
} satisfies Record<Message['type'], true>);

/**
 * Not endSession: sites of a world say nothing that cannot be, or the world is in error (node.ts), and of a session
 * that one end gave up for another reason the other end hears by `renewals` (faults.ts).
 */
const effects = Object.keys({
  store: true,
  persist: true,
  apply: true,
  flush: true,
  retire: true,
  export: true,
  stage: true,
  flushStage: true,
  applyStage: true,
  dropStage: true,
  compare: true,
  take: true,
  overwrite: true,
  answer: true,
  read: true,
  stop: true,
} satisfies Record<Exclude<EffectType, 'send' | 'report' | 'endSession'>, true>);

/** All that the charts, the plan and their effects can show. A refusing plan is reported as `refused`. */
export const coverables: readonly Coverable[] = [
  ...[primaryChart, mirrorChart, sidefileChart].flatMap((chart) => coverablesOf(chart)),
  ...verdicts.map((verdict) => ({ kind: 'verdict', mark: `verdict ${verdict}` }) as const),
  { kind: 'verdict', mark: 'report refused' },
  ...effects.map((mark) => ({ kind: 'effect', mark }) as const),
  ...messages.map((message) => ({ kind: 'effect', mark: `send ${message}` }) as const),
];
