import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { defaultSet } from '../../models/sets.ts';
import { guardsPage, type KeptGuard } from './guards-page.ts';
import {
  asks,
  missedBy,
  type Right,
  rightOf,
  type Told,
  toldBy,
  type WrongGuard,
  wrongGuards,
} from './wrong-guards.ts';

/**
 * `npm run check:deep -- guards [--missing]`: every guard of the charts is made wrong, and the smallest default worlds that ask it are
 * visited until one of them is red. Keeps what was found in docs/wrong-guards.json. Exit code 21 if a wrong guard is told by nothing.
 */
const kept = 'docs/wrong-guards.json';
/** A number of states that is another one tells it already: so many worlds are asked for something better. */
const betterMax = 8;

export async function breakGuards(words: readonly string[]): Promise<number> {
  const rights = await rightWorlds();
  const before = await read();
  const missing = words.includes('--missing');
  const found: KeptGuard[] = [];
  const begun = performance.now();
  for (const [index, wrong] of wrongGuards.entries()) {
    const known = before.cases.find((one) => isOf(one, wrong));
    const told = missing && known?.how ? known : await firstTold(wrong, rights);
    found.push({ ...wrong, ...told });
    console.log(line(wrong, told, index, begun));
  }
  const seconds = Math.round((performance.now() - begun) / 1000);
  const at = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const all = { at, seconds: missing ? before.seconds : seconds, cases: found };
  await writeFile(kept, `${JSON.stringify(all, null, 1)}\n`);
  await writeFile('docs/wrong-guards.md', guardsPage(all));
  return found.some(({ how }) => how === null) ? 21 : 0;
}

const isOf = (one: WrongGuard, { chart, guard, says }: WrongGuard): boolean =>
  one.chart === chart && one.guard === guard && one.says === says;

async function rightWorlds(): Promise<readonly Right[]> {
  const rights: Right[] = [];
  for (const world of defaultSet) {
    const right = await rightOf(world);
    if (right !== null) rights.push(right);
  }
  return rights.sort((one, other) => one.states - other.states);
}

/** By a statement, an error or a deadlock of one of the smallest worlds; else by a number of states; else by none. */
async function firstTold(wrong: WrongGuard, rights: readonly Right[]): Promise<Told> {
  const asked = rights.filter((right) => asks(right, wrong));
  let best: Told = {
    world: '',
    how: null,
    what: asked.length === 0 ? 'no world asks it' : '',
    states: 0,
  };
  for (const [index, right] of asked.entries()) {
    if (best.how !== null && index >= betterMax) break;
    const told = await toldBy(wrong, right);
    if (told.how !== null && told.how !== 'number of states') return told;
    if (best.how === null) best = told;
  }
  const mark = missedBy(wrong);
  if (best.how !== null || mark === null) return best;
  return { world: 'the default set', how: 'mark', what: mark, states: 0 };
}

function line(wrong: WrongGuard, told: Told, index: number, begun: number): string {
  const seconds = (performance.now() - begun) / 1000;
  const left = Math.round((seconds / (index + 1)) * (wrongGuards.length - index - 1));
  const { chart, guard, says } = wrong;
  const seen = told.how === null ? 'NOT told' : `${told.how} ${told.what} in ${told.world}`;
  return `${index + 1}/${wrongGuards.length} ${chart}.${guard} says ${says}: ${seen} (${left} s left)`;
}

async function read(): Promise<{ readonly seconds: number; readonly cases: readonly KeptGuard[] }> {
  const text = await readFile(kept, 'utf8').catch(() => '{"seconds":0,"cases":[]}');
  return JSON.parse(text) as { seconds: number; cases: KeptGuard[] };
}
