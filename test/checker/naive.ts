import type {
  Composition,
  EventuallyProperty,
  Model,
  Property,
  StateProperty,
  TransitionProperty,
} from '../../models/model.ts';
import { takenFrom } from '../../models/model.ts';
import { type Edge, edgesFrom, keyOf, startOf, valueNamed, type World } from './brute-force.ts';

/** A checker without any art: worlds as texts, sets of numbers, fixpoints. It shares nothing with the one under test. */

/** More would take it long. */
const WORLDS_MOST = 600;

export type Step = Omit<Edge, 'next'> & { readonly to: number };

/** All worlds level by level, and what can happen in each. */
export interface Naive {
  readonly keys: readonly string[];
  readonly depths: readonly number[];
  readonly steps: readonly (readonly Step[])[];
  readonly initials: number;
  /** The values a property reads in a world. */
  read(property: Property, world: number): readonly unknown[];
}

export function naiveComposition(composition: Composition): Naive | null {
  const shown = ({ budgets, channels, states }: World) => ({ ...states, ...channels, ...budgets });
  return explore(
    [startOf(composition)],
    (world) => edgesFrom(composition, world),
    (world, name) => valueNamed(world, name),
    (world) => keyOf(shown(sorted(composition, world))),
  );
}

export function naiveModel<State>(model: Model<State>): Naive | null {
  const edges = (state: State) =>
    [...model.actions(state)].map((action) => {
      const {
        fault = false,
        name,
        next,
      } = 'next' in action ? action : { name: action[0], next: action[1] };
      return { name, group: name, fault, event: null, next };
    });
  const read = (state: State, name: string) => (state as Record<string, unknown>)[name];
  return explore(model.initial, edges, read, keyOf);
}

/** Messages without an order are compared without one. */
export function sorted({ channels = {} }: Composition, world: World): World {
  const ordered = Object.entries(world.channels).map(([name, messages]) => {
    const isFifo = channels[name]!.order === 'fifo';
    return [
      name,
      isFifo
        ? messages
        : [...messages]
            .map(keyOf)
            .sort()
            .map((text) => JSON.parse(text)),
    ];
  });
  return { ...world, channels: Object.fromEntries(ordered) };
}

function explore<State>(
  initial: readonly State[],
  edges: (state: State) => readonly (Omit<Edge, 'next'> & { readonly next: State })[],
  valueIn: (state: State, name: string) => unknown,
  textOf: (state: State) => string,
): Naive | null {
  const numbers = new Map<string, number>();
  const states: State[] = [];
  const depths: number[] = [];
  const steps: Step[][] = [];
  const numberOf = (state: State, depth: number): number => {
    const key = textOf(state);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, states.length);
    depths.push(depth);
    return states.push(state) - 1;
  };
  for (const state of initial) numberOf(state, 0);
  const initials = states.length;
  for (let world = 0; world < states.length; world++) {
    if (states.length > WORLDS_MOST) return null;
    const found = edges(states[world]!);
    steps.push(
      found.map(({ next, ...step }) => ({ ...step, to: numberOf(next, depths[world]! + 1) })),
    );
  }
  const keys = [...numbers.keys()];
  const read = ({ reads }: Property, world: number): readonly unknown[] =>
    reads === null
      ? [JSON.parse(keys[world]!)]
      : reads.map((name) => valueIn(states[world]!, name));
  return { keys, depths, steps, initials, read };
}

/** The fewest steps that break a property which says what never happens; null: it holds. */
export function brokenAfter(naive: Naive, property: Property): number | null {
  const lengths = [...naive.keys.keys()].flatMap((world) => brokenIn(naive, property, world));
  return lengths.length === 0 ? null : Math.min(...lengths);
}

function brokenIn(naive: Naive, property: Property, world: number): readonly number[] {
  const depth = naive.depths[world]!;
  switch (property.kind) {
    case 'always':
      return isTrue(naive, property, world) ? [] : [depth];
    case 'ends': {
      const isDead = naive.steps[world]!.every(({ fault }) => fault);
      return isDead && !isTrue(naive, property, world) ? [depth] : [];
    }
    case 'transition':
      return naive.steps[world]!.some((step) => !isAllowed(naive, property, world, step))
        ? [depth + 1]
        : [];
    default:
      return [];
  }
}

export function isTrue(
  naive: Naive,
  property: StateProperty | EventuallyProperty,
  world: number,
): boolean {
  const values = naive.read(property, world);
  const taken = property.kind === 'eventually' ? values : takenFrom(property, values);
  return (property.predicate as (...values: unknown[]) => boolean)(...taken);
}

export function isAllowed(
  naive: Naive,
  property: TransitionProperty,
  world: number,
  { event, fault, name, to }: Step,
): boolean {
  const record = (at: number) =>
    Object.fromEntries(
      naive.read(property, at).map((value, index) => [property.reads![index], value]),
    );
  const seen = (at: number) =>
    property.sees === null ? record(at) : property.sees(record(at) as never);
  const isChange = keyOf(record(world)) !== keyOf(record(to));
  if (property.onlyChanges && !isChange) return true;
  return property.predicate(seen(world) as never, { name, fault, event }, seen(to) as never);
}
