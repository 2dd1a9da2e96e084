import { describe, expect, it } from 'vitest';
import { always, type Model } from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';
import type { Subject } from '../../src/checker/source.ts';
import { exitCode } from '../../src/checker/verdict.ts';
import { follow } from './follow.ts';
import { counter, type Wrong } from './models/wrong.ts';
import { isAllowed, isTrue, type Naive, naiveComposition } from './naive.ts';

const walks = { count: 50, stepsMax: 40, seed: 7 };

describe('random walks end with what is wrong, and a run that can be made again', () => {
  const answers: readonly [Wrong, kind: string, code: number, rule: string][] = [
    ['safety', 'safety', 12, 'W-SAFETY'],
    ['transition', 'safety', 12, 'W-STEP'],
    ['change', 'safety', 12, 'W-CHANGE'],
    ['deadlock', 'deadlock', 11, 'W-END'],
  ];
  for (const [wrong, kind, code, rule] of answers) {
    it(`${wrong}: ${kind}, exit ${code}`, async () => {
      const subject = counter(wrong);
      const verdict = await checkModel(subject, { walks });
      const expected = { kind, mode: 'random walk', exhaustive: false, partial: null };
      expect(verdict).toMatchObject({ ...expected, counterexample: { rule } });
      expect(exitCode(verdict)).toBe(code);
      const outcomes = verdict.properties.map((property) => property.outcome);
      expect(outcomes).toEqual(['not decided', 'violated']);
      const naive = naiveComposition(subject)!;
      const path = follow(naive, subject, verdict.counterexample!);
      expect(isBroken(naive, subject, rule, path)).toBe(true);
      const again = await checkModel(subject, { walks });
      expect(again.counterexample).toEqual(verdict.counterexample);
    });
  }

  const open: readonly Wrong[] = ['none', 'coverage', 'lasso', 'doomed'];
  it.each(open)('what no walk can tell is not decided: %s', async (wrong) => {
    const verdict = await checkModel(counter(wrong), { walks });
    expect(verdict).toMatchObject({ kind: 'incomplete', counterexample: null });
    expect(exitCode(verdict)).toBe(23);
    const outcomes = verdict.properties.map((property) => property.outcome);
    expect(new Set(outcomes)).toEqual(new Set(['not decided']));
  });

  it('nothing is walked on from what is wrong', async () => {
    const expanded: number[] = [];
    const line: Model<{ n: number }> = {
      name: 'line',
      initial: [{ n: 0 }],
      actions: ({ n }) => {
        expanded.push(n);
        return [['on', { n: n + 1 }] as const];
      },
      properties: [always('L-1', 'it is below five', ['n'], (n: number) => n < 5)],
    };
    const verdict = await checkModel(line as Subject, { walks });
    expect(verdict.counterexample!.steps).toHaveLength(6);
    expect(Math.max(...expanded)).toBe(4);
  });

  it('nor from a start that is wrong, however it is visited', async () => {
    const source = { module: './test/checker/models/wrong-start.ts', export: 'wrongStart' };
    for (const options of [{ walks }, {}, { workers: 2, aloneUntil: 0 }]) {
      const verdict = await checkModel(source, options);
      expect([verdict.kind, exitCode(verdict), verdict.depth]).toEqual(['safety', 12, 0]);
      expect(verdict.counterexample!.steps.map(({ world }) => world)).toEqual([{ state: 0 }]);
    }
  });
});

/** Is it broken at the end of the path, and nowhere before? */
function isBroken(
  naive: Naive,
  { properties }: Pick<ReturnType<typeof counter>, 'properties'>,
  rule: string,
  path: readonly number[],
): boolean {
  const property = properties.find((one) => one.rule === rule)!;
  const last = path.at(-1)!;
  switch (property.kind) {
    case 'always':
      return path.every((world) => isTrue(naive, property, world) === (world !== last));
    case 'ends':
      return naive.steps[last]!.every(({ fault }) => fault) && !isTrue(naive, property, last);
    case 'transition':
      return naive.steps[path.at(-2)!]!.some(
        (step) => step.to === last && !isAllowed(naive, property, path.at(-2)!, step),
      );
    default:
      return false;
  }
}
