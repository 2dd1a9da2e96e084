import { expect, test } from 'vitest';
import { refusalOfCommand } from '../../models/command-refusal.ts';
import { advised, go, played, run, statesOf, times, waitsIn } from './attack/played.ts';
import { replay } from './attack/run.ts';
import type { Setup } from './attack/setup.ts';
import type { World } from './attack/world.ts';

/**
 * What careful readers found of operators, returning sites and endless activity, as plays. Each was
 * seen red without its mend (decision 47).
 */

const epochsOf = (world: World): number =>
  Math.max(...world.nodes.map(({ disk }) => disk.header.history.length));

/** S lost entry 1, which P brings it by blocks up to c = 1; 2 and 3, elected, it has. Nothing is stored any more: nobody looks. */
const stillDamaged =
  'write P 1, disk P ring, deliver PS, disk S ring, deliver SP, deliver PS, write P 2, deliver PS, disk S ring, crash P kept, start P, heal PS, timeout P election, deliver PS, deliver SP, disk P rest, disk S rest, deliver PS, disk S rest, disk S rest, deliver SP, crash S lost, rot S 1';
const roomy: Partial<Setup> = {
  slow: [0, 1],
  config: { sidefile: { mode: 'fixed', capacity: 6, limit: 6, basis: 'newest', headroom: 1 } },
};

test('L1: a damaged mirror whose own sidefile has what lies beyond its update is sound when that ends', () => {
  const writes = Array.from({ length: 20 }, (_, index) => [index % 4, 1] as const);
  const setup: Setup = { blocks: 4, writes, slow: [], config: {}, ...roomy };
  const { rule, sentence } = replay(setup, stillDamaged.split(', '));
  expect({ rule, sentence: sentence.slice(0, 100) }).toEqual({ rule: null, sentence: '' });
});

test('L2: the same, and P is lost: S, of the sync set, holds everything and takes over without anybody’s leave', () => {
  const world = played(stillDamaged, roomy);
  go(world, 'start S, settle, heal PS, heal SA, heal PA, settle, timeout P retry, settle');
  expect(world.nodes.map(({ site }) => site?.context.held.contiguous)).toEqual([3, 3, 3]);
  go(world, 'crash P kept, timeout S election, settle, timeout S election, settle');
  expect(advised(world)).toEqual([]);
});

test('EPOCH-130: what an operator agreed to while all was well is no consent to a later loss', () => {
  const world = played('write P 1, settle, consent A A, settle');
  go(world, 'cut PA, write P 1, settle, write P 1, settle');
  go(world, 'crash S lost, rot S 3, crash P lost, start S, heal SA, settle');
  expect(statesOf(world)).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
  go(world, times('timeout A election, settle, timeout S election, settle', 3));
  const losses = world.nodes.flatMap(({ disk }) =>
    disk.header.history.map(({ lossBeyond }) => lossBeyond).filter((loss) => loss !== null),
  );
  expect(losses).toEqual([]);
});

test('EPOCH-140: both legs suspended, no fault and no write: no epoch follows another', () => {
  const world = played('write P 1, settle, suspend P S, suspend P A, settle');
  go(world, 'timeout P patience, settle');
  const before = epochsOf(world);
  // The answer of A comes first, as that of P does otherwise.
  go(
    world,
    times('timeout S election, deliver SA, deliver AS, settle, timeout P patience, settle', 8),
  );
  expect(epochsOf(world)).toBeLessThanOrEqual(before + 2);
});

test('EPOCH-140: one leg suspended and the other link broken, no write: no epoch follows another', () => {
  const world = played(
    'write P 1, settle, suspend P A, settle, cut PS, settle, timeout P patience, settle',
  );
  const before = epochsOf(world);
  go(
    world,
    times('timeout A election, deliver AS, deliver SA, settle, timeout P patience, settle', 8),
  );
  expect(epochsOf(world)).toBeLessThanOrEqual(before + 2);
});

test('L2: P serves with A, whose leg is suspended, and S cannot reach P: nobody is advised to give up what P has acknowledged', () => {
  const world = played('write P 1, settle, suspend P A, settle, cut PS, settle');
  go(world, 'timeout P patience, settle, write P 2, settle, cut PA, heal PA, settle');
  expect(statesOf(world)).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
  go(world, 'timeout S election, settle');
  expect(advised(world)).not.toContain('consent');
});

test('EPOCH-140: a level mirror of another version leaves the sync set once, and is not elected into it again', () => {
  const world = played('write P 1, settle');
  const rest = () => {
    for (let turn = 0; turn < 60; turn++) {
      for (const site of [0, 1, 2] as const)
        while (world.disk(site, 'ring') || world.disk(site, 'rest')) {}
      for (const name of ['PS', 'SP', 'PA', 'AP', 'SA', 'AS']) {
        const frames = world.channels.get(name)!;
        for (const [at, frame] of frames.entries()) {
          const { message } = frame;
          if (name !== 'SP' || message.type !== 'recordStored') continue;
          const digest = (message.digest ^ 1) >>> 0;
          frames[at] = { ...frame, message: { ...message, digest } };
        }
        while (world.apply(`deliver ${name}`) && name !== 'SP') {}
      }
    }
  };
  go(world, 'cut PS, heal PS');
  rest();
  const before = epochsOf(world);
  for (let wait = 0; wait < 8; wait++) {
    world.timeout(0, 'patience');
    rest();
    world.timeout(0, 'retry');
    rest();
  }
  expect(epochsOf(world)).toBeLessThanOrEqual(before + 2);
});

test('L2: S and P are a majority; a forced branch of A, whose word always comes first, keeps them from serving', () => {
  const world = played(
    'write P 1, settle, cut PA, cut SA, settle, force A, settle, force A, settle',
  );
  go(world, 'switchover P S, settle, write S 1, settle, heal SA, settle');
  go(
    world,
    times(
      'timeout S election, deliver SA, deliver AS, settle, timeout A retry, settle, timeout P election, settle',
      20,
    ),
  );
  const serving = world.nodes
    .filter(({ site }) => site?.role === 'primary')
    .map(({ config }) => config.site);
  expect(serving).toContainEqual(expect.toSatisfy((site: number) => site !== 2));
});

test('L2: P and A hold everything and cannot talk, S lost an entry: status says that two votes are needed', () => {
  const world = played(
    'write P 1, settle, write P 1, settle, crash S lost, rot S 2, cut PA, crash P kept, start P, start S, heal PS, heal SA, settle',
  );
  go(
    world,
    times(
      'timeout P election, settle, timeout P election, settle, timeout A election, settle, timeout S election, settle',
      4,
    ),
  );
  expect(world.nodes.every(({ site }) => site?.role === 'mirror')).toBe(true);
  expect(advised(world)).toContain('force');
});

test('L2: P and S serve; nobody is advised to force A, which is cut off', () => {
  expect(advised(played('write P 1, settle, cut PA, cut SA, settle'))).toEqual([]);
});

test('RESYNC-100: a comparison with an async mirror whose disk is slow holds no host for longer than some bounded time', () => {
  const world = played('write P 1, settle, verify P A', { slow: [2] });
  run(world, 30, [0, 1]);
  for (let write = 0; write < 4; write++) {
    go(world, 'write P 1');
    run(world, 30, [0, 1]);
  }
  const waits = statesOf(world).includes('issued');
  // Hosts wait for room, that for applying, that for A: no time-out runs anywhere, and status says nothing.
  expect({ waits, timers: world.timers(0), told: waitsIn(world) }).not.toEqual({
    waits: true,
    timers: [],
    told: [],
  });
});

/** P is told to suspend the leg, and goes on without that site as soon as its time-outs end. */
function suspended(world: World, leg: string, disks: readonly (0 | 1 | 2)[]): void {
  go(world, `suspend P ${leg}`);
  for (const timer of ['patience', 'election']) {
    run(world, 30, disks);
    go(world, `timeout P ${timer}`);
  }
  run(world, 30, disks);
}

test.each([
  { site: 2, leg: 'A', disks: [0, 1] },
  { site: 1, leg: 'S', disks: [0, 2] },
] as const)(
  'L2: hosts wait for a comparison with $leg, whose disk does not answer: status names it, and to suspend its leg helps',
  ({ site, leg, disks }) => {
    const world = played('write P 1, settle', { slow: [site] });
    run(world, 30, [0, 1, 2]);
    go(world, `verify P ${leg}`);
    run(world, 30, disks);
    for (let write = 0; write < 4; write++) {
      go(world, 'write P 1');
      run(world, 30, disks);
    }
    expect(statesOf(world)).toContain('issued');
    const what = `hosts wait for room, that for a comparison, and that for an answer of site ${site}`;
    const helps = [{ at: 0, command: { name: 'suspend', peer: site } }];
    expect(waitsIn(world)).toEqual([{ site: 0, what, helps }]);
    suspended(world, leg, disks);
    expect(statesOf(world)).not.toContain('issued');
  },
);

test('L2: a host waits for the disk of S alone: status names it, and to suspend its leg helps', () => {
  const world = played('settle', { slow: [1] });
  run(world, 30, [0, 1, 2]);
  go(world, 'write P 1');
  run(world, 30, [0, 2]);
  const what = 'write 1 is stored by all but site 1 of its sync set';
  const helps = [{ at: 0, command: { name: 'suspend', peer: 1 } }];
  expect(waitsIn(world)).toEqual([{ site: 0, what, helps }]);
  suspended(world, 'S', [0, 2]);
  expect(statesOf(world)).toEqual(['acknowledged']);
});

test('L2: the same, and A is cut off: nobody could agree that P goes on without S, and to suspend is not advised', () => {
  const world = played('cut PA, cut SA, settle', { slow: [1] });
  run(world, 30, [0, 1, 2]);
  go(world, 'write P 1');
  run(world, 30, [0]);
  expect(advised(world)).toEqual([]);
  suspended(world, 'S', [0]);
  expect(statesOf(world)).toEqual(['issued']);
});

test('EPOCH-120: who is named and cannot be reached does not make a third site primary', () => {
  const world = played('write P 1, settle, switchover P S, settle, timeout S patience, settle', {
    config: { syncFar: true },
  });
  go(world, 'write S 1, switchover S A, cut SA, settle, timeout S patience, settle');
  expect(world.nodes.findIndex(({ site }) => site?.role === 'primary')).toBe(1);
});

test('EPOCH-120: a switchover to the far mirror, no holder, is refused, or changes nothing: the near one does not become primary for it', () => {
  const world = played('write P 1, settle, switchover P S, settle, timeout S patience, settle');
  go(world, 'switchover S A, settle, timeout S patience, settle');
  expect(world.nodes.findIndex(({ site }) => site?.role === 'primary')).toBe(1);
});

/** P is told to take over; the word of A, which says yes, is there before that of S, which would say no. */
const electedByP =
  'takeOver P, deliver PA, deliver AP, deliver PA, deliver AP, disk P rest, disk P rest, settle';

/** S is elected twice with what only A has, and has given up nothing yet; P reaches both. */
const electedTwice = (config: Setup['config'] = {}): World => {
  const world = played(
    'cut PS, write P 1, deliver PA, crash P lost, timeout S election, deliver SA, deliver AS, deliver SA, deliver AS, cut SA, start P, heal PS, heal PA, settle, heal SA',
    { slow: [0], config },
  );
  go(world, 'takeOver P, deliver PA, deliver AP, deliver PA, deliver AP, disk P rest, disk P rest');
  go(world, times('deliver PA, deliver AP, disk P rest, deliver PS, deliver SP', 9));
  return world;
};

/** A is lost: S and P, by policy, could go on without it. */
test('EPOCH-80, L2: what nobody gives is given up once, not never, where its primary was elected again before', () => {
  const world = electedTwice({ takeover: 'any' });
  go(world, 'crash A kept, settle');
  go(
    world,
    times('timeout S patience, settle, timeout P election, settle, timeout S election, settle', 8),
  );
  go(world, 'write P 1, settle, write S 1, settle');
  expect(statesOf(world)).toContain('acknowledged');
});

test('EPOCH-140: what only a third site reaches is given up once, also by who is started again, and then said in status', () => {
  const world = electedTwice();
  go(world, 'cut SA, settle, timeout S patience, settle');
  expect(advised(world)).toEqual(['consent']);
  go(world, electedByP);
  const waits = 'nobody it reaches has all that was elected: it serves nobody';
  expect(waitsIn(world)).toContainEqual(expect.objectContaining({ site: 1, what: waits }));
  expect(world.timers(1)).toEqual([]);
  const round =
    'timeout S patience, settle, timeout P election, settle, timeout S election, settle';
  go(world, `crash S kept, start S, heal PS, settle, ${times(round, 8)}`);
  const before = epochsOf(world);
  go(world, times(round, 8));
  expect(epochsOf(world)).toBe(before);
  go(world, 'heal SA, settle');
  go(world, `${times(round, 8)}, write S 1, settle`);
  expect(statesOf(world)).toContain('acknowledged');
});

test('EPOCH-150: a force above a number that no frame takes is refused: nobody would believe that site any more, or follow it', () => {
  const world = played('write P 1, settle');
  const refusals = [2 ** 53 - 2, 2 ** 48 - 3].map((above) =>
    refusalOfCommand(world.nodes[0].site!, { name: 'force', above }),
  );
  expect(refusals).not.toContain(null);
});
