import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { attacked } from '../../models/attacked-mutants.ts';
import { equivalents } from '../../models/hidden-mutants.ts';
import { instances } from '../../models/instances.ts';
import { mutants } from '../../models/mutants.ts';
import { graphOf } from '../../src/cli/graph-of.ts';
import { type Shown, shownBy } from '../../src/gallery/shown.ts';

const kept = JSON.parse(await readFile('docs/why-each-rule.json', 'utf8')) as Shown[];

/** Each rule that is taken away is missed: by the expected statement, in the world that is named, as the gallery shows. */
for (const mutant of mutants) {
  const { breaks, name, rule } = mutant;
  test(`${rule} without it (${name}): ${breaks.join(' or ')} is violated`, async () => {
    const shown = await shownBy(mutant);
    expect(breaks).toContain(shown?.rule);
    const { instance, steps } = kept.find((one) => one.mutant === name)!;
    expect({ instance: shown!.instance, steps: shown!.steps }).toEqual({ instance, steps });
  });
}

/** No world can tell these from the protocol: neither by a property nor by what can happen. */
for (const { name, rule, states } of equivalents) {
  test.each(Object.entries(states))(
    `${rule} without it (${name}) is the same graph in %s, %i states`,
    async (world, count) => {
      const broken = await graphOf(world, name);
      expect(broken).toEqual(await graphOf(world));
      expect(broken.fingerprint).not.toBe(null);
      expect(broken.states).toBe(count);
    },
  );
}

test('no weakness is both shown and listed as one that changes nothing', () => {
  const shown = new Set(mutants.map(({ name }) => name));
  expect(equivalents.filter(({ name }) => shown.has(name))).toEqual([]);
});

test('every statement that was attacked names weaknesses that are caught', () => {
  const shown = new Set(mutants.map(({ name }) => name));
  expect(attacked.length).toBe(28);
  for (const { statement, mutants: names } of attacked) {
    expect(names.length, statement).toBeGreaterThan(0);
    for (const name of names) expect(shown, `${statement}: ${name}`).toContain(name);
  }
});

test('names of worlds and of weaknesses are their own', () => {
  for (const names of [instances, mutants].map((list) => list.map(({ name }) => name))) {
    expect(names.length).toBe(new Set(names).size);
  }
});

test('whatever the machines can be made weak in is listed', async () => {
  const listed = new Set([...mutants, ...equivalents].flatMap(({ name }) => name.split('+')));
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
