import { readFile } from 'node:fs/promises';
import { describe, expect, it, test } from 'vitest';
import { defaultSet } from '../../models/sets.ts';
import { checkModel } from '../../src/checker/api.ts';
import { worldNamed } from '../../src/cli/protocol-worlds.ts';
import { guardsPage, type KeptGuards, nameOf, whyOf } from './guards-page.ts';
import { unnoticedGuards } from './unnoticed-guards.ts';
import { toldBy, type WrongGuard, whileWrong, wrongGuards } from './wrong-guards.ts';

/** What a world of the default set says when one guard of a chart answers the same whatever it is asked. */
const wrong = [
  { chart: 'mirror', guard: 'isDurable', says: 'always yes', world: 'disks', kind: 'coverage' },
  { chart: 'mirror', guard: 'saysYes', says: 'always yes', world: 'flap', kind: 'safety' },
  { chart: 'mirror', guard: 'isCurrent', says: 'always no', world: 'takeover', kind: 'coverage' },
  { chart: 'primary', guard: 'mayServe', says: 'always no', world: 'takeover', kind: 'coverage' },
] as const;

describe('a wrong guard in a chart makes the default set red', () => {
  for (const { kind, world, ...one } of wrong) {
    it(`${nameOf(one)} says ${one.says}; ${world} shows it`, async () => {
      expect(defaultSet).toContain(world);
      const verdict = await whileWrong(one, () => checkModel(worldNamed(world)));
      expect([verdict.kind, verdict.exhaustive]).toEqual([kind, kind === 'coverage']);
    });
  }
});

test('a guard that makes a chart turn in circles ends in an error', async () => {
  const circling = { chart: 'mirror', guard: 'isHeldThere', says: 'always yes' } as const;
  const told = await toldBy(circling, { world: 'late-loan', states: Number.NaN });
  expect(told.how).toBe('error');
});

const kept = JSON.parse(await readFile('docs/wrong-guards.json', 'utf8')) as KeptGuards;

/** Of each guard the case that is told soonest; the whole is `npm run check:deep -- guards`. */
const sample = [...new Set(kept.cases.map(nameOf))].flatMap((name) => {
  const told = kept.cases.filter(
    ({ how }) => how === 'statement' || how === 'never reached' || how === 'deadlock',
  );
  const [soonest] = told
    .filter((one) => nameOf(one) === name && one.states <= 1000)
    .sort((one, other) => one.states - other.states);
  return soonest === undefined ? [] : [soonest];
});

describe('every guard: told as docs/wrong-guards.md says', () => {
  for (const one of sample) {
    test(`${nameOf(one)} says ${one.says}; ${one.world} shows it`, async () => {
      expect(defaultSet).toContain(one.world);
      const told = await toldBy(one, { world: one.world, states: Number.NaN });
      expect({ how: told.how, what: told.what }).toEqual({ how: one.how, what: one.what });
    });
  }
});

test('each guard of the charts was made wrong in three ways, and what is told by nothing has a reason', async () => {
  const key = ({ chart, guard, says }: WrongGuard) => `${chart}.${guard} says ${says}`;
  expect(kept.cases.map(key)).toEqual(wrongGuards.map(key));
  const silent = kept.cases.filter(({ how }) => how === null);
  expect(silent.filter((one) => whyOf(one) === undefined).map(key)).toEqual([]);
  expect(unnoticedGuards.length).toBe(silent.length);
  expect(await readFile('docs/wrong-guards.md', 'utf8')).toBe(guardsPage(kept));
});
