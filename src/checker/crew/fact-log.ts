import { CheckError } from '../check-error.ts';
import type { Facts, LearnFact } from '../facts.ts';
import { IntegerList } from '../integer-list.ts';
import { words32 } from './memory.ts';

const LOG_WORDS = 1 << 28;
const END = 0;

/** All facts that were ever learnt, one after the other: who learns it, how many numbers, and these. It only grows. */
export interface FactMemory {
  readonly words: Int32Array;
  readonly control: Int32Array;
}

/** The end of the log at which one thread writes what it learns. Nothing is shared before somebody wants to follow. */
export class FactWriter implements Facts {
  readonly follows = false;
  private readonly own = new IntegerList(1 << 16);
  private memory: FactMemory | null = null;
  private end = 0;
  private sharers = 0;

  share(): (fact: readonly number[]) => void {
    const number = this.sharers++;
    return (fact) => this.write(number, fact);
  }

  /** All that was written so far, and will be. */
  shared(): FactMemory {
    if (this.memory !== null) return this.memory;
    const memory = { words: words32(LOG_WORDS), control: words32(1) };
    memory.words.set(this.own.data.subarray(0, this.own.length));
    this.end = this.own.length;
    memory.control[END] = this.end;
    this.memory = memory;
    return memory;
  }

  private write(sharer: number, fact: readonly number[]): void {
    if (this.memory !== null) return this.writeShared(this.memory, sharer, fact);
    const { own } = this;
    own.push(sharer);
    own.push(fact.length);
    for (let at = 0; at < fact.length; at++) own.push(fact[at]!);
  }

  private writeShared(
    { control, words }: FactMemory,
    sharer: number,
    fact: readonly number[],
  ): void {
    if (this.end + 2 + fact.length > words.length) {
      throw new CheckError('impossible-bound', 'the workers’ record of local steps is full');
    }
    words[this.end] = sharer;
    words[this.end + 1] = fact.length;
    for (let at = 0; at < fact.length; at++) words[this.end + 2 + at] = fact[at]!;
    this.end += 2 + fact.length;
    Atomics.store(control, END, this.end);
  }
}

/** What a thread that follows reads of the log. */
export class FactReader implements Facts {
  readonly follows = true;
  private readonly memory: FactMemory;
  private readonly learners: LearnFact[] = [];
  private at = 0;

  constructor(memory: FactMemory) {
    this.memory = memory;
  }

  share(learn: LearnFact): () => void {
    this.learners.push(learn);
    return () => {};
  }

  /** Learns what is new. */
  read(): void {
    const { control, words } = this.memory;
    const end = Atomics.load(control, END);
    while (this.at < end) {
      const from = this.at + 2;
      this.at = from + words[this.at + 1]!;
      this.learners[words[from - 2]!]!(words, from, this.at);
    }
  }
}
