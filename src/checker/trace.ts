import { ownOf } from '../../models/own.ts';
import type { Change, Step } from './counterexample.ts';
import { canonicalText } from './plain.ts';
import type { Happening, Space } from './space.ts';

interface Found {
  readonly next: Int32Array;
  readonly move: number;
  readonly happened: readonly Happening[];
}

/** Finds again what happened between worlds: traces are not stored, only worlds and who found them. */
export class Tracer {
  private readonly space: Space;

  constructor(space: Space) {
    this.space = space;
  }

  /**
   * The steps along worlds that each follow from the one before. Several actions may lead from one world to the next; `suits`
   * says which of them may be shown as that step.
   */
  steps(
    path: readonly Int32Array[],
    suits: (move: number, step: number) => boolean = () => true,
  ): readonly Step[] {
    const steps: Step[] = [this.start(path[0]!)];
    let world = path[0]!;
    for (let index = 1; index < path.length; index++) {
      const isSuited = (move: number) => suits(move, index);
      const { next, step } = this.step(index, world, path[index]!, isSuited);
      steps.push(step);
      world = next;
    }
    return steps;
  }

  private start(world: Int32Array): Step {
    const values = this.values(world);
    return { number: 0, action: 'start', fault: false, happened: [], changes: [], world: values };
  }

  /** From a world to the one that `after` stands for; of several actions the first. */
  private step(
    number: number,
    before: Int32Array,
    after: Int32Array,
    suits: (move: number) => boolean,
  ) {
    let found: Found | null = null;
    this.space.explain(before, (next, move, _, happened) => {
      if (found !== null || !suits(move)) return;
      if (sameWorld(next, after) || sameWorld(this.space.representative(next), after)) {
        found = { next: next.slice(), move, happened: [...happened] };
      }
    });
    if (found === null)
      throw new Error(`no action leads to step ${number}: the space changed its mind`);
    const { move, happened, next } = found as Found;
    const { name, fault } = this.space.moveClass(move);
    const from = this.values(before);
    const to = this.values(next);
    const changed = changes(from, to);
    const step: Step = { number, action: name, fault, happened, changes: changed, world: to };
    return { next, step };
  }

  private values(world: Int32Array): Record<string, unknown> {
    const whole = this.space.whole(world);
    const named = typeof whole === 'object' && whole !== null;
    return (named ? whole : { state: whole }) as Record<string, unknown>;
  }
}

export function sameWorld(left: Int32Array, right: Int32Array): boolean {
  const length = Math.max(left.length, right.length);
  for (let slot = 0; slot < length; slot++) {
    if ((left[slot] ?? 0) !== (right[slot] ?? 0)) return false;
  }
  return true;
}

/** The differences between two plain values, as deep as they go. */
export function changes(before: unknown, after: unknown, path = ''): readonly Change[] {
  if (isObject(before) && isObject(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) =>
      changes(ownOf(before, key), ownOf(after, key), path === '' ? key : `${path}.${key}`),
    );
  }
  if (textOf(before) === textOf(after)) return [];
  return [{ path, before, after }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
  return value === undefined ? '' : canonicalText(value, '');
}
