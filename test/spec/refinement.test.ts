import { expect, test } from 'vitest';
import { refinement } from '../../models/abstract/refinement.ts';
import { instances } from '../../models/instances.ts';
import { mutants } from '../../models/mutants.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';
import {
  exhausted,
  noticed,
  noticedAs,
  STATES_IN_TEST,
  silentCauses,
  unnoticed,
} from './refined.ts';

/** Link (b): what machines do is what the abstract protocol allows. `npm run spec` exhausts more. */

const boundsOf = (name: string) => instances.find((instance) => instance.name === name)!;

for (const name of exhausted) {
  test(`${name}: each of its transitions is a behaviour of the abstract protocol`, async () => {
    const { property, failures, causes, pairs } = refinement();
    const verdict = await checkModel(worldOf(boundsOf(name), [property]));
    expect(failures.slice(0, 1)).toEqual([]);
    expect(verdict.sentence).toContain('every property holds');
    expect(pairs()).toBeGreaterThan(10);
    const silent = [...causes].filter(([, seen]) => seen.has('silent')).map(([cause]) => cause);
    expect(silent.filter((cause) => !silentCauses.has(cause))).toEqual([]);
  });
}

// Found by refinement: docs/decisions/0009-an-update-that-ends-late-says-nothing-early.md.
test('EPOCH-20, EPOCH-40: an update that ends late says nothing early', async () => {
  const { property, failures } = refinement();
  await checkModel(worldOf(boundsOf('interrupted'), [property]), { statesMax: 8_000 });
  expect(failures.slice(0, 1)).toEqual([]);
});

// Found by refinement: docs/decisions/0024-who-gave-up-its-blocks-does-not-say-that-it-holds-them.md.
test('MIRROR-10: who gave up its blocks does not say that it holds them', async () => {
  const { property, failures } = refinement();
  const { kind } = await checkModel(worldOf(boundsOf('in-place'), [property]));
  expect(failures.slice(0, 1)).toEqual([]);
  expect(kind).toBe('exhausted');
});

async function toldOf(name: string): Promise<readonly string[]> {
  const { instances: worlds } = mutants.find((mutant) => mutant.name === name)!;
  const { property, failures } = refinement();
  const bounds = boundsOf(noticed.get(name) ?? worlds[0]!);
  const broken = { ...bounds, config: { ...bounds.config, weakness: name } };
  await checkModel(worldOf(broken, [property]), { statesMax: STATES_IN_TEST });
  return failures[0]?.unexplained.rules ?? [];
}

for (const { name, rule } of mutants.filter((one) => noticed.has(one.name))) {
  test(`${rule} deleted from the charts (${name}) is no refinement, and told so`, async () => {
    expect(await toldOf(name)).toContain(rule);
  });
}

test.each([...noticedAs])('%s is no refinement, and told as %s', async (name, rule) => {
  expect(await toldOf(name)).toContain(rule);
});

test('each mutant is listed once: as noticed, as something else, or as not', () => {
  const names = mutants.map(({ name }) => name);
  const listed = [...noticed.keys(), ...noticedAs.keys(), ...unnoticed.keys()];
  expect(listed.sort()).toEqual(names.sort());
});
