import { CheckError } from '../check-error.ts';
import type { Interner } from '../interner.ts';
import type { IdSource } from '../vocabulary.ts';
import { DICTIONARY_END, LOCK, type SharedMemory } from './memory.ts';

/**
 * All texts that any worker ever gave an id, in one shared list that only grows. Who replays the list learns the same ids.
 * A record is the number of its interner, the length of its text, and the text.
 */
export class Dictionary implements IdSource {
  readonly shared = true;
  private readonly interners: Interner[] = [];
  private readonly control: Int32Array;
  private readonly words: Int32Array;
  private readonly text: Buffer;
  /** Texts of interners that this thread has not built yet. */
  private readonly early = new Map<number, string[]>();
  /** Up to where this thread has read, in words. */
  private read = 0;

  constructor({ control, dictionary }: SharedMemory) {
    this.control = control;
    this.words = dictionary;
    this.text = Buffer.from(dictionary.buffer);
  }

  /** Interners must register in the same order in every thread. */
  register(interner: Interner): void {
    const number = this.interners.push(interner) - 1;
    for (const text of this.early.get(number) ?? []) interner.learn(text);
    this.early.delete(number);
  }

  settle(interner: Interner, text: string): void {
    this.lock();
    try {
      this.sync();
      if (interner.knows(text)) return;
      this.appendText(interner, text);
      this.sync();
    } finally {
      this.unlock();
    }
  }

  /** Learns what others added. */
  sync(): void {
    const end = Atomics.load(this.control, DICTIONARY_END);
    while (this.read < end) {
      const number = this.words[this.read]!;
      const bytes = this.words[this.read + 1]!;
      const from = (this.read + 2) * 4;
      this.learn(number, this.text.toString('utf8', from, from + bytes));
      this.read += 2 + Math.ceil(bytes / 4);
    }
  }

  private learn(number: number, text: string): void {
    const interner = this.interners[number];
    if (interner !== undefined) {
      interner.learn(text);
      return;
    }
    this.early.set(number, [...(this.early.get(number) ?? []), text]);
  }

  /** Where so many words more can go. */
  private room(words: number): number {
    const at = Atomics.load(this.control, DICTIONARY_END);
    if (at + 2 + words <= this.words.length) return at;
    throw new CheckError('impossible-bound', 'the workers’ dictionary of local states is full');
  }

  private appendText(interner: Interner, text: string): void {
    const bytes = Buffer.byteLength(text);
    const at = this.room(Math.ceil(bytes / 4));
    const end = at + 2 + Math.ceil(bytes / 4);
    this.words[at] = this.interners.indexOf(interner);
    this.words[at + 1] = bytes;
    this.text.write(text, (at + 2) * 4, 'utf8');
    Atomics.store(this.control, DICTIONARY_END, end);
  }

  private lock(): void {
    while (Atomics.compareExchange(this.control, LOCK, 0, 1) !== 0) {
      Atomics.wait(this.control, LOCK, 1, 1);
    }
  }

  private unlock(): void {
    Atomics.store(this.control, LOCK, 0);
    Atomics.notify(this.control, LOCK, 1);
  }
}
