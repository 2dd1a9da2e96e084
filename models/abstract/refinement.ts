import type { HostState } from '../host.ts';
import { type Occurred, type TransitionProperty, transitionOf } from '../model.ts';
import { channelName, type Frame, type Node, nodeName } from '../node.ts';
import { siteIds } from '../words.ts';
import { abstractionOf, type Underway, type View } from './abstraction.ts';
import { type Explanation, explain, type Unexplained } from './explain.ts';
import { type AbstractState, textOf, textOnce } from './state.ts';
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
  /** What each cause led to, and in how many different ways; no step: it was silent. */
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
  const predicate = (before: Numbered, action: Occurred, after: Numbered): boolean => {
    const pair = `${before.number}>${after.number}`;
    let explanation = known.get(pair);
    if (!explanation) {
      explanation = before === after ? nothing : explain(before.state, after.state);
      known.set(pair, explanation);
      if (explanation.kind === 'unexplained')
        failures.push(failureOf(before, action, after, explanation));
    }
    count(causes, action, explanation);
    return explanation.kind === 'steps';
  };
  const sentence = 'every transition is a behaviour of the abstract protocol';
  const property = transitionOf('REFINES', sentence, reads, numbered(), predicate);
  return { property, pairs: () => known.size, causes, failures };
}

const failureOf = (
  before: Numbered,
  { name: action }: Occurred,
  after: Numbered,
  unexplained: Unexplained,
): Failure => ({ action, before: before.state, after: after.state, unexplained });

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

/** Abstract states by number; equal ones are one. */
function numbered(): (world: WorldParts) => Numbered {
  const byText = new Map<string, Numbered>();
  return (world) => {
    const state = abstractionOf(viewOf(world));
    const text = textOfState(state);
    const found = byText.get(text) ?? { number: byText.size, state };
    byText.set(text, found);
    return found;
  };
}

/** Sites and hosts are remembered by nodes and hosts of worlds: their texts are made once. */
const textOfState = ({ sites, hosts, words }: AbstractState): string =>
  `${sites.map(textOnce).join()}${textOnce(hosts)}${textOf(words)}`;
