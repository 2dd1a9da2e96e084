import { describe, expect, it } from 'vitest';
import type { Composition, EventuallyProperty, Model } from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';
import type { Counterexample } from '../../src/checker/counterexample.ts';
import type { Verdict } from '../../src/checker/verdict.ts';
import { follow } from './follow.ts';
import {
  brokenAfter,
  isAllowed,
  isTrue,
  type Naive,
  naiveComposition,
  naiveModel,
} from './naive.ts';
import { lawful, naiveFailure } from './naive-liveness.ts';
import { randomComposition, randomModel } from './random-subjects.ts';

/** What a checker without any art says of a subject: kind, rule, how many states it saw, and how long the way to what is wrong. */
interface Expected {
  readonly kind: Verdict['kind'];
  readonly rules: readonly string[];
  readonly states: number;
  readonly steps: number | null;
}

function expected(naive: Naive, { properties }: Pick<Composition, 'properties'>): Expected {
  const ways = properties.map(
    (property) => brokenAfter(naive, property) ?? Number.POSITIVE_INFINITY,
  );
  const shortest = Math.min(...ways);
  if (shortest < Number.POSITIVE_INFINITY) {
    const broken = properties.filter((_, at) => ways[at] === shortest);
    // The level in which it is found is finished.
    const seenTo = Math.min(
      ...properties.map(({ kind }, at) => (kind === 'ends' ? ways[at]! + 1 : ways[at]!)),
    );
    const states = naive.depths.filter((depth) => depth <= seenTo).length;
    const kinds = new Set(broken.map(({ kind }) => (kind === 'ends' ? 'deadlock' : 'safety')));
    const kind = kinds.size === 1 ? [...kinds][0]! : 'safety';
    return { kind, rules: broken.map(({ rule }) => rule), states, steps: shortest };
  }
  const states = naive.keys.length;
  if (properties.length === 0) return { kind: 'incomplete', rules: [], states, steps: null };
  for (const property of properties) {
    if (property.kind !== 'eventually') continue;
    const { kind, within } = naiveFailure(naive, property);
    if (kind === 'holds') continue;
    const isShort = kind === 'doomed' && property.from === 'anywhere';
    const steps = isShort ? Math.min(...[...within].map((world) => naive.depths[world]!)) : null;
    return { kind: 'liveness', rules: [property.rule], states, steps };
  }
  const holes = properties.filter(
    (property) =>
      property.kind === 'sometimes' &&
      [...naive.keys.keys()].every((world) => !isTrue(naive, property, world)),
  );
  return { kind: holes.length > 0 ? 'coverage' : 'exhausted', rules: [], states, steps: null };
}

function compare(naive: Naive, subject: Composition | Model<unknown>, verdict: Verdict): void {
  const { kind, rules, states, steps } = expected(naive, subject);
  const { counterexample } = verdict;
  expect({ kind: verdict.kind, states: verdict.states }).toEqual({ kind, states });
  if (kind === 'exhausted' || kind === 'coverage' || kind === 'liveness') {
    const actions = naive.steps.reduce((sum, { length }) => sum + length, 0);
    const starts = 'components' in subject ? 1 : subject.initial.length;
    expect(verdict.generated).toBe(actions + starts);
    expect(verdict.depth).toBe(Math.max(...naive.depths));
  }
  if (counterexample === null) return expect(rules).toEqual([]);
  expect(rules).toContain(counterexample.rule);
  if (steps !== null) expect(counterexample.steps.length - 1).toBe(steps);
  const property = subject.properties.find(({ rule }) => rule === counterexample.rule)!;
  const path = follow(naive, subject, counterexample);
  if (property.kind === 'eventually') expectFailure(naive, property, counterexample, path);
  if (property.kind === 'transition') {
    const { action, fault } = counterexample.steps.at(-1)!;
    const last = naive.steps[path.at(-2)!]!.filter(
      ({ name, to, ...step }) => to === path.at(-1) && name === action && step.fault === fault,
    );
    expect(last.every((step) => isAllowed(naive, property, path.at(-2)!, step))).toBe(false);
  }
}

/** A point of no return is one; a loop is fair, lawful and never at its goal. */
function expectFailure(
  naive: Naive,
  property: EventuallyProperty,
  { loopFrom, steps }: Counterexample,
  path: readonly number[],
): void {
  const { kind, within } = naiveFailure(naive, property);
  if (loopFrom === null) {
    expect(kind).toBe('doomed');
    expect(within).toContain(path.at(-1));
    return;
  }
  expect(kind).toBe('lasso');
  const loop = path.slice(loopFrom);
  expect(loop.length).toBeGreaterThan(1);
  expect(loop.at(-1)).toBe(loop[0]);
  expect(loop.every((world) => within.has(world))).toBe(true);
  const made = steps.slice(loopFrom + 1);
  expect(made.filter(({ fault }) => fault)).toEqual([]);
  const { fairness } = property;
  if (fairness === 'none') return;
  const taken = new Set(
    loop.slice(1).flatMap((to, at) =>
      lawful(naive, loop[at]!)
        .filter((step) => step.to === to && step.name === made[at]!.action)
        .map(({ group }) => group),
    ),
  );
  const offered = loop.map((world) => new Set(lawful(naive, world).map(({ group }) => group)));
  const owed = [...new Set(offered.flatMap((groups) => [...groups]))].filter((group) =>
    fairness === 'strong' ? true : offered.every((groups) => groups.has(group)),
  );
  expect(owed.filter((group) => !taken.has(group))).toEqual([]);
}

const seeds = Array.from({ length: 100 }, (_, seed) => seed);
const met = new Set<string>();

function note({ counterexample, kind }: Verdict): void {
  met.add(counterexample === null || kind !== 'liveness' ? kind : `${kind} ${counterexample.rule}`);
  if (counterexample !== null && counterexample.loopFrom !== null) met.add('lasso');
}

describe('subjects made at random: the same verdicts, counts and lengths as a checker without any art', () => {
  it.each(seeds)('composition %i', async (seed) => {
    const subject = randomComposition(seed);
    const naive = naiveComposition(subject);
    if (naive === null) return;
    const verdict = await checkModel(subject);
    note(verdict);
    compare(naive, subject, verdict);
  });

  it.each(seeds)('model %i', async (seed) => {
    const subject = randomModel(seed) as Model<unknown>;
    const verdict = await checkModel(subject);
    note(verdict);
    compare(naiveModel(subject)!, subject, verdict);
  });

  it.each([0, 3, 29, 53])('two workers say the same of composition and model %i', async (seed) => {
    for (const name of ['randomComposition', 'randomModel']) {
      const module = './test/checker/random-subjects.ts';
      const source = { module, export: name, arguments: [seed] };
      const [one, two] = [
        await checkModel(source),
        await checkModel(source, { workers: 2, aloneUntil: 0 }),
      ];
      const told = ({ counterexample, kind, states }: Verdict) => ({
        kind,
        states,
        steps: counterexample?.loopFrom === null ? counterexample.steps.length : null,
      });
      expect(told(two)).toEqual(told(one));
    }
  });

  it('among them are all kinds of verdicts', () => {
    const kinds = ['exhausted', 'deadlock', 'safety', 'coverage', 'lasso'];
    const fairnesses = [0, 1, 2, 3].map((at) => `liveness L-${at}`);
    expect([...met]).toEqual(expect.arrayContaining([...kinds, ...fairnesses]));
  });
});
