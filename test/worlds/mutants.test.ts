import { expect, test } from 'vitest';
import { instances } from '../../models/instances.ts';
import { mutants, unshown } from '../../models/mutants.ts';
import { propertiesOf } from '../../models/properties.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';

/** Each rule that is taken away is missed: by the expected statement, in the world that is named. */
for (const { name, rule, breaks, instances: worlds } of mutants) {
  test(`${rule} without it (${name}): ${breaks.join(' or ')} is violated`, async () => {
    const bounds = instances.find((instance) => instance.name === worlds[0])!;
    const broken = { ...bounds, config: { ...bounds.config, weakness: name } };
    const verdict = await checkModel(worldOf(broken, propertiesOf(bounds)), {
      statesMax: 1_500_000,
    });
    const missed = verdict.properties
      .filter(({ outcome }) => outcome === 'violated' || outcome === 'never reached')
      .map((property) => property.rule);
    expect(['safety', 'liveness', 'coverage']).toContain(verdict.kind);
    expect(missed.some((statement) => breaks.includes(statement))).toBe(true);
  });
}

test('no weakness is both shown and listed as not shown', () => {
  const shown = new Set(mutants.map(({ name }) => name));
  expect(unshown.filter(({ name }) => shown.has(name))).toEqual([]);
});
