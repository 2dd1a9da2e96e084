import {
  always,
  changes,
  ends,
  eventually,
  type Fairness,
  ofParts,
  type Property,
  sometimes,
  transition,
  transitionOf,
} from '../../models/model.ts';
import { keyOf } from './brute-force.ts';

/** Claims that some subjects satisfy: each is drawn from its seed, so it answers the same whenever it is asked. */

/** The same yes or no for the same text and seed; yes in so many of a hundred. */
export function drawn(seed: number, text: string, percent: number): boolean {
  return numberFrom(seed, text, 100) < percent;
}

/** From 0 to below `end`. */
export function numberFrom(seed: number, text: string, end: number): number {
  let hash = Math.imul(seed + 1, 0x9e3779b1);
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) % end;
}

/** What is read, whatever the order in which messages without one come. */
export function textOf(values: readonly unknown[]): string {
  return JSON.stringify(values.map((value) => keyOf(unordered(value ?? null))));
}

function unordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(keyOf).sort();
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unordered(part)]));
}

const fairnesses: readonly Fairness[] = ['reachable', 'weak', 'strong', 'none'];

/** A few claims about these names; some hold, some do not. `strict`: at least so many of a hundred combinations are fine. */
export function randomProperties(
  seed: number,
  names: readonly string[],
  strict: number,
): readonly Property[] {
  const some = (salt: string) => names.filter((name) => drawn(seed, `${salt} ${name}`, 45));
  const claim =
    (salt: string, percent: number) =>
    (...values: unknown[]): boolean =>
      drawn(seed, `${salt} ${textOf(values)}`, percent);
  const parity = (value: unknown) => keyOf(value ?? null).length % 2;
  const lively = drawn(seed, 'lively', 50);
  const properties: Property[] = [];
  for (const at of [0, 1, 2]) {
    const reads = some(`always ${at}`);
    const property = always(`A-${at}`, 'it is fine', reads, claim(`always ${at}`, strict));
    const first = reads[0];
    properties.push(
      at === 2 && first !== undefined ? ofParts(property, { [first]: parity }) : property,
    );
  }
  properties.push(sometimes('S-0', 'it comes', some('sometimes'), claim('sometimes', 15)));
  properties.push(ends('E-0', 'it is a fine end', some('ends'), claim('ends', strict)));
  const lawful = (
    before: unknown,
    { event, fault, name }: { event: unknown; fault: boolean; name: string },
    after: unknown,
  ) => drawn(seed, `transition ${textOf([before, event, fault, name, after])}`, strict);
  properties.push(transition('T-0', 'the step is fine', some('transition'), lawful as never));
  const images = [{ image: 'short' }, { image: 'long' }] as const;
  const sees = (read: unknown) => images[parity(read) as 0 | 1];
  properties.push(
    transitionOf('T-1', 'the step of what is seen is fine', some('seen'), sees, lawful as never),
  );
  const turns = (before: unknown, after: unknown) =>
    drawn(seed, `changes ${textOf([before, after])}`, strict);
  properties.push(changes('T-2', 'the change is fine', some('changes'), turns as never));
  for (const [at, fairness] of fairnesses.entries()) {
    const from = drawn(seed, `from ${at}`, 40) ? 'start' : 'anywhere';
    const goal = claim(`goal ${at}`, lively ? 35 : 20);
    properties.push(
      eventually(`L-${at}`, 'the goal comes', some(`goal ${at}`), goal, { fairness, from }),
    );
  }
  return properties.filter(({ rule }) => drawn(seed, `asks ${rule}`, 60));
}
