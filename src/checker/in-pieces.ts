/**
 * Long work that pauses now and then, so that whoever drives it may look at limits, hear who interrupts, and give it up.
 * To pause costs little beside so many looks at worlds or edges.
 */
export type InPieces<Result> = Generator<undefined, Result, undefined>;

export const LOOKS_AT_ONCE = 1 << 16;

/** Without a pause. */
export function atOnce<Result>(work: InPieces<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as Result;
  }
}
