import { isOurOwn } from './facts.ts';
import { textOf } from './text-of.ts';

/** What a caller may have got wrong. The code is for programs, the sentence names the value. */
export type CheckErrorCode =
  | 'not-plain-data'
  | 'not-deterministic'
  | 'state-changed-in-place'
  | 'no-model'
  | 'no-initial-state'
  | 'unknown-name'
  | 'name-taken'
  | 'unknown-budget'
  | 'impossible-bound'
  | 'channel-full'
  | 'endless-delivery'
  | 'component-threw'
  | 'property-threw'
  | 'model-threw'
  | 'bad-result'
  | 'unhandled-event'
  | 'unknown-action'
  | 'unsupported-machine'
  | 'cannot-load-model'
  | 'cannot-share'
  | 'thread-ended'
  | 'bad-checkpoint'
  | 'not-symmetric';

/** The check could not be made as asked. Never used for what the checked system does wrong: that is a verdict. */
export class CheckError extends Error {
  readonly code: CheckErrorCode;

  constructor(code: CheckErrorCode, sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = 'CheckError';
    this.code = code;
  }
}

/** What JavaScript says of who writes into what is frozen. */
const changedInPlace = /read only property|is not extensible|Cannot delete property/;

/** Calls what the user wrote; what it throws becomes an error that says who threw it. */
export function guarded<Result>(
  code: CheckErrorCode,
  who: string | (() => string),
  call: () => Result,
): Result {
  try {
    return call();
  } catch (cause) {
    throw blaming(code, who, cause);
  }
}

/** What to throw where something that the user wrote threw. */
export function blaming(
  code: CheckErrorCode,
  who: string | (() => string),
  cause: unknown,
): unknown {
  if (cause instanceof CheckError || isOurOwn(cause)) return cause;
  const said = typeof who === 'string' ? who : who();
  const reason = cause instanceof Error ? cause.message : textOf(cause);
  if (cause instanceof TypeError && changedInPlace.test(reason)) {
    const sentence = `${said} changed what was handed out, or handed it out before: ${reason}`;
    return new CheckError('state-changed-in-place', sentence, cause);
  }
  return new CheckError(code, `${said} threw: ${reason}`, cause);
}
