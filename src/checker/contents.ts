import type { Channel } from '../../models/model.ts';
import { CheckError } from './check-error.ts';
import type { TellFact } from './facts.ts';
import { Interner } from './interner.ts';
import { PairTable } from './pair-table.ts';
import type { Vocabulary } from './vocabulary.ts';

export const FULL = -2;
const UNKNOWN = -1;

/**
 * The contents one channel has had, each a small integer; 0 is empty. A content is a list of message ids: in order of
 * sending for `fifo`, sorted for `unordered` and `set`. Sending and arriving are remembered per content.
 */
export class Contents {
  readonly interner: Interner;
  private readonly order: Channel<unknown, unknown>['order'];
  private readonly capacity: number;
  private readonly whenFull: 'block' | 'drop' | 'error';
  private readonly after = new PairTable();
  private readonly without = new PairTable();
  private readonly choices: (readonly number[])[] = [];
  private readonly tellAfter: TellFact;
  private readonly tellWithout: TellFact;

  constructor(name: string, channel: Channel<unknown, unknown>, vocabulary: Vocabulary) {
    this.interner = new Interner(`channel ${name}`, vocabulary);
    this.order = channel.order;
    this.capacity = channel.capacity ?? Number.POSITIVE_INFINITY;
    this.whenFull = channel.whenFull ?? 'block';
    this.interner.id([]);
    this.tellAfter = vocabulary.facts.share((words, at) =>
      this.after.set(words[at]!, words[at + 1]!, words[at + 2]!),
    );
    this.tellWithout = vocabulary.facts.share((words, at) =>
      this.without.set(words[at]!, words[at + 1]!, words[at + 2]!),
    );
  }

  list(content: number): readonly number[] {
    return this.interner.value(content) as readonly number[];
  }

  /** The content after a message is sent, or FULL. */
  send(content: number, message: number): number {
    const known = this.after.get(content, message);
    if (known !== UNKNOWN) return known === 0 ? FULL : known - 1;
    const result = this.compute(content, message);
    const kept = result === FULL ? 0 : result + 1;
    this.tellAfter([content, message, kept], () => this.after.get(content, message) !== UNKNOWN);
    return result;
  }

  /** Which messages may arrive next; no message twice. */
  next(content: number): readonly number[] {
    const known = this.choices[content];
    if (known !== undefined) return known;
    const list = this.list(content);
    const choices = this.order === 'fifo' ? list.slice(0, 1) : [...new Set(list)];
    this.choices[content] = choices;
    return choices;
  }

  /** The content after one of `next` arrived. */
  arrive(content: number, message: number): number {
    return this.order === 'set' ? content : this.lose(content, message);
  }

  /** The content after one of `next` is gone. */
  lose(content: number, message: number): number {
    const known = this.without.get(content, message);
    if (known !== UNKNOWN) return known;
    const list = this.list(content);
    const at = list.indexOf(message);
    const result = this.interner.id(list.filter((_, index) => index !== at));
    const isKnown = () => this.without.get(content, message) !== UNKNOWN;
    this.tellWithout([content, message, result], isKnown);
    return result;
  }

  /** The content of another channel that holds, for each message here, what `rename` makes of it. */
  renamed(content: number, into: Contents, rename: (message: number) => number): number {
    const list = this.list(content).map(rename);
    if (this.order !== 'fifo') list.sort((a, b) => a - b);
    return into.interner.id(list);
  }

  keepOnly(content: number, keep: (message: number) => boolean): number {
    const list = this.list(content);
    const kept = list.filter(keep);
    return kept.length === list.length ? content : this.interner.id(kept);
  }

  private compute(content: number, message: number): number {
    const list = this.list(content);
    if (this.order === 'set' && list.includes(message)) return content;
    if (list.length >= this.capacity) {
      if (this.whenFull === 'error') {
        throw new CheckError(
          'channel-full',
          `${this.interner.name} would hold more than its capacity of ${this.capacity} messages`,
        );
      }
      return this.whenFull === 'drop' ? content : FULL;
    }
    const longer = [...list, message];
    if (this.order !== 'fifo') longer.sort((a, b) => a - b);
    return this.interner.id(longer);
  }
}
