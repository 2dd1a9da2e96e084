import { Chance } from './chance.ts';
import { Broken, Checks } from './check.ts';
import type { Line } from './events.ts';
import { drawLasting, last } from './lasting.ts';
import { comeToRest, writeOn } from './rest.ts';
import { drawLine, drawSetup, drawTemper } from './schedule.ts';
import type { Setup } from './setup.ts';
import { World } from './world.ts';

export interface Ended {
  readonly setup: Setup;
  /** What happened, without what was not possible. */
  readonly lines: readonly Line[];
  /** The property that does not hold, or the error thrown; null: all is well. */
  readonly rule: string | null;
  readonly sentence: string;
  readonly marks: ReadonlyMap<string, number>;
}

/**
 * One seed: a setup, a temper, a run under faults, and the rest that is owed afterwards; before that, what is owed
 * while as many things as `count` says stay broken; null: nothing is asked of that.
 */
export function runSeed(
  seed: number,
  weakness: string | null = null,
  count: number | null = null,
): Ended {
  const chance = new Chance(seed);
  const drawn = drawSetup(chance);
  const setup = { ...drawn, config: { ...drawn.config, weakness } };
  const temper = drawTemper(chance);
  const lasting = count === null ? {} : { lasting: drawLasting(new Chance(-seed), count) };
  let drawnLines = 0;
  return run({ ...setup, ...lasting }, (world) =>
    drawnLines++ < temper.lines ? drawLine(chance, world, temper) : null,
  );
}

/** The same lines again. */
export function replay(setup: Setup, lines: readonly Line[]): Ended {
  let index = 0;
  return run(setup, () => lines[index++] ?? null);
}

function run(setup: Setup, next: (world: World) => Line | null): Ended {
  const lines: Line[] = [];
  const world = new World(setup);
  const checks = new Checks();
  const ended = (rule: string | null, sentence: string): Ended => ({
    setup,
    lines,
    rule,
    sentence,
    marks: world.marks,
  });
  try {
    for (let line = next(world); line !== null; line = next(world)) {
      lines.push(line);
      if (!world.apply(line)) lines.pop();
      checks.check(world);
    }
    if (setup.lasting) last(world, checks, setup.lasting);
    comeToRest(world, checks);
    writeOn(world, checks);
  } catch (error) {
    if (error instanceof Broken) return ended(error.rule, error.message);
    const { name, message, stack } = error as Error;
    return ended(name, `${message} ${stack?.split('\n').slice(1, 4).join(' ')}`);
  }
  return ended(null, '');
}
