import { describe, expect, it } from 'vitest';
import { run } from '../../src/simulator/run.ts';
import { scenarioOf } from '../../src/simulator/scenario.ts';
import { Bridge } from '../../src/trace/bridge.ts';

/** Runs of the real runtime are paths of the world: what the checker proves is about the code that runs. */
describe('every simulated run is a path of the world', () => {
  for (const storage of ['memory', 'file'] as const) {
    it.each([1, 2, 3, 4, 5])(`${storage}, seed %i`, async (seed) => {
      const bridge = new Bridge();
      const report = await run(scenarioOf({ seed, storage }), false, bridge);
      expect(bridge.refused).toBeNull();
      expect(bridge.steps).toBe(report.steps + bridge.told);
      expect(bridge.steps).toBeGreaterThan(100);
    });
  }

  it('seed 852: a full disk answers for blocks of a stage that was dropped meanwhile', async () => {
    const bridge = new Bridge();
    await run(scenarioOf({ seed: 852, storage: 'memory', media: 'unlimited' }), false, bridge);
    expect(bridge.refused).toBeNull();
  });
});
