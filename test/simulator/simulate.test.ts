import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/simulator/run.ts';
import { scenarioOf } from '../../src/simulator/scenario.ts';
import { shrink } from '../../src/simulator/shrink.ts';
import { replay, reproductionOf, simulate, simulateMany } from '../../src/simulator/simulate.ts';

describe('simulated runs', () => {
  it('a handful of seeds, memory and files: every promise kept, and they come to rest', async () => {
    const report = await simulateMany({ seeds: 8, from: 500 });
    expect(report.failures.map((failure) => reproductionOf(failure))).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(200);
  });

  it('one seed is one run: the same steps, the same acknowledgements, the same trace', async () => {
    const scenario = scenarioOf({ seed: 21 });
    const [one, other] = [await run(scenario, true), await run(scenario, true)];
    expect(other.timeline).toEqual(one.timeline);
    expect(other.acknowledged).toBe(one.acknowledged);
    expect(one.steps).toBeGreaterThan(100);
  });

  it('what happened is counted: faults, verdicts, states, answers', async () => {
    const { counts } = await simulateMany({ seeds: 5, from: 700, media: 'sound' });
    const names = [...counts.keys()];
    for (const wanted of [
      'fault crash, power',
      'verdict delta',
      'reason sidefile covers',
      'host done',
    ]) {
      expect(names).toContain(wanted);
    }
    expect(
      names.some(
        (name) => name.includes('becomePrimary') || name.startsWith('mirror.role.recording always'),
      ),
    ).toBe(true);
  });
});

describe('a scenario file', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sidefile-replay-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('runs again as the seed it was made of', async () => {
    const path = join(directory, 'scenario.json');
    await writeFile(path, JSON.stringify(scenarioOf({ seed: 5 })));
    const [again, first] = [await replay(path), await simulate({ seed: 5 })];
    expect(again.steps).toBe(first.steps);
  });

  it('is refused with its name when it is none', async () => {
    const path = join(directory, 'other.json');
    await writeFile(path, '{"faults": 3}');
    await expect(replay(path)).rejects.toMatchObject({ code: 'refused' });
    await expect(replay(path)).rejects.toThrow('other.json');
  });

  it('may be of a volume of one block: hosts ask for no other', async () => {
    const path = join(directory, 'small.json');
    await writeFile(path, JSON.stringify({ ...scenarioOf({ seed: 5 }), volumes: [1], faults: [] }));
    expect((await replay(path, { bridge: true })).violations).toEqual([]);
  });

  it.each([
    ['truncated', (text: string) => text.slice(0, 100), 'no JSON'],
    ['nothing', () => 'null', 'scenario is null, expected an object'],
    ['no policies', (text: string) => text.replace('"policies"', '"polices"'), 'policies'],
    ['another storage', (text: string) => text.replace('"memory"', '"tape"'), '"tape"'],
    [
      'a fault of no kind',
      (text: string) => text.replace(/"kind":"\w+"/, '"kind":"flood"'),
      'flood',
    ],
    ['a site too many', (text: string) => text.replace(/"(site|from)":\d/, '"$1":7'), '7'],
    ['lanes', (text: string) => text.replace(/"lanes":\d/, '"lanes":1000'), '1..16'],
    [
      'a weakness of no rule',
      (text: string) => text.replace('"weakness":null', '"weakness":"x"'),
      '"x"',
    ],
    ['a fault without its file', rotten({ site: 1 }), 'faults[0].file is nothing'],
    ['a fault without its site', rotten({ file: 'volume' }), 'faults[0].site is nothing'],
    ['lists without end', () => '['.repeat(200_000) + ']'.repeat(200_000), 'too deep'],
    ['a file that is too long', () => ' '.repeat(1 << 25), 'longer than 16777216 bytes'],
  ])('is refused with what is wrong in it: %s', async (_, broken, named) => {
    const path = join(directory, 'broken.json');
    const whole = JSON.stringify(scenarioOf({ seed: 5, storage: 'memory' }));
    await writeFile(path, broken(whole));
    await expect(replay(path)).rejects.toMatchObject({ code: 'refused' });
    await expect(replay(path)).rejects.toThrow(named);
  });
});

function rotten(told: object): (text: string) => string {
  const rot = { kind: 'rot', at: 1, lasts: 0, ...told };
  return (text) => JSON.stringify({ ...JSON.parse(text), faults: [rot] });
}

/** Flaws that random runs must find, and a seed of each that does. */
describe('the checkers see', () => {
  it.each([
    ['commit-before-own-flush', 'S1'],
    ['acknowledge-before-flush', 'S1'],
    ['retire-without-bits', 'S5'],
    ['update-misses-new-writes', 'S6'],
  ])('%s', async (weakness, rule) => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 12 && !seen.has(rule); seed++) {
      const { violations } = await simulate({ seed, weakness, media: 'sound' });
      for (const violation of violations) seen.add(violation.rule);
    }
    expect([...seen]).toContain(rule);
  });

  it('a failing scenario shrinks to fewer faults that break the same rule', async () => {
    const scenario = scenarioOf({ seed: 2, weakness: 'commit-before-own-flush', media: 'sound' });
    const small = await shrink(scenario);
    expect(small.faults.length).toBeLessThan(scenario.faults.length);
    expect(small.length).toBeLessThan(scenario.length);
    const [whole, part] = [await run(scenario), await run(small)];
    expect([whole, part].map(({ violations }) => violations[0]?.rule)).toEqual(['S1', 'S1']);
  });
});
