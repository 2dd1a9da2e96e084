import { beforeEach, describe, expect, it } from 'vitest';
import { always, type Composition, ofParts, takenFrom } from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';
import type { Verdict } from '../../src/checker/verdict.ts';
import { asked, counters } from './models/counters.ts';

const size = 12;

beforeEach(() => Object.assign(asked, { claims: 0, reached: 0, rule: 0 }));

describe('what takes parts of values says what is said of the whole', () => {
  it('of all worlds', async () => {
    const whole = await checkModel(counters(size, false));
    expect(whole).toMatchObject({ kind: 'exhausted', states: size * size });
    // What a rule answers is asked for twice at first, and of one in 64 later; in the end some of all is, twice.
    // Each claim is given copies in four worlds, besides: does it write to them?
    expect(asked).toMatchObject({
      claims: size * size + 2 * 4 + 4,
      rule: size * size + 64 + 2 + 2 * 32,
    });
    Object.assign(asked, { claims: 0, reached: 0, rule: 0 });
    const byParts = await checkModel(counters(size, true));
    expect(factsOf(byParts)).toEqual(factsOf(whole));
    expect(asked).toEqual({ claims: 4 + 2 * 4 + 4, reached: 2 + 2 + 4, rule: 4 + 4 + 2 * 4 });
  });

  it('of a claim that does not hold', async () => {
    const whole = await checkModel(counters(size, false, false));
    expect(whole).toMatchObject({ kind: 'safety', counterexample: { rule: 'C-1' } });
    expect(factsOf(await checkModel(counters(size, true, false)))).toEqual(factsOf(whole));
  });

  it('in two threads', async () => {
    for (const claimed of [true, false]) {
      const one = await checkModel(counters(size, true, claimed));
      const source = {
        module: './test/checker/models/counters.ts',
        export: 'counters',
        arguments: [size, true, claimed],
      };
      const two = await checkModel(source, { workers: 2, aloneUntil: 0 });
      expect(two.workers).toBe(2);
      expect(factsOf(two)).toEqual(factsOf(one));
    }
  });
});

describe('parts that cannot be are refused', () => {
  const world = counters(2, true);
  const code = (changed: Partial<Composition>) =>
    checkModel({ ...world, ...changed }).catch(({ code }) => code);
  const claim = always('C-3', 'holds', ['a'], () => true);

  it('of what is not read', async () => {
    expect(await code({ properties: [ofParts(claim, { b: () => 0 })] })).toBe('unknown-name');
    const rule = { ...world.joint![0]!, reads: ['a'] };
    expect(await code({ joint: [rule] })).toBe('unknown-name');
  });

  it('that are no plain data', async () => {
    const properties = [ofParts(claim, { a: () => new Date(0) })];
    expect(await code({ properties })).toBe('not-plain-data');
    const rule = { ...world.joint![0]!, parts: { a: () => undefined } };
    expect(await code({ joint: [rule] })).toBe('not-plain-data');
  });

  it('that throw', async () => {
    const take = () => {
      throw new Error('no');
    };
    expect(await code({ properties: [ofParts(claim, { a: take })] })).toBe('property-threw');
    expect(await code({ joint: [{ ...world.joint![0]!, parts: { a: take } }] })).toBe(
      'component-threw',
    );
  });

  it('that are no functions by name', async () => {
    const parts = ['a'] as never;
    expect(await code({ properties: [{ ...claim, parts }] })).toBe('no-model');
  });
});

it('what a predicate takes is known outside of a check too', () => {
  const claim = always('C-4', 'holds', ['a', 'b'], () => true);
  const values = [{ value: 1 }, { value: 2 }];
  const take = ({ value }: { value: number }) => value;
  expect(takenFrom(claim, values)).toEqual(values);
  expect(takenFrom(ofParts(claim, { b: take }), values)).toEqual([{ value: 1 }, 2]);
});

function factsOf({ counterexample, depth, generated, kind, properties, states }: Verdict) {
  return { depth, generated, kind, properties, states, steps: counterexample?.steps.length };
}
