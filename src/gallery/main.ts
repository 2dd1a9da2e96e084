import { readFile, writeFile } from 'node:fs/promises';
import { type Mutant, mutants } from '../../models/mutants.ts';
import { checkedPage, type Measured } from './checked-page.ts';
import { mutantsRun } from './mutants-run.ts';
import { pageOf } from './page.ts';
import { type Shown, shownBy } from './shown.ts';

/**
 * `npm run gallery`: breaks each rule and writes what was found; `-- NAME...` only these, `-- --missing` only what is not
 * there yet. `npm run gallery:check`: is the page what the counterexamples that are kept say, one for each weakness?
 */
const kept = 'docs/why-each-rule.json';
const page = 'docs/why-each-rule.md';
const checked = 'docs/checked.md';

const [first, ...more] = process.argv.slice(2);
if (first === '--check') await check();
else await collect(first === '--missing' ? await missing() : chosen(first, more));

async function check(): Promise<void> {
  const found = await read();
  const problems = mutants.flatMap((mutant) => {
    const shown = found.find((one) => one.mutant === mutant.name);
    if (shown === undefined) return [`${mutant.name} has no counterexample`];
    const fits = mutant.breaks.includes(shown.rule) && mutant.instances.includes(shown.instance);
    return fits
      ? []
      : [`the counterexample of ${mutant.name} is of ${shown.rule} in ${shown.instance}`];
  });
  const text = await readFile(page, 'utf8').catch(() => '');
  if (text !== pageOf(found, await mutantsRun())) problems.push(`${page} is not what ${kept} says`);
  const worlds = await readFile(checked, 'utf8').catch(() => '');
  if (worlds !== checkedPage(await measured())) problems.push(`${checked} is not fresh`);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) console.error('Run: npm run gallery -- --missing');
  process.exitCode = problems.length === 0 ? 0 : 1;
}

function chosen(name: string | undefined, more: readonly string[]): readonly Mutant[] {
  if (name === undefined) return mutants;
  const names = [name, ...more];
  const unknown = names.find((one) => mutants.every((mutant) => mutant.name !== one));
  if (unknown !== undefined) throw new Error(`there is no mutant "${unknown}"`);
  return mutants.filter((mutant) => names.includes(mutant.name));
}

async function missing(): Promise<readonly Mutant[]> {
  const found = await read();
  return mutants.filter(({ name }) => found.every(({ mutant }) => mutant !== name));
}

async function collect(wanted: readonly Mutant[]): Promise<void> {
  for (const mutant of wanted) {
    const shown = await shownBy(mutant);
    const seen = shown === null ? 'is NOT noticed' : `breaks ${shown.rule} in ${shown.instance}`;
    console.log(
      `${mutant.name}: ${seen}, ${shown?.steps ?? '-'} steps, ${shown?.states ?? '-'} states`,
    );
    if (shown === null) process.exitCode = 21;
    const others = (await read()).filter((one) => one.mutant !== mutant.name);
    const all = shown === null ? others : [...others, shown];
    const order = (one: Shown) => mutants.findIndex(({ name }) => name === one.mutant);
    const listed = all.filter((one) => order(one) >= 0).sort((a, b) => order(a) - order(b));
    await writeFile(kept, `${JSON.stringify(listed, null, 1)}\n`);
    await writeFile(page, pageOf(listed, await mutantsRun()));
  }
  const found = await read();
  await writeFile(page, pageOf(found, await mutantsRun()));
  await writeFile(checked, checkedPage(await measured()));
}

async function measured(): Promise<readonly Measured[]> {
  const text = await readFile('docs/checked.json', 'utf8').catch(() => '[]');
  return JSON.parse(text) as Measured[];
}

async function read(): Promise<readonly Shown[]> {
  const text = await readFile(kept, 'utf8').catch(() => '[]');
  return JSON.parse(text) as Shown[];
}
