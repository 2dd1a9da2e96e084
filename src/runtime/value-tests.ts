import { waitMost } from './clock.ts';
import { shown } from './shown.ts';

/** What a value given by a user may be: null, or what is wrong with it and what is allowed. */

export type Fault = string | null;
export type Test = (value: unknown) => Fault;
export type Tests<Options> = { readonly [Name in keyof Options]-?: Test };

export const whole =
  (least: number, most: number): Test =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
      ? null
      : `no whole number within ${least}..${most}`;

export const time =
  (least: 'from 0' | 'above 0'): Test =>
  (value) => {
    const isTime = typeof value === 'number' && value <= waitMost;
    const isIn = isTime && (least === 'from 0' ? value >= 0 : value > 0);
    return isIn ? null : `no number of milliseconds ${least} to ${waitMost}`;
  };

export const oneOf =
  (...names: readonly unknown[]): Test =>
  (value) =>
    names.includes(value) ? null : `none of ${names.join(', ')}`;

export const withFunctions =
  (...names: readonly string[]): Test =>
  (value) => {
    const given = (value ?? {}) as Readonly<Record<string, unknown>>;
    const missing = names.find((name) => typeof given[name] !== 'function');
    return missing === undefined ? null : `nothing with the function ${missing}`;
  };

export const aFunction: Test = (value) => (typeof value === 'function' ? null : 'no function');

/** Each of an object's fields, which all must be known; one that is undefined is not given. */
export const within =
  (tests: Readonly<Record<string, Test>>): Test =>
  (value) => {
    if (typeof value !== 'object' || value === null) return 'no object';
    for (const [name, chosen] of Object.entries(value)) {
      const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
      if (test === undefined) return `with ${name}: known are ${Object.keys(tests).join(', ')}`;
      const fault = chosen === undefined ? null : test(chosen);
      if (fault !== null) return `with ${name} ${shown(chosen)}: ${fault}`;
    }
    return null;
  };
