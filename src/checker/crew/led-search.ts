import { type EdgesKept, Expander } from '../expander.ts';
import type { Monitor } from '../monitor.ts';
import type { Explored, Handed } from '../search.ts';
import type { Space } from '../space.ts';
import { CrewExplored } from './crew-explored.ts';
import { EdgeList } from './edge-list.ts';
import type { FactLog } from './fact-log.ts';
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
import { Queue } from './queue.ts';
import { shareOf } from './share.ts';

const SERVED_AT_ONCE = 16;
const REST_MILLISECONDS = 0.5;
const SPINS_MAX = 200;
/** What a short rest counts, in worlds expanded: others want to be looked at too. */
const REST_WORLDS = 64;

/**
 * A search by several threads. All take worlds of a level and make their actions; whoever is first to meet a question asks it, and
 * tells the others. This thread decides when a level is over, and may lay out all worlds anew: one for which the layout has no room
 * is brought to it.
 */
export class LedSearch extends SharedProgress {
  finished = false;
  private readonly space: Space;
  private readonly monitor: Monitor;
  private readonly facts: Pick<FactLog, 'length' | 'read'>;
  private readonly followers: Pick<Followers, 'shares'>;
  private readonly store: LeadStore;
  private readonly expander: Expander;
  private readonly edges: EdgeList | null;
  private readonly levels: Levels;
  private readonly queues: readonly Queue[];
  /** Worlds that were brought to be expanded. */
  private readonly toExpand: number[] = [];
  /** All enter their worlds into a larger index. */
  private growing = false;
  /** A world for which the layout has no room: all have to wait, so that it can be changed. */
  private needy: Int32Array | null = null;
  private isResting = false;
  /** How many more times it looks for work before it sleeps. */
  private spins = SPINS_MAX;

  constructor(
    space: Space,
    monitor: Monitor,
    facts: Pick<FactLog, 'length' | 'read'>,
    followers: Pick<Followers, 'memory' | 'queues' | 'shares'>,
    kept: EdgesKept,
    handed: Handed,
  ) {
    const { memory, queues } = followers;
    super(memory);
    this.space = space;
    this.monitor = monitor;
    this.facts = facts;
    this.followers = followers;
    this.store = new LeadStore(memory);
    this.store.takeOver(handed, this.sizes());
    this.edges = kept === 'none' ? null : EdgeList.of(handed.edges!);
    this.expander = new Expander(space, monitor, this.store, this.edges, kept);
    const { cursor, foundBy, generated, groups, made } = handed;
    this.expander.recall(groups, generated, made, foundBy, cursor);
    this.levels = new Levels(memory, 0);
    this.queues = queues.map((words, at) => new Queue(memory, words, at + 1));
    this.levels.release(PHASE_EXPAND);
  }

  /** Does some work: about as much as so many worlds take. */
  advance(worldsMax: number): void {
    for (let left = worldsMax; left > 0 && !this.finished; ) left -= this.work();
    this.memory.control[ofWorker(0, GENERATED)] = this.expander.generated | 0;
  }

  /** The run ends as soon as all have put away what is in their hands: it is to be advanced until then. */
  stop(): void {
    Atomics.compareExchange(this.control, STOP, 0, STOP_BY_REQUEST);
  }

  /** With the facts that all share; what properties remember, each thread remembers for itself. */
  byteLength(): number {
    const { facts, memory, monitor, store } = this;
    const worlds = this.count * ((store.layout.words + 2) * 4 + 12);
    return worlds + facts.length * 4 + monitor.byteLength() * memory.workers;
  }

  /** What all found together, once this search is finished. */
  async explored(): Promise<Explored> {
    const shares = await this.followers.shares;
    this.facts.read();
    const own = shareOf(this.space, this.monitor, this.expander, this.edges);
    return new CrewExplored(this.memory, [own, ...shares], (one, other) => one + other);
  }

  private get control(): Int32Array {
    return this.memory.control;
  }

  private work(): number {
    const { control, levels, store } = this;
    this.drain();
    this.facts.read();
    if (!this.growing && this.needy === null && control[STOP] === 0 && !store.needsGrowth()) {
      if (this.toExpand.length > 0) return this.serve();
      const chunk = levels.take();
      if (chunk !== null) {
        for (let number = chunk.from; number < chunk.to; number++) this.toExpand.push(number);
        return this.serve();
      }
    }
    this.expander.flush();
    if (control[STOP] === STOP_FAILED) this.finished = true;
    else if (this.othersRest()) this.decide();
    return REST_WORLDS;
  }

  /** Expands worlds that are in its hands. One that asks what another thread is asking for long is left for later. */
  private serve(): number {
    const { expander, toExpand } = this;
    this.rest(false);
    for (let served = 1; served <= SERVED_AT_ONCE; served++) {
      const number = toExpand.pop();
      if (number === undefined) return served;
      if (expander.attempt(number)) continue;
      toExpand.unshift(number);
      this.needy = expander.takeNeedy();
      if (this.needy !== null) Atomics.store(this.control, PAUSE, 1);
      return REST_WORLDS;
    }
    return SERVED_AT_ONCE;
  }

  private drain(): void {
    for (const queue of this.queues) queue.drain(this.take);
    Atomics.store(this.control, BACKLOG, this.toExpand.length);
  }

  private readonly take = (world: number): void => {
    this.toExpand.push(world);
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
    const isDue = this.growing || this.needy !== null || this.store.needsGrowth();
    return isDue || control[STOP] !== 0 || this.toExpand.length === 0;
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
    if (this.needy !== null) return this.widenFor(this.needy);
    // A level that began with a larger index is not over before its turn: who looked ahead has worlds of it in hand.
    if (!growing && this.toExpand.length === 0 && !levels.levelLeft()) {
      if (monitor.violations.length > 0) control[VIOLATED] = 1;
      const found = levels.endLevel();
      if (!found || control[VIOLATED] !== 0) return this.end();
    }
    if (!store.needsGrowth()) return levels.release(PHASE_EXPAND);
    if (!levels.swapIndex()) return this.end();
    this.reenter();
  }

  /** Changes how all worlds lie: all others wait. */
  private widenFor(needy: Int32Array): void {
    this.store.widenFor(needy, this.sizes());
    this.expander.relayout();
    this.needy = null;
    Atomics.store(this.control, PAUSE, 0);
    this.reenter();
  }

  /** All enter their worlds into the index. */
  private reenter(): void {
    this.growing = true;
    this.levels.release(PHASE_GROW);
    this.store.reenter();
  }

  private end(): void {
    if (this.monitor.violations.length > 0) this.control[VIOLATED] = 1;
    this.finished = true;
    this.levels.release(PHASE_END);
  }

  private sizes(): readonly number[] {
    const { space } = this;
    return Array.from({ length: space.slots() }, (_, slot) => space.sizeOf(slot));
  }
}
