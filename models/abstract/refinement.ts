import type { HostState } from '../host.ts';
import { type Occurred, type TransitionProperty, transitionOf } from '../model.ts';
import { channelName, type Frame, type Node, nodeName } from '../node.ts';
import { siteIds } from '../words.ts';
import { abstractionOf, type Underway, type View } from './abstraction.ts';
import { type Explanation, explain, type Unexplained } from './explain.ts';
import { Hearing } from './heard.ts';
import { type AbstractState, textOf } from './state.ts';

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
  const known = new Map<number, Explained>();
  const causes = new Map<string, Map<string, number>>();
  const failures: Failure[] = [];
  const predicate = (before: Numbered, action: Occurred, after: Numbered): boolean => {
    const pair = before.number * PAIRS + after.number;
    const explained = known.get(pair) ?? first(before, action, after);
    known.set(pair, explained);
    count(causes, causeOf(action), explained.told);
    return explained.isLawful;
  };
  const first = (before: Numbered, action: Occurred, after: Numbered): Explained => {
    const explanation = before === after ? nothing : explain(before.state, after.state);
    if (explanation.kind === 'steps') {
      const told = explanation.steps.map(({ name }) => name).join(', ') || 'silent';
      return { isLawful: true, told };
    }
    failures.push(failureOf(before, action, after, explanation));
    return { isLawful: false, told: 'silent' };
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

/** What became of a pair of abstract states; `told`: the steps that lead from one to the other. */
interface Explained {
  readonly isLawful: boolean;
  readonly told: string;
}

/** Above every number of an abstract state. */
const PAIRS = 2 ** 26;

function count(causes: Map<string, Map<string, number>>, cause: string, told: string): void {
  const seen = causes.get(cause) ?? new Map<string, number>();
  causes.set(cause, seen);
  seen.set(told, (seen.get(told) ?? 0) + 1);
}

/** What happened, without where: the type of a frame or of disk work, or the name of a move. */
export function causeOf({ name, event }: Occurred): string {
  const frame = event as Partial<Frame> | null;
  if (frame?.type === 'frame') return frame.message!.type;
  const known = causesOfNames.get(name);
  if (known !== undefined) return known;
  const cause = name.replace(/^[PSA]: /, '').replace(/^[PSA] |^link [PSA]{2} | \d+$/g, '');
  causesOfNames.set(name, cause);
  return cause;
}

const causesOfNames = new Map<string, string>();

interface Numbered {
  readonly number: number;
  readonly state: AbstractState;
}

/** Abstract states by number; equal ones are one. */
function numbered(): (world: WorldParts) => Numbered {
  const hearing = new Hearing();
  const numbers = new Numbers();
  const known = new Map<string, Numbered>();
  return (world) => {
    const state = abstractionOf(viewOf(world), hearing);
    const { sites, hosts, words } = state;
    const parts = [...sites, hosts, words].map((part) => numbers.of(part)).join();
    const found = known.get(parts) ?? { number: known.size, state };
    known.set(parts, found);
    return found;
  };
}

/** Equal parts have the same number. Most are the same object in many worlds: their texts are made once. */
class Numbers {
  private readonly byPart = new WeakMap<object, number>();
  private readonly byText = new Map<string, number>();

  of(part: object): number {
    const known = this.byPart.get(part);
    if (known !== undefined) return known;
    const text = textOf(part);
    const number = this.byText.get(text) ?? this.byText.size;
    this.byText.set(text, number);
    this.byPart.set(part, number);
    return number;
  }
}
