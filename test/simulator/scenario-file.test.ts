import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Scenario, scenarioOf } from '../../src/simulator/scenario.ts';
import { readScenario } from '../../src/simulator/scenario-file.ts';

describe('a scenario in a file', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sidefile-scenario-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const read = async (changed: object) => {
    const path = join(directory, 'scenario.json');
    await writeFile(path, JSON.stringify({ ...scenarioOf({ seed: 5 }), ...changed }));
    return readScenario(path);
  };

  it('that was drawn is one', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const scenario: Scenario = scenarioOf({ seed });
      expect(await read(scenario)).toEqual(scenario);
    }
  });

  /** Larger ones ran for ever, or out of memory, which was told as a violation. */
  it.each([
    [{ seed: 1.5 }, 'scenario.seed is 1.5, expected a whole number from 1 on'],
    [{ seed: 2 ** 53 }, 'scenario.seed is 9007199254740992, expected a whole number from 1 on'],
    [{ volumes: [10_000_000] }, 'scenario.volumes[0] is 10000000, expected a number up to 65536'],
    [
      { volumes: [65_536, 1] },
      'scenario.volumes, all of them, is 65537, expected a number up to 65536',
    ],
    [{ volumes: 'x' }, 'scenario.volumes is "x", expected a list'],
    [
      { blocksPerWriteMax: 60_000 },
      'scenario.blocksPerWriteMax is 60000, expected a number up to 64',
    ],
    [
      { sidefile: { capacity: 2 ** 31 } },
      'scenario.sidefile.capacity is 2147483648, expected a number up to 65536',
    ],
    [{ diskMost: 1e300 }, 'scenario.diskMost is 1e+300, expected a number up to 1000'],
    [{ farMost: -1 }, 'scenario.farMost is -1, expected a number from 0 on'],
    [{ outstanding: 1e9 }, 'scenario.outstanding is 1000000000, expected a number up to 1024'],
    [{ length: 1e12 }, 'scenario.length is 1000000000000, expected a number up to 100000'],
    [
      { faults: [{ kind: 'leap', at: 1, lasts: 1e9, by: 1 }] },
      'scenario.faults[0].lasts is 1000000000, expected a number up to 1000000',
    ],
  ])('is refused with %j, naming the value and what is allowed', async (changed, told) => {
    await expect(read(changed)).rejects.toMatchObject({
      code: 'refused',
      message: `${join(directory, 'scenario.json')} is no scenario: ${told}`,
    });
  });

  it('that cannot be read is named', async () => {
    for (const path of [directory, join(directory, 'none')]) {
      await expect(readScenario(path)).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringMatching(`^${path} is no scenario: E[A-Z]+: `),
      });
    }
  });
});
