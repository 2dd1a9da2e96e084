import type { HostState } from '../host.ts';
import { type Occurred, type TransitionProperty, transition } from '../model.ts';
import { channelName, type Frame, type Node, nodeName } from '../node.ts';
import { siteIds } from '../words.ts';
import { abstractionOf, type Underway, type View } from './abstraction.ts';
import { type Explanation, explain, type Unexplained } from './explain.ts';
import { type AbstractState, textOf } from './state.ts';
import type { StepName } from './steps.ts';

const channels = siteIds.flatMap((to) =>
  siteIds
    .filter((from) => from !== to)
    .map((from) => ({ to, name: channelName(from, to) }) as const),
);

const reads = [...siteIds.map(nodeName), 'host', ...channels.map(({ name }) => name)];

/** A world of models/world.ts, as far as it is abstracted. */
export type WorldParts = Readonly<Record<string, unknown>>;

export function viewOf(world: WorldParts): View {
  const frames: Underway[] = channels.flatMap(({ to, name }) =>
    (world[name] as readonly Frame[]).map((frame) => ({ to, frame })),
  );
  const nodes = siteIds.map((site) => world[nodeName(site)] as Node);
  return { nodes: nodes as unknown as View['nodes'], host: world.host as HostState, frames };
}

/** What was seen of a world's transitions. */
export interface Refinement {
  readonly property: TransitionProperty;
  /** Pairs of different abstract states, each looked at once. */
  readonly pairs: () => number;
  /** How often each cause led to which steps; no step: it was silent. */
  readonly causes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** The first transitions that no behaviour of the abstract protocol explains. */
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly action: string;
  readonly before: AbstractState;
  readonly after: AbstractState;
  readonly unexplained: Unexplained;
}

/** Is every transition of a world a behaviour of the abstract protocol? */
export function refinement(): Refinement {
  const known = new Map<string, Explanation>();
  const causes = new Map<string, Map<string, number>>();
  const failures: Failure[] = [];
  const abstracted = remembered();
  const predicate = (before: WorldParts, action: Occurred, after: WorldParts): boolean => {
    const one = abstracted(before);
    const other = abstracted(after);
    const pair = `${one.number}>${other.number}`;
    let explanation = known.get(pair);
    if (!explanation) {
      explanation = one === other ? nothing : explain(one.state, other.state);
      known.set(pair, explanation);
      if (explanation.kind === 'unexplained') {
        const { name } = action;
        failures.push({
          action: name,
          before: one.state,
          after: other.state,
          unexplained: explanation,
        });
      }
    }
    count(causes, action, explanation);
    return explanation.kind === 'steps';
  };
  const sentence = 'every transition is a behaviour of the abstract protocol';
  const property = transition('REFINES', sentence, reads, predicate);
  return { property, pairs: () => known.size, causes, failures };
}

const nothing: Explanation = { kind: 'steps', steps: [] };

function count(
  causes: Map<string, Map<string, number>>,
  action: Occurred,
  explanation: Explanation,
): void {
  const cause = causeOf(action);
  const steps: readonly StepName[] =
    explanation.kind === 'steps' ? explanation.steps.map(({ name }) => name) : [];
  const seen = causes.get(cause) ?? new Map<string, number>();
  causes.set(cause, seen);
  const told = steps.join(', ') || 'silent';
  seen.set(told, (seen.get(told) ?? 0) + 1);
}

/** What happened, without where: the type of a frame or of disk work, or the name of a move. */
export function causeOf({ name, event }: Occurred): string {
  const frame = event as Partial<Frame> | null;
  if (frame?.type === 'frame') return frame.message!.type;
  return name.replace(/^[PSA]: /, '').replace(/^[PSA] |^link [PSA]{2} | \d+$/g, '');
}

interface Numbered {
  readonly number: number;
  readonly state: AbstractState;
}

/** Abstract states by number; equal ones are one. Each world is abstracted once. */
function remembered(): (world: WorldParts) => Numbered {
  const byText = new Map<string, Numbered>();
  const byWorld = new Map<string, Numbered>();
  const numberOf = numbers();
  return (world) => {
    const key = reads.map((name) => keyOf(world[name] as object, numberOf)).join(' ');
    const known = byWorld.get(key);
    if (known) return known;
    const state = abstractionOf(viewOf(world));
    const text = textOf(state);
    const found = byText.get(text) ?? { number: byText.size, state };
    byText.set(text, found);
    byWorld.set(key, found);
    return found;
  };
}

const keyOf = (part: object, numberOf: (part: object) => number): string =>
  Array.isArray(part) ? part.map(numberOf).join() : String(numberOf(part));

/** Parts of worlds are shared values that never change. */
function numbers(): (part: object) => number {
  const known = new WeakMap<object, number>();
  let count = 0;
  return (part) => {
    let number = known.get(part);
    if (number === undefined) {
      number = count++;
      known.set(part, number);
    }
    return number;
  };
}
