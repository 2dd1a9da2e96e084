import type { EdgesKept } from '../expander.ts';
import { Expander } from '../expander.ts';
import type { Monitor } from '../monitor.ts';
import type { Explored, Handed } from '../search.ts';
import type { Space } from '../space.ts';
import { CrewExplored } from './crew-explored.ts';
import { EdgeList } from './edge-list.ts';
import type { Followers } from './followers.ts';
import { LeadStore } from './lead-store.ts';
import { Levels } from './levels.ts';
import {
  ARRIVED,
  BACKLOG,
  GENERATED,
  ofWorker,
  PAUSE,
  PHASE_END,
  PHASE_EXPAND,
  PHASE_GROW,
  RESTING,
  STOP,
  STOP_BY_REQUEST,
  STOP_FAILED,
  VIOLATED,
} from './memory.ts';
import { SharedProgress } from './progress.ts';
import { EXPAND, Queue } from './queue.ts';
import { shareOf } from './share.ts';

const SERVED_AT_ONCE = 64;
const REST_MILLISECONDS = 0.5;
const SPINS_MAX = 200;
/** What a short rest counts, in worlds expanded: others want to be looked at too. */
const REST_WORLDS = 64;

/**
 * A search by several threads. This one asks the components and properties whatever is to be asked, once; the others make the
 * actions whose parts are known and bring it the worlds that take more. Whatever is left it makes of the level itself.
 */
export class LedSearch extends SharedProgress {
  finished = false;
  private readonly space: Space;
  private readonly monitor: Monitor;
  private readonly followers: Pick<Followers, 'shares'>;
  private readonly store: LeadStore;
  private readonly expander: Expander;
  private readonly edges: EdgeList | null;
  private readonly levels: Levels;
  private readonly queues: readonly Queue[];
  /** Worlds that were brought to be expanded. */
  private readonly toExpand: number[] = [];
  /** And to be asked about: world and group, in turns. */
  private readonly toAsk: number[] = [];
  private world: Int32Array;
  /** All enter their worlds into a larger index. */
  private growing = false;
  private isResting = false;
  /** How many more times it looks for work before it sleeps. */
  private spins = SPINS_MAX;

  constructor(
    space: Space,
    monitor: Monitor,
    followers: Pick<Followers, 'memory' | 'queues' | 'shares'>,
    kept: EdgesKept,
    handed: Handed,
  ) {
    const { memory, queues } = followers;
    super(memory);
    this.space = space;
    this.monitor = monitor;
    this.followers = followers;
    this.store = new LeadStore(memory, (change) => this.whileOthersRest(change));
    const sizes = Array.from({ length: space.slots() }, (_, slot) => space.sizeOf(slot));
    this.store.takeOver(handed, sizes);
    this.edges = kept === 'none' ? null : EdgeList.of(handed.edges!);
    this.expander = new Expander(space, monitor, this.store, this.edges, kept);
    const { cursor, foundBy, generated, groups, made } = handed;
    this.expander.recall(groups, generated, made, foundBy, cursor);
    this.levels = new Levels(memory, 0);
    this.queues = queues.map((words, at) => new Queue(memory, words, at + 1));
    this.world = new Int32Array(space.slots());
    this.levels.release(PHASE_EXPAND);
  }

  /** Does some work: about as much as so many worlds take. */
  advance(worldsMax: number): void {
    for (let left = worldsMax; left > 0 && !this.finished; ) left -= this.work();
    this.memory.control[ofWorker(0, GENERATED)] = this.expander.generated | 0;
  }

  /** Ends the run as soon as all have put away what is in their hands. */
  stop(): void {
    Atomics.compareExchange(this.control, STOP, 0, STOP_BY_REQUEST);
    while (!this.finished) this.work();
  }

  byteLength(): number {
    return this.count * ((this.store.layout.words + 2) * 4 + 12);
  }

  /** What all found together, once this search is finished. */
  async explored(): Promise<Explored> {
    const shares = await this.followers.shares;
    const own = shareOf(this.space, this.monitor, this.expander, this.edges);
    return new CrewExplored(this.memory, [own, ...shares]);
  }

  private get control(): Int32Array {
    return this.memory.control;
  }

  private work(): number {
    const { control, expander, levels, store } = this;
    this.drain();
    if (!this.growing && control[STOP] === 0 && !store.needsGrowth()) {
      if (this.brought > 0) {
        this.rest(false);
        return this.serve();
      }
      const chunk = levels.take();
      if (chunk !== null) {
        this.rest(false);
        for (let number = chunk.from; number < chunk.to; number++) expander.expand(number);
        return chunk.to - chunk.from;
      }
    }
    expander.flush();
    if (control[STOP] === STOP_FAILED) this.finished = true;
    else if (this.othersRest()) this.decide();
    return REST_WORLDS;
  }

  /** What is to be expanded goes first: the others learn from it. */
  private serve(): number {
    const { expander, monitor, store, toAsk, toExpand, world } = this;
    let served = 0;
    for (; served < SERVED_AT_ONCE && toExpand.length > 0; served++) {
      expander.expand(toExpand.pop()!);
    }
    for (; served < SERVED_AT_ONCE && toAsk.length > 0; served++) {
      const group = toAsk.pop()!;
      const number = toAsk.pop()!;
      store.read(number, world);
      monitor.brought(group, world, number);
    }
    return served;
  }

  private get brought(): number {
    return this.toExpand.length + this.toAsk.length;
  }

  private drain(): void {
    for (const queue of this.queues) queue.drain(this.take);
    Atomics.store(this.control, BACKLOG, this.toExpand.length);
  }

  private readonly take = (world: number, group: number): void => {
    if (group === EXPAND) this.toExpand.push(world);
    else this.toAsk.push(world, group);
  };

  /** All others wait, and nothing that they brought is left; if not, it waits a little. */
  private othersRest(): boolean {
    const { control } = this;
    this.rest(true);
    const arrived = Atomics.load(control, ARRIVED);
    if (arrived < this.queues.length) {
      if (this.spins-- > 0) return false;
      Atomics.wait(control, ARRIVED, arrived, REST_MILLISECONDS);
      return false;
    }
    this.drain();
    return this.growing || control[STOP] !== 0 || this.store.needsGrowth() || this.brought === 0;
  }

  private rest(isResting: boolean): void {
    if (this.isResting === isResting) return;
    this.isResting = isResting;
    this.spins = SPINS_MAX;
    Atomics.store(this.control, RESTING, isResting ? 1 : 0);
  }

  private decide(): void {
    const { control, levels, monitor, store } = this;
    const { growing } = this;
    this.growing = false;
    if (control[STOP] !== 0) return this.end();
    // A level that began with a larger index is not over before its turn: who looked ahead has worlds of it in hand.
    if (!growing && this.brought === 0 && !levels.levelLeft()) {
      const found = levels.endLevel();
      if (!found || monitor.violations.length > 0) return this.end();
    }
    if (!store.needsGrowth()) return levels.release(PHASE_EXPAND);
    if (!levels.swapIndex()) return this.end();
    this.growing = true;
    levels.release(PHASE_GROW);
    store.reenter();
  }

  private end(): void {
    if (this.monitor.violations.length > 0) this.control[VIOLATED] = 1;
    this.finished = true;
    this.levels.release(PHASE_END);
  }

  /** Changes how all worlds lie, and has all enter their worlds into the index again. */
  private whileOthersRest(change: () => void): void {
    const { control, levels } = this;
    Atomics.store(control, PAUSE, 1);
    this.awaitOthers();
    change();
    levels.release(PHASE_GROW);
    this.store.reenter();
    this.awaitOthers();
    Atomics.store(control, PAUSE, 0);
    levels.release(PHASE_EXPAND);
  }

  private awaitOthers(): void {
    const { control, queues } = this;
    for (;;) {
      this.drain();
      const arrived = Atomics.load(control, ARRIVED);
      if (arrived === queues.length) return;
      if (control[STOP] === STOP_FAILED) throw new Error('a thread that follows failed');
      Atomics.wait(control, ARRIVED, arrived, REST_MILLISECONDS);
    }
  }
}
