import type { Node } from '../../models/node.ts';
import { differenceOf } from './difference.ts';
import type { Equivalence } from './equivalence.ts';
import { exceeds } from './outlook.ts';
import { answeredSteps, innerSteps, type Reached, type Told, toldSteps } from './site-steps.ts';

/** How hard an explanation of a line is looked for. */
export interface Effort {
  /** States of a site that are kept after a line. */
  readonly kept: number;
  /** Silent steps taken beyond the fewest that explain a line. */
  readonly beyond: number;
  /** States looked at for one line, before silent steps end. */
  readonly looked: number;
}

export interface Explained {
  /** States the site may be in after the line; none: nothing was found that explains it. */
  readonly kept: readonly Node[];
  /** Were states left out, here or on the silent ways to here? */
  readonly isCut: boolean;
  /** States that were looked at. */
  readonly looked: number;
  /** What could be seen in place of the line. */
  readonly others: readonly Reached[];
}

/** Silent steps of states, remembered: a line that is hard to explain is looked at again and again. */
export class SilentSteps {
  readonly equivalence: Equivalence;
  private readonly steps = new Map<number, readonly Reached[]>();

  constructor(equivalence: Equivalence) {
    this.equivalence = equivalence;
  }

  of(node: Node, told: Told): readonly Reached[] {
    const number = this.equivalence.of(node);
    let steps = this.steps.get(number);
    if (steps === undefined) {
      if (this.steps.size >= rememberedMost) this.steps.clear();
      steps = innerSteps(node);
      this.steps.set(number, steps);
    }
    const answered = answeredSteps(node, told);
    return answered.length === 0 ? steps : [...steps, ...answered];
  }

  /** A disk that works on undisturbed, in the order it was asked, until it has nothing to do or something is seen. */
  toRest(start: Node, told: Told): Node[] {
    const passed: Node[] = [];
    if (told.event?.type === 'start') return passed;
    for (let node = start; passed.length < inTurnMost; ) {
      const next = this.of(node, told)[0];
      const { ring, rest } = node.disk;
      if (ring.length + rest.length === 0 || next === undefined || next.seen.length > 0) break;
      node = next.node;
      passed.push(node);
    }
    return passed;
  }
}

const rememberedMost = 20_000;
const inTurnMost = 20;

/** The states after a line, by as few silent steps before it as will do, and some more. */
export function explained(
  before: readonly Node[],
  told: Told,
  effort: Effort,
  silent: SilentSteps,
): Explained {
  const { equivalence } = silent;
  const search = new Search(told, equivalence);
  // A line of something inside is seen at the end of a silent step: one step more than a line with an event.
  let more = told.event === null ? effort.beyond - 1 : effort.beyond;
  let level = search.fresh([...before, ...before.flatMap((node) => silent.toRest(node, told))]);
  let isCut = false;
  while (level.length > 0) {
    if (told.event !== null) search.keep(level.flatMap((node) => toldSteps(node, told)));
    if (told.event?.type === 'start') break;
    isCut = search.kept.size > 0 && more-- <= 0;
    if (isCut) break;
    const steps = level.flatMap((node) => silent.of(node, told));
    if (told.event === null) search.keep(steps.filter(({ seen }) => seen.length > 0));
    level = search.fresh(steps.filter(({ seen }) => seen.length === 0).map(({ node }) => node));
    isCut = level.length > 0 && search.looked.size > effort.looked;
    if (isCut) break;
  }
  const all = [...search.kept.values()];
  const kept = spread(all, effort.kept, equivalence);
  const { size } = search.looked;
  return { kept, isCut: isCut || kept.length < all.length, looked: size, others: search.others };
}

class Search {
  readonly looked = new Set<number>();
  readonly kept = new Map<number, Node>();
  readonly others: Reached[] = [];
  private readonly told: Told;
  private readonly equivalence: Equivalence;

  constructor(told: Told, equivalence: Equivalence) {
    this.told = told;
    this.equivalence = equivalence;
  }

  /** Those that were not looked at before, and may come to what the site tells later. */
  fresh(nodes: readonly Node[]): Node[] {
    return nodes.filter((node) => {
      if (exceeds(node, this.told.bounds)) return false;
      const before = this.looked.size;
      return this.looked.add(this.equivalence.of(node)).size > before;
    });
  }

  /** Keeps where steps lead that show what the line says. */
  keep(steps: readonly Reached[]): void {
    for (const step of steps) {
      const isTold = differenceOf(step.seen, this.told.seen) === null;
      if (isTold && !exceeds(step.node, this.told.later)) {
        this.kept.set(this.equivalence.of(step.node), step.node);
      } else if (this.others.length < othersMost) this.others.push(step);
    }
  }
}

const othersMost = 200;

/** At most so many of them, as unlike each other as can be: the first, and always the one furthest from all before. */
export function spread(
  nodes: readonly Node[],
  most: number,
  equivalence: Equivalence,
): readonly Node[] {
  if (nodes.length <= most) return nodes;
  const far = nodes.map(() => Number.POSITIVE_INFINITY);
  const chosen: Node[] = [];
  for (let at = 0; chosen.length < most; at = furthest(far)) {
    chosen.push(nodes[at]!);
    for (const [index, node] of nodes.entries()) {
      if (far[index]! > 0)
        far[index] = Math.min(far[index]!, equivalence.distance(node, nodes[at]!));
    }
  }
  return chosen;
}

function furthest(far: readonly number[]): number {
  let at = 0;
  for (let index = 1; index < far.length; index++) if (far[index]! > far[at]!) at = index;
  return at;
}
