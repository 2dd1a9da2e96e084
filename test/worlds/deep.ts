import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { instances } from '../../models/instances.ts';
import { deepSet } from '../../models/sets.ts';
import { checkModel, type Verdict } from '../../src/checker/api.ts';
import type { Measured } from '../../src/gallery/checked-page.ts';
import { breakGuards } from './guards.ts';
import { measureMutants } from './measure-mutants.ts';

/**
 * `npm run check:deep [-- NAME...]`: visits worlds that take minutes or more and compares with what was measured before
 * (docs/checked.json). One worker: on two cores, two runs side by side cost less than one run by two (`--workers=2`).
 * `--seconds=N` bounds each world (an hour, if it is not said); `--measure` keeps what it finds there. Exit code 12 if something is violated, 23 if a world that had been exhausted was
 * cut short, 1 if a number of states is another one.
 *
 * Two names stand for more: `guards` (every guard of the charts made wrong, docs/wrong-guards.md) and `mutants` (`sidefile check
 * --mutants` to its end, docs/why-each-rule.md); exit code 21 if one is not noticed.
 */
const kept = 'docs/checked.json';
const words = process.argv.slice(2);
const measures = words.includes('--measure');
const numberOf = (word: string, otherwise: number) =>
  Number(words.find((one) => one.startsWith(`--${word}=`))?.split('=')[1] ?? otherwise);
const workers = numberOf('workers', 1);
const names = words.filter((word) => !word.startsWith('--'));
const known = JSON.parse(await readFile(kept, 'utf8').catch(() => '[]')) as Measured[];
const limits = { secondsMax: numberOf('seconds', 3600), memoryBytesMax: 8 * 2 ** 30 };

const whole = names[0];
if (whole === 'guards') process.exitCode = await breakGuards(words);
else if (whole === 'mutants') process.exitCode = await measureMutants(workers);
else for (const name of names.length > 0 ? names : deepSet) await compare(name);

async function compare(name: string): Promise<void> {
  const verdict = await visit(name);
  console.log(verdict.sentence);
  const before = known.find((one) => one.name === name);
  if (verdict.kind !== 'exhausted' && verdict.kind !== 'incomplete') process.exitCode = 12;
  else if (measures) await keep(verdict);
  else if (before?.exhausted && !verdict.exhaustive) process.exitCode = 23;
  else if (before?.exhausted && before.states !== verdict.states) {
    console.error(`${name}: ${verdict.states} states, measured were ${before.states}`);
    process.exitCode = 1;
  }
}

function visit(name: string): Promise<Verdict> {
  if (instances.every((instance) => instance.name !== name)) {
    throw new Error(`there is no instance "${name}"`);
  }
  const module = new URL('../../src/cli/protocol-worlds.ts', import.meta.url).href;
  const source = { module, export: 'worldNamed', arguments: [name, null] };
  return checkModel(source, { ...limits, workers });
}

async function keep({ bytesPerState, depth, exhaustive, name, seconds, states }: Verdict) {
  const rest = JSON.parse(await readFile(kept, 'utf8').catch(() => '[]')) as Measured[];
  const measured: Measured = {
    name,
    states,
    depth,
    seconds: Math.round(seconds),
    bytesPerState: Math.round(bytesPerState),
    exhausted: exhaustive,
    at: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  };
  const order = (one: Measured) => instances.findIndex((instance) => instance.name === one.name);
  const all = [...rest.filter((one) => one.name !== name), measured];
  const listed = all.sort((a, b) => order(a) - order(b));
  await writeFile(kept, `${JSON.stringify(listed, null, 1)}\n`);
}
