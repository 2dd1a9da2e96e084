import { NoRoom } from './no-room.ts';

/** Thrown where a thread must leave a world to another one, or to a later time. */
export const BEYOND = Symbol('beyond this thread, or not now');

/** Nobody who was asked threw it. */
export function isOurOwn(thrown: unknown): boolean {
  return thrown === BEYOND || thrown instanceof NoRoom;
}

/** A fact is what lies in `words` from one place to before another. */
export type LearnFact = (words: ArrayLike<number>, from: number, end: number) => void;

/** Tells a fact, unless it turns out that some other thread told it meanwhile. Whoever tells one learns it as all others do. */
export type TellFact = (fact: readonly number[], isKnown: () => boolean) => void;

/**
 * What threads that explore one space learn by asking components, channels and rules, and which numbers they give to values. A
 * fact is a few integers. All learn all facts in the same order.
 */
export interface Facts {
  /** Other threads learn what is told. */
  readonly areShared: boolean;
  /** In every thread, who learns facts says so in the same order. */
  share(learn: LearnFact): TellFact;
  /** Learns what other threads told. */
  read(): void;
  /**
   * Keeps others from asking a question until it is released, having waited for who asks it already and learnt what came of it.
   * Throws `BEYOND` where it must not be asked now.
   */
  claim(question: number): void;
  release(question: number): void;
  /** Throws `BEYOND` where nothing must be asked now that anybody counts. */
  awaitTurn(): void;
}

/** For a space that one thread explores. */
export const nobodyElse: Facts = {
  areShared: false,
  share: (learn) => (fact) => learn(fact, 0, fact.length),
  read: () => {},
  claim: () => {},
  release: () => {},
  awaitTurn: () => {},
};
