import type { Change, Step } from './counterexample.ts';
import { canonicalText } from './plain.ts';
import type { Happening, Space } from './space.ts';

/** Finds again what happened between worlds: traces are not stored, only worlds and who found them. */
export class Tracer {
  private readonly space: Space;

  constructor(space: Space) {
    this.space = space;
  }

  /** The steps along worlds that each follow from the one before. */
  steps(path: readonly Int32Array[]): readonly Step[] {
    const steps: Step[] = [this.start(path[0]!)];
    for (let index = 1; index < path.length; index++) {
      steps.push(this.step(index, path[index - 1]!, path[index]!));
    }
    return steps;
  }

  private start(world: Int32Array): Step {
    const values = this.values(world);
    return { number: 0, action: 'start', fault: false, happened: [], changes: [], world: values };
  }

  private step(number: number, before: Int32Array, after: Int32Array): Step {
    let found: { move: number; happened: readonly Happening[] } | null = null;
    this.space.explain(before, (next, move, _, happened) => {
      if (found === null && sameWorld(next, after)) found = { move, happened: [...happened] };
    });
    if (found === null)
      throw new Error(`no action leads to step ${number}: the space changed its mind`);
    const { move, happened } = found as { move: number; happened: readonly Happening[] };
    const { name, fault } = this.space.moveClass(move);
    const from = this.values(before);
    const to = this.values(after);
    return { number, action: name, fault, happened, changes: changes(from, to), world: to };
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
      changes(before[key], after[key], path === '' ? key : `${path}.${key}`),
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
