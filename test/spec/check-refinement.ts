// `npm run spec:refine`: each transition of the worlds of the default set is a behaviour of the abstract
// protocol. `npm run spec:refine -- takeover ring` looks at these only; `--causes` tells what each event
// of the machines is in the abstract protocol; `--deep` looks at the begins of the deep worlds. Two processes share the worlds.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Refined, refineWorld } from './refine-world.ts';
import { abstracted, abstractedInPart } from './refined.ts';

const words = process.argv.slice(2);
const tellsCauses = words.includes('--causes');
const AT_ONCE = 2;

/** Gives each child a world after the other; exit code 1 if one is no refinement. */
async function share(): Promise<void> {
  const asked = words.filter((word) => !word.startsWith('--'));
  const all: Refined[] = [];
  const begun = performance.now();
  const waiting =
    asked.length > 0 ? asked : [...(words.includes('--deep') ? abstractedInPart : abstracted)];
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, waiting.length) }, async () => {
      const child = fork(fileURLToPath(import.meta.url), words, { execArgv: process.execArgv });
      for (let name = waiting.shift(); name; name = waiting.shift()) {
        const refined = await answerOf(child, name);
        all.push(refined);
        for (const line of refined.lines) console.log(line);
        if (!refined.fine) process.exitCode = 1;
      }
      child.disconnect();
    }),
  );
  console.log(`${sumOf(all)}, in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}

function sumOf(all: readonly Refined[]): string {
  const states = all.reduce((sum, refined) => sum + refined.states, 0);
  const transitions = all.reduce((sum, refined) => sum + refined.transitions, 0);
  const fine = all.filter((refined) => refined.fine).length;
  return `${fine} of ${all.length} refine it: ${states} worlds, ${transitions} transitions`;
}

function answerOf(child: ChildProcess, name: string): Promise<Refined> {
  return new Promise((resolve) => {
    const ended = (code: number | null): void =>
      resolve({
        fine: false,
        lines: [`FAIL ${name}: its process ended with ${code}`],
        states: 0,
        transitions: 0,
      });
    child.once('exit', ended);
    child.once('message', (refined) => {
      child.off('exit', ended);
      resolve(refined as Refined);
    });
    child.send(name);
  });
}

if (process.send) {
  process.on('message', async (name) => {
    process.send!(await refineWorld(name as string, tellsCauses));
  });
} else {
  await share();
}
