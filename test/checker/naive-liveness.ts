import type { EventuallyProperty } from '../../models/model.ts';
import { isTrue, type Naive, type Step } from './naive.ts';

/** How a goal fails to come: `doomed` worlds in which it is owed, or the worlds of which a fair run never leaves, or neither. */
export function naiveFailure(
  naive: Naive,
  property: EventuallyProperty,
): { readonly kind: 'doomed' | 'lasso' | 'holds'; readonly within: ReadonlySet<number> } {
  const all = [...naive.keys.keys()];
  const goals = new Set(all.filter((world) => isTrue(naive, property, world)));
  const owing = property.from === 'start' ? beforeGoals(naive, goals) : without(all, goals);
  const reaching = closure(goals, (set) =>
    all.filter((world) => lawful(naive, world).some(({ to }) => set.has(to))),
  );
  const doomed = [...owing].filter((world) => !reaching.has(world));
  if (doomed.length > 0) return { kind: 'doomed', within: new Set(doomed) };
  const staying = fairlyStaying(naive, owing, property.fairness);
  return { kind: staying.size > 0 ? 'lasso' : 'holds', within: staying };
}

/** Moves that liveness may rely on: no faults, and nothing that changes nothing. */
export const lawful = (naive: Naive, world: number): readonly Step[] =>
  naive.steps[world]!.filter(({ fault, to }) => !fault && to !== world);

function beforeGoals(naive: Naive, goals: ReadonlySet<number>): ReadonlySet<number> {
  const starts = without([...Array(naive.initials).keys()], goals);
  return closure(starts, (set) =>
    [...set]
      .flatMap((world) => naive.steps[world]!.map(({ to }) => to))
      .filter((to) => !goals.has(to)),
  );
}

/**
 * Worlds from which a fair endless run stays inside. Strong fairness: for some groups, the run ends up where they are never
 * possible; all others it takes for ever. Every choice of such groups is tried.
 */
function fairlyStaying(
  naive: Naive,
  inside: ReadonlySet<number>,
  fairness: EventuallyProperty['fairness'],
): ReadonlySet<number> {
  if (fairness === 'reachable') return new Set();
  const offers = (world: number) => new Set(lawful(naive, world).map(({ group }) => group));
  const groups = [...new Set([...inside].flatMap((world) => [...offers(world)]))];
  if (fairness === 'none') return stayingFor(naive, inside, [() => true]);
  if (fairness === 'weak') {
    const pays = groups.map(
      (group) => (world: number, step: Step) => step.group === group || !offers(world).has(group),
    );
    return stayingFor(naive, inside, [() => true, ...pays]);
  }
  const found = new Set<number>();
  for (let never = 0; never < 2 ** groups.length; never++) {
    const avoided = groups.filter((_, index) => (never >> index) & 1);
    const rest = [...inside].filter((world) => avoided.every((group) => !offers(world).has(group)));
    const taken = groups.filter((group) => !avoided.includes(group));
    const pays = taken.map((group) => (_: number, step: Step) => step.group === group);
    for (const world of stayingFor(naive, new Set(rest), [() => true, ...pays])) found.add(world);
  }
  return found;
}

/** The largest set from each world of which a run inside it can do each of these things again and again. */
function stayingFor(
  naive: Naive,
  inside: ReadonlySet<number>,
  again: readonly ((world: number, step: Step) => boolean)[],
): ReadonlySet<number> {
  let set = new Set(inside);
  for (let before = -1; before !== set.size; ) {
    before = set.size;
    for (const does of again) {
      const now = set;
      const steps = (world: number) => lawful(naive, world).filter(({ to }) => now.has(to));
      const doing = [...now].filter((world) => steps(world).some((step) => does(world, step)));
      const reaching = closure(new Set(doing), (soFar) =>
        [...now].filter((world) => steps(world).some(({ to }) => soFar.has(to))),
      );
      set = new Set(reaching);
    }
  }
  return set;
}

function closure(
  from: ReadonlySet<number>,
  more: (set: ReadonlySet<number>) => readonly number[],
): ReadonlySet<number> {
  const set = new Set(from);
  for (let before = -1; before !== set.size; ) {
    before = set.size;
    for (const world of more(set)) set.add(world);
  }
  return set;
}

const without = (all: readonly number[], some: ReadonlySet<number>): ReadonlySet<number> =>
  new Set(all.filter((world) => !some.has(world)));
