import type { RuleId } from '../../spec/rules.ts';

/** Which runs of the real runtime are compared with the abstract protocol, and what cannot be. */

/** `npm test` looks at these seeds of the simulator, as `npx sidefile simulate` runs them: enough to see that all is in place. */
export const firstSeed = 101;
export const seedsInTest = 4;

/** `npm run spec:refine`, in CI too, asks the same of so many, these among them. */
export const seedsInAll = 120;

/**
 * Steps that are excused if nothing explains them, and why. All else that media do, also unlimited ones, is
 * explained: lost entries, older copies, sites that come back empty, disks that fail.
 */
export const excusable: ReadonlyMap<string, string> = new Map([
  [
    'disk lies',
    'what a disk gives back that lied about it is no step of any protocol, unless it looks like a lost entry or an older copy; the run goes on from there',
  ],
]);

/** Mutants that a run of this seed tells, by this rule. */
export const toldByRuns: readonly (readonly [mutant: string, seed: number, rule: RuleId])[] = [
  ['answer-when-stored', 1, 'HOST-20'],
  ['acknowledge-before-flush', 1, 'MIRROR-10'],
  ['commit-before-own-flush', 1, 'PRIMARY-20'],
  ['commit-by-maximum', 5, 'PRIMARY-20'],
  ['leave-without-record', 7, 'PRIMARY-20'],
  ['promise-before-durable', 1, 'EPOCH-30'],
  ['number-used-twice', 1, 'EPOCH-20'],
  ['role-survives-restart', 1, 'EPOCH-40'],
  ['serve-unconfirmed', 1, 'EPOCH-80'],
];
