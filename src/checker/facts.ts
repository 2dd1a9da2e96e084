/** Thrown where a thread that follows would have to ask what only the thread that learns can: it was not told yet. */
export const UNKNOWN = Symbol('not told yet');
/** Thrown instead, where the answer is no matter for who follows, but somebody must look at the world. */
export const TO_BE_ASKED = Symbol('somebody must look');

/**
 * What one thread learns by asking components, channels and rules, for threads that only follow. A fact is a few integers.
 * Who follows has no values at all, only their ids; it gets all facts in the order in which they were learnt.
 */
export interface Facts {
  readonly follows: boolean;
  /** In every thread, who learns facts says so in the same order. What is returned tells a fact. */
  share(learn: LearnFact): (fact: readonly number[]) => void;
}

/** A fact is what lies in `words` from one place to before another. */
export type LearnFact = (words: Int32Array, from: number, end: number) => void;

const tellNobody = (): void => {};

/** For a space that nobody follows. */
export const nobodyFollows: Facts = { follows: false, share: () => tellNobody };

/** Whether what was thrown is no error, but says that this thread can not go on with this world. */
export function isBeyond(thrown: unknown): boolean {
  return thrown === UNKNOWN || thrown === TO_BE_ASKED;
}
