import { CheckError } from '../check-error.ts';
import { BEYOND, type Facts, type LearnFact, type TellFact } from '../facts.ts';
import { IntegerList } from '../integer-list.ts';
import { NoRoom } from '../no-room.ts';
import { words32 } from './memory.ts';

const LOG_WORDS = 1 << 28;
const HEADER_WORDS = 2;
/** Words of control. */
const END = 0;
const LOCK = 16;
const CLAIMS = 32;
const CLAIMS_COUNT = 1024;
/** Who holds a lock holds it for as long as a step of a component takes at most, if its thread runs at all. */
const SPINS_MAX = 2000;
const WAIT_MILLISECONDS = 0.1;
/** A step of a component may take long, and its thread may have ended: after so many waits there is other work to do. */
const CLAIM_WAITS_MAX = 50;
/** Nobody tells a fact for so long: some ten seconds. */
const TELL_WAITS_MAX = 100_000;

/** All facts that were ever told, one after the other: whose it is, how many numbers, and these. It only grows. */
export interface FactMemory {
  readonly words: Int32Array;
  readonly control: Int32Array;
}

/**
 * The facts as one thread knows them. Who begins keeps them to itself until somebody wants to join; who joins builds its space
 * anew, by which it tells the same as who began did, and reads the rest.
 */
export class FactLog implements Facts {
  /** Whether this thread may ask components now. */
  asks = true;
  private readonly learners: LearnFact[] = [];
  private own: IntegerList | null;
  private memory: FactMemory | null;
  private isBuilding: boolean;
  /** Up to where this thread has read. */
  private at = 0;

  constructor(memory: FactMemory | null = null) {
    this.memory = memory;
    this.isBuilding = memory !== null;
    this.own = memory === null ? new IntegerList(1 << 16) : null;
  }

  /** How much this thread knows, in words. */
  get length(): number {
    return this.at;
  }

  get areShared(): boolean {
    return !this.isBuilding;
  }

  share(learn: LearnFact): TellFact {
    const sharer = this.learners.push(learn) - 1;
    return (fact, isKnown) => this.tell(sharer, fact, isKnown);
  }

  /** What others need to join. Room for so many words is reserved. */
  shared(room = LOG_WORDS): FactMemory {
    if (this.memory !== null) return this.memory;
    const memory = { words: words32(room), control: words32(CLAIMS + CLAIMS_COUNT) };
    const { data, length } = this.own!;
    memory.words.set(data.subarray(0, length));
    memory.control[END] = length;
    this.at = length;
    this.own = null;
    this.memory = memory;
    return memory;
  }

  /** The space is built: what all tell by building it was told before. */
  join(): void {
    this.isBuilding = false;
    this.read();
  }

  read(): void {
    if (this.memory === null) return;
    const { control, words } = this.memory;
    const end = Atomics.load(control, END);
    while (this.at < end) {
      const from = this.at + HEADER_WORDS;
      this.at = from + words[from - 1]!;
      this.learners[words[from - 2]!]!(words, from, this.at);
    }
  }

  claim(question: number): void {
    this.awaitTurn();
    if (this.memory === null) return;
    const claim = CLAIMS + (question & (CLAIMS_COUNT - 1));
    if (!take(this.memory.control, claim, CLAIM_WAITS_MAX)) throw BEYOND;
    this.read();
  }

  awaitTurn(): void {
    if (!this.asks) throw BEYOND;
  }

  release(question: number): void {
    if (this.memory === null) return;
    Atomics.store(this.memory.control, CLAIMS + (question & (CLAIMS_COUNT - 1)), 0);
  }

  private tell(sharer: number, fact: readonly number[], isKnown: () => boolean): void {
    if (this.memory !== null && !this.isBuilding) {
      this.tellAll(this.memory, sharer, fact, isKnown);
      return;
    }
    if (this.isBuilding) {
      this.compare(this.memory!, sharer, fact);
      this.learners[sharer]!(fact, 0, fact.length);
      return;
    }
    // Learnt from where it is noted, as later from the memory all share: what learns need not be compiled for two kinds of lists.
    const own = this.own!;
    const from = own.length + HEADER_WORDS;
    this.note(own, sharer, fact);
    this.learners[sharer]!(own.data, from, own.length);
  }

  /** What is told by building the space must be the same in all threads. */
  private compare({ words }: FactMemory, sharer: number, fact: readonly number[]): void {
    const from = this.at + HEADER_WORDS;
    this.at = from + fact.length;
    const isSame = words[from - 2] === sharer && words[from - 1] === fact.length;
    if (isSame && fact.every((word, at) => words[from + at] === word)) return;
    throw new CheckError(
      'not-deterministic',
      'the subject was another one when it was loaded again',
    );
  }

  private note(own: IntegerList, sharer: number, fact: readonly number[]): void {
    own.push(sharer);
    own.push(fact.length);
    for (let at = 0; at < fact.length; at++) own.push(fact[at]!);
  }

  private tellAll(
    { control, words }: FactMemory,
    sharer: number,
    fact: readonly number[],
    isKnown: () => boolean,
  ): void {
    if (!take(control, LOCK, TELL_WAITS_MAX))
      throw new CheckError('thread-ended', 'a thread ended while it told a fact');
    try {
      this.read();
      if (isKnown()) return;
      const from = this.at + HEADER_WORDS;
      if (from + fact.length > words.length) {
        throw new NoRoom('facts');
      }
      words[from - 2] = sharer;
      words[from - 1] = fact.length;
      for (let at = 0; at < fact.length; at++) words[from + at] = fact[at]!;
      Atomics.store(control, END, from + fact.length);
      this.read();
    } finally {
      Atomics.store(control, LOCK, 0);
    }
  }
}

/** False: somebody else held the lock all the time. */
function take(control: Int32Array, lock: number, waitsMax: number): boolean {
  for (let tries = 0; Atomics.compareExchange(control, lock, 0, 1) !== 0; tries++) {
    if (tries > SPINS_MAX + waitsMax) return false;
    if (tries > SPINS_MAX) Atomics.wait(control, lock, 1, WAIT_MILLISECONDS);
  }
  return true;
}
