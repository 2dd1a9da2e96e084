import type { Run } from '../../../models/message.ts';
import type { Block } from '../../../models/words.ts';
import { list, struct } from './composites.ts';
import { field, type Kind, type Place } from './kind.ts';
import { limits } from './limits.ts';
import { whole } from './scalars.ts';
import { endsSomewhere } from './structures.ts';

/** Blocks on the wire: runs, runs with checksums, and blocks whose contents are in the payload. */

const ends = '`first` + `count` is at most 2^53-1, else `impossible-range`';
const ascending = 'ascending, none overlapping another, else `bad-order`';

export const runs = list(
  struct<Run>(
    'run',
    {
      first: field(whole(8), 'first block, all volumes laid end to end'),
      count: field(whole(4, 1), 'blocks'),
    },
    endsSomewhere,
    ends,
  ),
  { most: limits.runsMax, means: ascending, follows: followsRun(0) },
);

const blockRuns = list(
  struct<Run>(
    'block run',
    {
      first: field(whole(8), 'first block, all volumes laid end to end'),
      count: field(whole(4, 1, limits.blocksMax), 'blocks'),
    },
    endsSomewhere,
    ends,
  ),
  {
    most: limits.blocksMax,
    means: `ascending, at least one block between two runs, else \`bad-order\`; ${atMost(limits.blocksMax, 'blocks')}`,
    follows: followsRun(1),
    together: (place, all) => refuseBeyond(place, all, ({ count }) => count, limits.blocksMax),
  },
);

/** Blocks as the fewest runs. */
export const blockSet: Kind<readonly Block[]> = {
  ...(blockRuns as unknown as Kind<readonly Block[]>),
  write: (writer, blocks) => blockRuns.write(writer, runsOfBlocks(blocks)),
  read: (reader) =>
    blockRuns
      .read(reader)
      .flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at)),
};

/** A run, and the CRC-32 of each of its blocks. */
export interface SummedRun {
  readonly first: Block;
  readonly sums: readonly number[];
}

export const summedRuns = list(
  struct<SummedRun>(
    'summed run',
    {
      first: field(whole(8), 'first block, all volumes laid end to end'),
      sums: field(
        list(whole(4), { most: limits.blocksMax, means: 'CRC-32 of each block' }),
        'one for each block of the run; one at least, else `impossible-range`',
      ),
    },
    (place, { first, sums }) => {
      if (sums.length === 0) throw place.fault('impossible-range', 'found a run of no blocks');
      endsSomewhere(place, { first, count: sums.length });
    },
    '`first` + the number of `sums` is at most 2^53-1, else `impossible-range`',
  ),
  {
    most: limits.runsMax,
    means: `${ascending}; ${atMost(limits.sumsMax, 'checksums')}`,
    follows(place, next, before) {
      if (next.first >= before.first + before.sums.length) return;
      throw place.fault('bad-order', `found block ${next.first} after ${before.first}`);
    },
    together: (place, all) => refuseBeyond(place, all, ({ sums }) => sums.length, limits.sumsMax),
  },
);

/** A block whose contents are in the payload. */
export interface WireBlock {
  readonly block: Block;
  readonly checksum: number;
  readonly bytes: number;
}

export const wireBlocks = list(
  struct<WireBlock>('block', {
    block: field(whole(8), 'which block, all volumes laid end to end'),
    checksum: field(whole(4), 'CRC-32 of its contents'),
    bytes: field(whole(4, 1), 'bytes of its contents'),
  }),
  {
    most: limits.blocksMax,
    means: 'ascending, none twice, else `bad-order`',
    follows(place, next, before) {
      if (next.block > before.block) return;
      throw place.fault('bad-order', `found block ${next.block} after ${before.block}`);
    },
  },
);

function followsRun(gap: number) {
  return (place: Place, next: Run, before: Run): void => {
    if (next.first >= before.first + before.count + gap) return;
    throw place.fault('bad-order', `found block ${next.first} after a run from ${before.first}`);
  };
}

/** Blocks out of order make runs out of order, which are refused where they are written. */
function runsOfBlocks(blocks: readonly Block[]): Run[] {
  const found: { first: Block; count: number }[] = [];
  for (const block of blocks) {
    const last = found[found.length - 1];
    if (last && block === last.first + last.count) last.count++;
    else found.push({ first: block, count: 1 });
  }
  return found;
}

function refuseBeyond<Item>(
  place: Place,
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  most: number,
): void {
  const total = items.reduce((sum, item) => sum + sizeOf(item), 0);
  if (total > most) throw place.fault('too-many', `found ${total} in all, allowed 0..${most}`);
}

function atMost(most: number, what: string): string {
  return `at most ${most} ${what} in all, else \`too-many\``;
}
