import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../src/runtime/random.ts';
import type { Level } from '../../src/trace/format.ts';
import { verdictOf } from '../../src/trace/validate.ts';
import { type MutantKind, mutantKinds, mutantOf } from './mutator.ts';
import { type Recorded, readOf, record } from './recorded.ts';

/** Why a falsified trace may be one of another run: what survives for no such reason is a hole. */
const excuses: Partial<Record<MutantKind, readonly (readonly [RegExp, string])[]>> = {
  'lines of two sites change places': [[/./, 'the order of lines of two sites says nothing']],
  'a line is dropped': [
    [/applied|persisted|flushed|stored/, 'the disk answered, and the site ended before it heard'],
    [/received/, 'the last frame of its session may be lost'],
    [/link.up/, 'a session in which nothing arrived: the site ended before it heard of it'],
    [/end of/, 'the last line of a site: what is left is the begin of a run'],
  ],
  'two lines of a site change places': [
    [/applied|persisted|flushed|stored|timeout/, 'the two happened independently of each other'],
    [/link/, 'links to two sites are independent of each other'],
  ],
  'an event is forged': [
    [/link.down/, 'a link may end at any time'],
    [/timeout/, 'a wait that runs may end at any time'],
  ],
};

/** Nobody tells an observer of the inside: what happened there is not refused where it is told of. */
const unseen: typeof excuses = {
  'an event is forged': [
    [/applied|persisted|flushed/, 'the disk was at this, and an observer is not told when it ends'],
  ],
  'two lines of a site change places': [
    [/received of site \d and received/, 'two frames, and no line shows which of them came first'],
    [/(inside|host).*received|received.*(inside|host)/, 'neither depends on the other'],
    [
      /host\.\w+ of site \d and host\.\w+ of/,
      'hosts ask, and none waits for the answer of another',
    ],
  ],
};

describe('falsified traces are refused, but for those that are traces of another run', () => {
  it.each([
    ['full', 4, 6, 50],
    ['observable', 5, 4, 30],
    ['observable', 9, 4, 30],
  ] as const)('%s, of seed %i', async (level, seed, ofEach, least) => {
    const recorded = await record(seed, level, { length: 40, lanes: 1 });
    expect((await verdictOf('trace', readOf(recorded))).kind).toBe('valid');
    const random = seededRandom(20);
    const table: string[] = [];
    const holes: string[] = [];
    let refused = 0;
    let open = 0;
    let excused = 0;
    for (const kind of mutantKinds) {
      const { killed, alive, undecided } = await judged(recorded, kind, ofEach, random);
      const unexcused = alive.filter((told) => reasonOf(level, kind, told) === null);
      holes.push(...unexcused.map((told) => `${kind}: ${told}`));
      refused += killed;
      open += undecided;
      excused += alive.length - unexcused.length;
      table.push(`${columns(killed, alive.length)}  ${kind}`);
    }
    const real = refused + holes.length;
    const rate = ((100 * refused) / real).toFixed(1);
    table.push(
      `${level}: ${rate} % refused, ${refused} of ${real}, ${open} of these undecided; ${excused} more are other runs`,
    );
    console.log(table.join('\n'));
    expect(holes).toEqual([]);
    expect(open).toBe(0);
    expect(real).toBeGreaterThan(least);
  });
});

async function judged(recorded: Recorded, kind: MutantKind, count: number, random: Random) {
  const alive: string[] = [];
  let killed = 0;
  let undecided = 0;
  for (let index = 0; index < count; index++) {
    const mutant = mutantOf(recorded.lines, kind, random);
    if (!mutant) continue;
    const verdict = await verdictOf('trace', readOf({ ...recorded, lines: mutant.lines }));
    if (verdict.kind === 'undecided') undecided++;
    if (verdict.kind !== 'valid') killed++;
    else alive.push(mutant.told);
  }
  return { killed, alive, undecided };
}

const columns = (refused: number, others: number): string =>
  `${String(refused).padStart(4)} refused ${String(others).padStart(4)} other runs`;

function reasonOf(level: Level, kind: MutantKind, told: string): string | null {
  const reasons = [...(excuses[kind] ?? []), ...((level === 'observable' && unseen[kind]) || [])];
  return reasons.find(([pattern]) => pattern.test(told))?.[1] ?? null;
}
