import { runSeed } from './run.ts';
import { shrink } from './shrink.ts';

/** `tsx test/models/attack/soak.ts <first> <seconds> [weakness] [lasting|twice]`: many seeds, failures by rule. */

const [first = '1', seconds = '60', weakness = '', lasting = ''] = process.argv.slice(2);
/** How many things stay broken. */
const counts: Record<string, number> = { lasting: 1, twice: 2 };
const end = Date.now() + Number(seconds) * 1000;
const found = new Map<string, number[]>();
const marks = new Map<string, number>();
let seed = Number(first);
for (; Date.now() < end; seed++) {
  const ended = runSeed(seed, weakness || null, counts[lasting] ?? null);
  for (const [mark, count] of ended.marks) marks.set(mark, (marks.get(mark) ?? 0) + count);
  if (ended.rule === null) continue;
  const kind = `${ended.rule} ${ended.sentence.slice(0, 70).replace(/[0-9]+|[PSA]\b/g, '#')}`;
  if (!found.has(kind)) {
    found.set(kind, []);
    if (process.env.SHRINK !== '0') {
      const small = shrink(ended, Number(process.env.SHRINK ?? 600));
      console.log(`seed ${seed}: ${small.sentence}`);
      console.log(`  ${JSON.stringify({ ...small.setup, writes: small.setup.writes.length })}`);
      console.log(`  ${small.lines.length} lines: ${small.lines.join(', ')}`);
    }
  }
  found.get(kind)!.push(seed);
}
console.log(`seeds ${first}..${seed - 1}`);
for (const [kind, seeds] of found) console.log(`${seeds.length} x ${kind}: ${seeds.slice(0, 5)}`);
if (process.env.MARKS)
  console.log(
    [...marks]
      .sort()
      .map((one) => one.join(' '))
      .join('; '),
  );
