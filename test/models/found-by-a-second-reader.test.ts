import { expect, test } from 'vitest';
import type { SiteConfig } from '../../models/site.ts';
import type { SiteId } from '../../models/words.ts';
import { fixed, go, setupOf, statesOf, times, waitsIn } from './attack/played.ts';
import { runSeed } from './attack/run.ts';
import { World } from './attack/world.ts';

/** What a second reader found in mends, or in what they left half done: policy is to stop. The last one a random run found. */

const worldOf = (config: Partial<SiteConfig>, slow: readonly SiteId[] = []) =>
  new World(setupOf({ slow, config: { onLegLoss: 'stop', ...config } }));

const newest = (world: World) => world.nodes[0].disk.header.history.at(-1)!;
const lot = (world: World) => statesOf(world).filter((state) => state !== 'acknowledged');

const waitOut = times(
  'timeout P retry, settle, timeout P patience, settle, timeout P idle, timeout S idle, settle',
  4,
);

/**
 * S is lost, and the sidefile of P grows with what hosts write meanwhile. An empty S is filled up to c and streamed to: its own sidefile is
 * full before it is level, and makes no room before something is committed. A mend had it wait for its vote until it is level.
 */
test.each([
  ['adaptive, and small again', { ...fixed(2), mode: 'adaptive', limit: 12 }],
  ['smaller than that of the one before', fixed(8)],
] as const)(
  'L2, L3: who took a member’s place is filled though its sidefile is %s',
  (_, sidefile) => {
    const world = worldOf({ sidefile });
    go(world, `write P 1, settle, crash S kept, ${times('write P 3, settle', 2)}, replace S`);
    if (sidefile.mode === 'fixed') {
      const [, { config, disk }] = world.nodes;
      world.nodes[1] = {
        ...world.nodes[1],
        config: { ...config, sidefile: fixed(3) },
        disk: { ...disk, header: { ...disk.header, capacity: 3 } },
      };
    }
    go(world, `start S, heal PS, heal SA, settle, ${waitOut}`);
    expect({ not: lot(world), syncSet: newest(world).syncSet }).toEqual({ not: [], syncSet: [1] });
  },
);

/**
 * A was replaced, and P begins an epoch to give the new one its vote. S promises that, without write 2, which was lost with a session: it has
 * a vote and is not level, and the record left it out. Hosts were told of 2 by the word of A: of its two near sites P alone had it.
 */
test('EPOCH-140: a member that promises, a write behind, does not leave', () => {
  const world = worldOf({ sidefile: fixed(8) }, [1]);
  go(world, 'write P 1, settle, crash A kept, replace A, start A, heal PA, heal SA, settle');
  go(world, 'timeout P retry, settle, cut PA, heal PA, settle, write P 1, timeout P patience');
  go(
    world,
    `${times('disk P rest', 2)}, cut PS, heal PS, ${times('deliver PS, disk S rest, deliver SP', 2)}`,
  );
  go(world, `timeout P election, ${times('disk P rest', 2)}`);
  expect(newest(world)).toMatchObject({ epoch: 6, syncSet: [1], incarnations: [1, 1, 2] });
  go(world, times('disk P rest, deliver PA, disk A rest, deliver AP', 8));
  expect(statesOf(world)).toEqual(['acknowledged', 'issued']);
  go(world, 'settle');
  expect(statesOf(world)).toEqual(['acknowledged', 'acknowledged']);
});

/**
 * P, which stands, is to hand over to S; S is lost, and P begins an epoch for which it gets no promise, as A is cut off for a moment. It gives
 * that up, and takes over anew, without ever having been anything but the primary: S is left out.
 */
test('EPOCH-140: nor does a member leave whose primary had to try twice', () => {
  const world = worldOf({ sidefile: fixed(8) });
  go(world, 'write P 1, settle, write P 1, switchover P S, crash S kept, cut PA');
  go(world, 'timeout P patience, settle, timeout P election, settle, heal PA, settle');
  go(world, times('timeout P election, settle', 3));
  expect(newest(world)).toMatchObject({ primary: 0, syncSet: [1] });
});

/** S is elected with a write that A alone has, is given it, and its disk does not store it: it serves nobody, and nothing was said of that. */
test('L2: status says that who is elected waits for its own disk', () => {
  const world = worldOf({}, [1]);
  go(world, 'write P 1, deliver PA, disk A ring, crash P kept, timeout S election');
  for (let turn = 0; turn < 40 && world.nodes[1].site!.role !== 'primary'; turn++) {
    go(world, 'deliver SA, deliver AS, disk S rest, disk A rest');
  }
  world.stuck.add(1);
  go(world, `settle, ${waitOut}`);
  expect(world.nodes[1].site!.state).toMatchObject({ service: 'collecting' });
  expect(waitsIn(world)).toHaveLength(1);
});

/**
 * P is cut off for a moment, and A, to which S said yes, has P promise its epoch: P is elected, which stood all the time. A does not know
 * that; it left S out, which is lost meanwhile, and hosts were told of what P alone of its near sites held.
 */
test('EPOCH-140: nor does a member leave where another site began the epoch', () => {
  const world = worldOf({ sidefile: fixed(8) });
  go(
    world,
    'write P 1, settle, cut PA, cut PS, write P 1, timeout A election, deliver AS, deliver SA',
  );
  go(world, 'crash S kept, heal PA, settle');
  expect(newest(world)).toMatchObject({ epoch: 5, primary: 0, syncSet: [1] });
  expect(statesOf(world)).toEqual(['acknowledged', 'issued']);
});

/**
 * Found by a random run. P, a holder, makes A primary by an operator's consent to a loss, and marks itself inconsistent; nobody else hears of
 * that record. It takes on a newer one of S, in which nothing is lost, and stands in a history again that it does not hold. Its header says so,
 * nobody counts on it, and S holds all (decision 57).
 */
test('S1: who gave up by a consent that nobody else heard of', () => {
  expect(runSeed(12_000_131, null, 2).rule).toBe(null);
});
