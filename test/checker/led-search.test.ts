import { expect, it } from 'vitest';
import { LeadStore } from '../../src/checker/crew/lead-store.ts';
import { LedSearch } from '../../src/checker/crew/led-search.ts';
import { Levels } from '../../src/checker/crew/levels.ts';
import {
  ARRIVED,
  DEPTH,
  INDEX_SLOTS,
  INDEX_USED,
  PAUSE,
  PHASE,
  PHASE_EXPAND,
  PHASE_GROW,
  RESTING,
  reserve,
  type SharedMemory,
  TURN,
} from '../../src/checker/crew/memory.ts';
import { Queue, reserveQueue } from '../../src/checker/crew/queue.ts';
import { BEYOND, type Facts, nobodyElse } from '../../src/checker/facts.ts';
import { Monitor } from '../../src/checker/monitor.ts';
import { Search } from '../../src/checker/search.ts';
import { spaceOf } from '../../src/checker/source.ts';
import type { Space } from '../../src/checker/space.ts';
import { twoPhaseCommit } from './models/two-phase-commit.ts';

/**
 * Follows in the thread that leads, as slowly as it may: of each level it takes no world, but all those that the level led to,
 * keeps them in hand, and brings them when their turn has come.
 */
class Hoarder {
  /** How often the index grew while all of the level about to begin was in its hand. */
  grewInBetween = 0;
  private readonly memory: SharedMemory;
  private readonly levels: Levels;
  private readonly queue: Queue;
  /** It never brings what it holds. */
  private readonly isForgetful: boolean;
  private held: number[] = [];
  private depth: number;
  private turn = -1;

  constructor(memory: SharedMemory, queue: Int32Array, isForgetful: boolean) {
    this.memory = memory;
    this.isForgetful = isForgetful;
    this.levels = new Levels(memory, 1);
    this.queue = new Queue(memory, queue, 1);
    this.depth = memory.control[DEPTH]!;
  }

  /** Does what is to be done between two steps of who leads. */
  look(): void {
    const { control } = this.memory;
    if (control[TURN] === this.turn) return;
    if (control[PHASE] === PHASE_GROW) {
      if (this.held.length > 0 && !this.levels.levelLeft()) this.grewInBetween++;
      this.arrive();
    } else if (control[PHASE] === PHASE_EXPAND) this.follow();
  }

  private follow(): void {
    const { control } = this.memory;
    if (control[PAUSE] !== 0) return this.arrive();
    if (control[DEPTH] !== this.depth) {
      this.depth = control[DEPTH]!;
      for (const world of this.held.splice(0)) {
        if (!this.isForgetful) this.queue.bring(world);
      }
    }
    const isLeft = this.queue.length > 0 || this.levels.levelLeft();
    if (control[RESTING] === 0 || isLeft) return;
    for (let chunk = this.levels.takeAhead(); chunk !== null; chunk = this.levels.takeAhead()) {
      for (let world = chunk.from; world < chunk.to; world++) this.held.push(world);
    }
    this.arrive();
  }

  private arrive(): void {
    this.turn = this.memory.control[TURN]!;
    this.memory.control[ARRIVED]!++;
  }
}

const subject = twoPhaseCommit(3);

function begun(space: Space): Search {
  const search = new Search(space, new Monitor(space, subject.properties), 'none');
  search.begin();
  return search;
}

const known = spaceOf(subject);
const alone = begun(known);
while (!alone.finished) alone.advance(1000);
const whole = [true, 288, alone.depth, alone.generated];

/** A led search to its end, with a follower in the same thread, and the smallest index that the world grows out of. */
function ledBeside({
  space = known,
  facts = nobodyElse as Facts,
  length = 0,
  isForgetful = false,
}) {
  const search = begun(space);
  const memory = reserve(2, search.widths, 100_000, 8);
  memory.control[INDEX_SLOTS] = 256;
  memory.control[INDEX_USED] = 256;
  const queue = reserveQueue();
  const followers = { memory, queues: [queue], shares: Promise.resolve([]) };
  const monitor = new Monitor(space, subject.properties);
  const led = new LedSearch(
    space,
    monitor,
    { read: facts.read, length },
    followers,
    'none',
    search.handOver(),
  );
  const widths = [...memory.widths];
  const hoarder = new Hoarder(memory, queue, isForgetful);
  for (let step = 0; step < 10_000 && !led.finished; step++) {
    led.advance(1);
    hoarder.look();
  }
  return { led, hoarder, isWider: memory.widths.some((width, slot) => width > widths[slot]!) };
}

async function countsOf(led: LedSearch) {
  const { complete, count, depth, generated } = await led.explored();
  return [complete, count, depth, generated];
}

it('a level all of which is in the hand of who follows is not over because the index grew before its turn', async () => {
  const { hoarder, led } = ledBeside({});
  expect(await countsOf(led)).toEqual(whole);
  expect(hoarder.grewInBetween).toBeGreaterThan(0);
});

it('a search that lost worlds is not taken for whole', async () => {
  await expect(ledBeside({ isForgetful: true }).led.explored()).rejects.toThrow('some were lost');
});

it('worlds that the layout has no room for are made when all have paused for another one', async () => {
  const { isWider, led } = ledBeside({ space: spaceOf(subject) });
  expect(isWider).toBe(true);
  expect(await countsOf(led)).toEqual(whole);
});

it('a world that asks what another thread keeps for long is made later', async () => {
  let claims = 0;
  const claim = () => {
    if (claims++ % 7 !== 0) throw BEYOND;
  };
  const facts: Facts = { ...nobodyElse, claim };
  const { led } = ledBeside({ space: spaceOf(subject, null, false, facts), facts });
  expect(await countsOf(led)).toEqual(whole);
});

it('what all threads know counts as memory', () => {
  const bytes = (length: number) => ledBeside({ length }).led.byteLength();
  expect(bytes(1000) - bytes(0)).toBe(4000);
});

it('what is handed over finds an index with room for many more, as far as there is any', () => {
  const space = spaceOf(twoPhaseCommit(5));
  const search = begun(space);
  while (!search.finished) search.advance(1000);
  const sizes = Array.from({ length: space.slots() }, (_, slot) => space.sizeOf(slot));
  const slotsFor = (worlds: number) => {
    const memory = reserve(2, search.widths, worlds, 8);
    new LeadStore(memory).takeOver(search.handOver(), sizes);
    return [memory.control[INDEX_SLOTS]!, memory.indexes[0].length] as const;
  };
  const [slots] = slotsFor(1_000_000);
  expect(slots).toBeGreaterThanOrEqual(16 * search.count);
  const [most, reserved] = slotsFor(20_000);
  expect(16 * search.count).toBeGreaterThan(reserved);
  expect(most).toBe(reserved);
});
