import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** A chart as its pictures need it: what can be drawn, and nothing of what only runs. */
export interface Outline {
  readonly name: string;
  readonly regions: readonly Region[];
  /** What is done in every state of every region. */
  readonly reactions: readonly Reaction[];
}

/** One group of states of which exactly one is true. */
export interface Region {
  /** Empty: the chart has one region only. */
  readonly name: string;
  /** How many regions of the chart look like this one (a leg for each mirror). */
  readonly copies: number;
  readonly initial: string;
  readonly states: readonly State[];
  readonly edges: readonly Edge[];
  /** What is done without leaving the state, by state; `from` null: in each of them. */
  readonly reactions: readonly Reaction[];
}

export interface State {
  readonly name: string;
  readonly description: string;
  readonly final: boolean;
  readonly entry: readonly string[];
}

export interface Edge {
  /** Null: from every state of the region. */
  readonly from: string | null;
  readonly to: string;
  /** Sorted as written in the chart; parallel transitions are one edge. */
  readonly causes: readonly Cause[];
}

/** Why a transition is taken. */
export interface Cause {
  /** Empty: by itself, as soon as the guard allows. */
  readonly event: string;
  readonly guard: string;
  readonly actions: readonly string[];
}

export interface Reaction extends Cause {
  readonly from: string | null;
}

/** Guards that only say which leg is meant: every transition of a leg has one. */
const selfEvident = new Set(['isLeg']);

export function outlineOf(machine: AnyStateMachine): Outline {
  const { root } = machine;
  const parallel = root.type === 'parallel';
  const regions = parallel ? childrenOf(root) : [root];
  return {
    name: root.key,
    regions: withoutTwins(regions.map((node) => regionOf(node, parallel))),
    reactions: parallel ? reactionsOf(moves(root, null)) : [],
  };
}

function regionOf(node: AnyStateNode, named: boolean): Region {
  const above = node.parent === undefined ? [] : moves(node.parent, null);
  const own = [
    ...moves(node, null),
    ...childrenOf(node).flatMap((child) => moves(child, child.key)),
  ];
  const states = childrenOf(node);
  return {
    name: named ? node.key : '',
    copies: 1,
    initial: node.initial.target[0]!.key,
    states: states.map(({ key, description, type, entry }) => ({
      name: key,
      description: description ?? '',
      final: type === 'final',
      entry: entry.map(nameOf),
    })),
    edges: merged(
      gathered(
        [...above, ...own].filter(({ to }) => to?.parent === node),
        states.length,
      ),
    ),
    reactions: reactionsOf(own),
  };
}

interface Move {
  readonly from: string | null;
  readonly to: AnyStateNode | null;
  readonly cause: Cause;
}

/** The transitions written at a node; what is ignored on purpose is left out. */
function moves(node: AnyStateNode, from: string | null): Move[] {
  const written = [...node.transitions.values(), node.always ?? []];
  return written.flatMap((choices) =>
    choices.flatMap((choice, index): Move[] => {
      const { eventType, actions, target } = choice;
      const guard = guardOf(choice.guard);
      const cause = {
        event: eventType,
        guard: guard === '' && index > 0 ? 'otherwise' : guard,
        actions: actions.map(nameOf),
      };
      if (target !== undefined) return target.map((to) => ({ from, to, cause }));
      return actions.length > 0 ? [{ from, to: null, cause }] : [];
    }),
  );
}

const reactionsOf = (found: readonly Move[]): Reaction[] =>
  found.flatMap(({ from, to, cause }) => (to === null ? [{ from, ...cause }] : []));

function guardOf(guard: unknown): string {
  if (guard === undefined) return '';
  const name = nameOf(guard);
  return selfEvident.has(name) ? '' : name;
}

function nameOf(named: unknown): string {
  if (typeof named === 'string') return named;
  return String((named as { readonly type: string }).type);
}

/** What leads from each other state to the same one is told once. */
function gathered(found: readonly Move[], states: number): Move[] {
  const sources = new Map<string, number>();
  const keyOf = ({ to, cause }: Move) => `${to?.key} ${JSON.stringify(cause)}`;
  for (const move of found) sources.set(keyOf(move), (sources.get(keyOf(move)) ?? 0) + 1);
  const told = new Set<string>();
  return found.flatMap((move) => {
    const key = keyOf(move);
    if (states < 3 || sources.get(key)! < states - 1) return [move];
    if (told.has(key)) return [];
    told.add(key);
    return [{ ...move, from: null }];
  });
}

function merged(found: readonly Move[]): Edge[] {
  const edges = new Map<string, Edge>();
  for (const { from, to, cause } of found) {
    const key = `${from} ${to!.key}`;
    edges.set(key, { from, to: to!.key, causes: [...(edges.get(key)?.causes ?? []), cause] });
  }
  return [...edges.values()];
}

/** Regions that differ in their name only are drawn once. */
function withoutTwins(regions: readonly Region[]): Region[] {
  const kinds = new Map<string, Region>();
  for (const region of regions) {
    const key = JSON.stringify({ ...region, name: '' });
    const twin = kinds.get(key);
    kinds.set(
      key,
      twin === undefined
        ? region
        : { ...twin, name: `${twin.name}, ${region.name}`, copies: twin.copies + 1 },
    );
  }
  return [...kinds.values()];
}

const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states);
