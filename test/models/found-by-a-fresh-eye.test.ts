import { expect, test } from 'vitest';
import { fixed, go, run, setupOf, times, waitsIn } from './attack/played.ts';
import { World } from './attack/world.ts';

/** What a reader of updates, marks and rotten blocks found; each play was seen red without its mend. */

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

/** These lines in turn, until it is so. */
function until(world: World, lines: readonly string[], isSo: () => boolean): void {
  for (let turn = 0; turn < 60 && !isSo(); turn++) go(world, lines[turn % lines.length]!);
  expect(isSo()).toBe(true);
}

/**
 * P brings A up to 7 in place, for want of room, and the link breaks: A is marked up to (6, 7). S, who has 1..6, is forced, A gives
 * its branch up, and is given blocks of that of S, again in place. The mark of before reaches as far as these, so A did not wait for
 * the new one; the power goes before that is durable. Then the branch of P is chosen after all: (6, 7) lies on it, its bits are
 * taken for all that A lacks, and block 0 stays that of S, for ever and under no mark.
 */
test('RESYNC-70, S6: what is overwritten in place waits for a mark of its own epoch', () => {
  const writes = [1, 1, 2, 3, 1, 2, 2, 0, 1, 1, 1].map((block) => [block, 1] as const);
  const setup = setupOf({ writes, slow: [2], room: 1, config: { frameBlocks: 1 } });
  const world = new World(setup);
  const A = () => world.nodes[2];
  go(world, 'write P 1, settle, cut PA, cut SA, write P 5, settle, cut PS, heal PA');
  go(world, 'deliver PA, deliver AP, deliver PA, timeout P patience');
  const isStaging = () => A().site?.context.staging !== null;
  go(world, times('deliver PA, deliver AP, disk A rest', 6));
  go(world, 'write P 1');
  until(world, ['deliver AP, deliver PA', 'disk A rest'], () => A().disk.cached[1] === 5);
  expect(A().disk.header.consistency).toMatchObject({ epoch: 6, shippedTo: 7 });
  go(world, 'cut PA, force S, settle, heal SA, settle, discard A A, force S');
  until(world, ['deliver SA, deliver AS, disk A rest'], isStaging);
  go(world, 'write S 1');
  until(world, ['deliver AS, deliver SA', 'disk A rest'], () => A().disk.cached[0] === 8);
  go(world, 'crash A kept, start A, cut SA, discard A A, discard S S, heal PA, heal PS, settle');
  go(world, 'timeout P retry, settle, force P, settle, timeout P retry, settle');
  const [P] = world.nodes;
  expect(P.site!.context.peers[2].phase).toBe('streaming');
  expect(A().disk.header.consistency).toEqual({ kind: 'consistent' });
  expect(A().disk.cached).toEqual(P.disk.cached);
});

/** S is lost. A is to be given block 2, which rotted at P: no time-out runs, and only a host, or S, can end that. */
test('L1, L3: an update waits for a block that nobody can give: status says so', () => {
  const world = new World(setupOf());
  const lines = 'cut PA, cut SA, write P 3, settle, write P 4, settle, rotBlock P 2';
  go(world, `write P 1, settle, ${lines}, crash S kept, heal PA, settle`);
  go(world, times('timeout P patience, settle, timeout P retry, settle', 6));
  const phase = () => world.nodes[0].site!.context.peers[2].phase;
  expect({ phase: phase(), timers: world.timers(0) }).toEqual({ phase: 'shipping', timers: [] });
  const what =
    'the update of site 2 waits for block 2, which cannot be read here: another site has it, or a host writes it anew';
  expect(waitsIn(world)).toEqual([{ site: 0, what, helps: [] }]);
  go(world, times('write P 1, settle', 3));
  expect({ phase: phase(), told: waitsIn(world) }).toEqual({ phase: 'streaming', told: [] });
});
