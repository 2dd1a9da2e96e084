import { parentPort } from 'node:worker_threads';
import type { Watching } from './followed.ts';
import type { ScenarioOptions } from './scenario.ts';
import { simulate, summaryOf } from './simulate.ts';

// One thread of a crew: a scenario in, its summary out.
parentPort!.on('message', async (options: ScenarioOptions & Watching) => {
  parentPort!.postMessage(summaryOf(await simulate(options)));
});
