import { CheckError } from './check-error.ts';

type Hand = <Result>(
  who: () => string,
  given: readonly unknown[],
  call: (...given: readonly unknown[]) => Result,
) => Result;

/** Calls what the user wrote with what is given: states and messages are frozen. */
export const handed: Hand = (_, given, call) => call(...given);

/**
 * Calls it with copies that can be written to. Code that is not strict writes to what is frozen in vain, and hears nothing of it:
 * the step it meant to make would be taken for one that changes nothing.
 * Errors: `state-changed-in-place`.
 */
export const lent: Hand = (who, given, call) => {
  const text = JSON.stringify(given);
  const copies = JSON.parse(text) as readonly unknown[];
  const result = call(...copies);
  if (JSON.stringify(copies) === text) return result;
  throw new CheckError('state-changed-in-place', `${who()} changed what was handed out`);
};
