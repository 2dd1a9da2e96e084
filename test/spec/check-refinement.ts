// `npm run spec:refine`: each transition of the worlds of the default set is a behaviour of the abstract
// protocol. `npm run spec:refine -- takeover ring` looks at these only; `--causes` tells what each event
// of the machines is in the abstract protocol.

import { type Refinement, refinement } from '../../models/abstract/refinement.ts';
import { instances } from '../../models/instances.ts';
import { defaultSet } from '../../models/sets.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';

const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const tellsCauses = process.argv.includes('--causes');

for (const name of asked.length > 0 ? asked : defaultSet) {
  const bounds = instances.find((instance) => instance.name === name);
  if (!bounds) throw new Error(`there is no world ${name}: npx sidefile check --list`);
  const begun = performance.now();
  const refined = refinement();
  const { states, generated, kind } = await checkModel(worldOf(bounds, [refined.property]));
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const fine = kind === 'exhausted' && refined.failures.length === 0;
  const counts = `${states} worlds, ${generated} transitions, ${refined.pairs()} different`;
  console.log(
    `${fine ? 'ok  ' : 'FAIL'} ${name} refines the abstract protocol: ${counts} (${seconds} s)`,
  );
  if (!fine) process.exitCode = 1;
  for (const { action, unexplained } of refined.failures.slice(0, 1)) {
    console.log(`     ${unexplained.rules.join(' or ')}: ${unexplained.why}, at "${action}"`);
    for (const difference of unexplained.differs) console.log(`     ${difference}`);
  }
  if (tellsCauses) tell(refined);
}

function tell({ causes }: Refinement): void {
  for (const [cause, seen] of [...causes].sort()) {
    console.log(`     ${cause}`);
    const often = [...seen].sort(([, one], [, other]) => other - one).slice(0, 5);
    for (const [steps, count] of often) console.log(`       ${count} times: ${steps}`);
  }
}
