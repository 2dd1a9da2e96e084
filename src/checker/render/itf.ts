import { ownOf } from '../../../models/own.ts';
import type { Counterexample } from '../counterexample.ts';

/** A counterexample in the Informal Trace Format, for the viewers of Apalache and Quint. `loop` marks where a lasso returns to. */
export function renderItf(counterexample: Counterexample): string {
  const { claim, loopFrom, rule, steps } = counterexample;
  // A state of a plain model may have keys that the first one lacks.
  const vars = [...new Set(steps.flatMap(({ world }) => Object.keys(world)))];
  const loop = loopFrom === null ? {} : { loop: loopFrom };
  const states = steps.map(({ action, number, world }) => ({
    '#meta': { index: number, action },
    ...Object.fromEntries(vars.map((name) => [name, itf(ownOf(world, name))])),
  }));
  return JSON.stringify(
    { '#meta': { format: 'ITF', rule, description: claim }, vars, ...loop, states },
    null,
    2,
  );
}

/** Whole numbers beyond what JSON readers keep are written as the format's big integers; fractions as text. */
function itf(value: unknown): unknown {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return String(value);
    return Number.isSafeInteger(value) ? value : { '#bigint': BigInt(value).toString() };
  }
  if (Array.isArray(value)) return value.map(itf);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, itf(inner)]));
  }
  return value ?? { '#tup': [] };
}
