import { expect, test } from 'vitest';
import { go, run, setupOf } from './attack/played.ts';
import { World } from './attack/world.ts';

/** What a reader of updates, marks and rotten blocks found; each play was seen red without its mend. */

const fixed = (capacity: number) =>
  ({ mode: 'fixed', capacity, limit: capacity, basis: 'newest', headroom: 1 }) as const;

const many = Array.from({ length: 3000 }, (_, index) => [index % 6, 1] as const);

/**
 * S is away, A is given blocks 0..5, hosts write them at a steady rate. That P cannot read block 7, which the update does not need,
 * took the pause from it: so it never ended, A was never streamed to, and only who is streamed to is asked for block 7.
 */
/** The first line does nothing. */
test.each(['told PS', 'read P 7 1'])(
  'RESYNC-90, L3: an update ends under a steady load, whatever else cannot be read (%s)',
  (line) => {
    const config = { frameBlocks: 1, sidefile: fixed(8) };
    const world = new World(setupOf({ blocks: 8, writes: many, slow: [2], config }));
    const phase = () => world.nodes[0].site!.context.peers[2].phase;
    go(world, 'write P 1, settle, rotBlock P 7, cut PA');
    for (let write = 0; write < 10; write++) {
      go(world, 'write P 4');
      run(world, 6, [0, 1]);
    }
    go(world, 'cut PS, heal PA');
    run(world, 20, [0, 1, 2]);
    go(world, 'timeout P patience');
    let turn = 0;
    for (; turn < 400 && (turn < 21 || phase() !== 'streaming'); turn++) {
      go(world, 'write P 4');
      run(world, 2, [0, 1]);
      if (turn === 21) go(world, line);
      world.disk(2, 'ring') || world.disk(2, 'rest');
      if (turn % 5 === 0) go(world, 'timeout P retry');
    }
    expect(turn).toBeLessThan(400);
  },
);
