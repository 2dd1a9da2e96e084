import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { attacked } from '../../models/attacked-mutants.ts';
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

test('every statement that was attacked names weaknesses that are caught, or says why there is none', () => {
  const shown = new Set(mutants.map(({ name }) => name));
  expect(attacked.length).toBe(28);
  for (const { statement, mutants: names, note } of attacked) {
    expect(names.length > 0 || note !== undefined, statement).toBe(true);
    for (const name of names) expect(shown, `${statement}: ${name}`).toContain(name);
  }
});

test('names of worlds and of weaknesses are their own', () => {
  for (const names of [instances, mutants].map((list) => list.map(({ name }) => name))) {
    expect(names.length).toBe(new Set(names).size);
  }
});

test('whatever the machines can be made weak in is listed', async () => {
  const listed = new Set([...mutants, ...unshown].flatMap(({ name }) => name.split('+')));
  const named = new Set<string>();
  for (const file of await readdir('models', { recursive: true })) {
    if (!file.endsWith('.ts')) continue;
    const text = await readFile(`models/${file}`, 'utf8');
    for (const [, name] of text.matchAll(/\b(?:weak|isWeak|broken)\([^()']*'([a-z-]+)'/g)) {
      named.add(name!);
    }
  }
  expect(named.size).toBeGreaterThan(60);
  expect([...named].filter((name) => !listed.has(name))).toEqual([]);
});
