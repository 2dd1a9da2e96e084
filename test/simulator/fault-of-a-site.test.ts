import { expect, test, vi } from 'vitest';
import type * as Core from '../../models/step.ts';
import { run } from '../../src/simulator/run.ts';
import { scenarioOf } from '../../src/simulator/scenario.ts';

const broken = vi.hoisted(() => ({ isOn: false }));

/** The sync mirror's core, once, in the middle of the writes, does not know what it hears. */
vi.mock('../../models/step.ts', async (original) => {
  const core = await original<typeof Core>();
  const step: typeof core.step = (site, event) => {
    const isSync = site.context.config.site === 1 && site.context.log.newest > 3;
    if (broken.isOn && isSync && event.type === 'received') {
      broken.isOn = false;
      throw new Error('it does not know this');
    }
    return core.step(site, event);
  };
  return { ...core, step };
});

test('a site that ends by a fault of its own is a violation, though it is started again and all is level', async () => {
  const scenario = scenarioOf({ seed: 3, media: 'budget' });
  expect((await run(scenario)).violations).toEqual([]);
  broken.isOn = true;
  const { violations } = await run(scenario);
  expect(violations).toEqual([
    { rule: 'fault', sentence: 'site 1 stopped by a fault of its own: it does not know this' },
  ]);
  expect(broken.isOn).toBe(false);
});
