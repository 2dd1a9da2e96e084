import { CheckError, type CheckErrorCode, guarded } from './check-error.ts';
import type { Facts, TellFact } from './facts.ts';
import { IntegerList } from './integer-list.ts';
import { Interner } from './interner.ts';
import type { Structures } from './structures.ts';
import { Vocabulary } from './vocabulary.ts';

/** How a value is looked at: what matters of it to who asks. */
export type Take = (value: never) => unknown;

export interface PartSurroundings {
  /** Who takes it, for errors. */
  readonly saidBy: string;
  readonly code: CheckErrorCode;
  readonly structures: Structures;
  readonly facts: Facts;
  read(slot: number, id: number): unknown;
}

/**
 * The part that matters of the values of one slot, to a property or a joint rule. Each value is looked at once; values of which
 * the same matters have one number.
 */
export class Part {
  readonly slot: number;
  /** Its place among those of one composition: the same in every thread. */
  readonly number: number;
  private readonly take: Take;
  private readonly surroundings: PartSurroundings;
  private readonly taken: Interner;
  /** By the id of a value: the number of its part, plus one. */
  private readonly numbers = new IntegerList();
  private readonly tell: TellFact;

  constructor(slot: number, take: Take, number: number, surroundings: PartSurroundings) {
    this.slot = slot;
    this.number = number;
    this.take = take;
    this.surroundings = surroundings;
    const { facts, saidBy, structures } = surroundings;
    const own = new Vocabulary(null, facts, structures);
    this.taken = new Interner(`what ${saidBy} takes`, own);
    this.tell = facts.share((words, at) => this.numbers.set(words[at]!, words[at + 1]!));
  }

  numberOf(id: number): number {
    const known = this.numbers.at(id);
    return known > 0 ? known - 1 : this.firstNumber(id);
  }

  /** -1 if it was not asked yet. */
  knownOf(id: number): number {
    return this.numbers.at(id) - 1;
  }

  value(number: number): unknown {
    return this.taken.value(number);
  }

  private firstNumber(id: number): number {
    const { code, read, saidBy } = this.surroundings;
    const value = read(this.slot, id) as never;
    const number = this.taken.id(guarded(code, saidBy, () => this.take(value)));
    this.tell([id, number + 1], () => this.knownOf(id) >= 0);
    return number;
  }
}

/** Errors: `unknown-name` for a part of what is not read. */
export function refuseUnread(
  parts: Readonly<Record<string, unknown>>,
  reads: readonly string[] | null,
  saidBy: string,
  word: string,
): void {
  const unread = Object.keys(parts).find((name) => !reads?.includes(name));
  if (unread === undefined) return;
  const sentence = `${saidBy} has ${word} for ${unread}, which it does not read`;
  throw new CheckError('unknown-name', sentence);
}
