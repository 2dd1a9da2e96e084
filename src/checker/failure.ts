import { CheckError, type CheckErrorCode } from './check-error.ts';

/** An error of one thread, as it is told to another. `code` null: a fault of ours. */
export interface Failure {
  readonly code: CheckErrorCode | null;
  readonly sentence: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof CheckError) return { code: error.code, sentence: error.message };
  return { code: null, sentence: error instanceof Error ? `${error.stack}` : String(error) };
}

/** Of a thread that ended by itself, as it does when what it was given to check ends its process. */
export function threadEnded(error: Error): CheckError {
  return new CheckError('thread-ended', error.message, error);
}

export function errorOf({ code, sentence }: Failure): Error {
  return code === null ? new Error(sentence) : new CheckError(code, sentence);
}
