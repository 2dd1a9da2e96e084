import { expect } from 'vitest';
import type { Composition, Model } from '../../models/model.ts';
import type { Counterexample } from '../../src/checker/counterexample.ts';
import { keyOf } from './brute-force.ts';
import { type Naive, sorted } from './naive.ts';

/** The numbers of the worlds along a counterexample; each step must be one that can happen. */
export function follow(
  naive: Naive,
  subject: Composition | Model<unknown>,
  { steps }: Counterexample,
): readonly number[] {
  const path = steps.map(({ world }) => naive.keys.indexOf(textOf(subject, world)));
  expect(path[0]).toBeGreaterThanOrEqual(0);
  expect(path[0]).toBeLessThan(naive.initials);
  for (const [at, { action, fault }] of steps.entries()) {
    if (at === 0) continue;
    const possible = naive.steps[path[at - 1]!]!.filter(({ to }) => to === path[at]);
    expect(possible.map((step) => `${step.name} ${step.fault}`)).toContain(`${action} ${fault}`);
  }
  return path;
}

function textOf(
  subject: Composition | Model<unknown>,
  world: Readonly<Record<string, unknown>>,
): string {
  if (!('components' in subject)) return keyOf(world);
  const channels = Object.keys(subject.channels ?? {});
  const lists = Object.fromEntries(channels.map((name) => [name, world[name] as unknown[]]));
  return keyOf({
    ...world,
    ...sorted(subject, { states: {}, channels: lists, budgets: {} }).channels,
  });
}
