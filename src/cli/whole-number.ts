import { InvalidArgumentError } from 'commander';

/** Reads an option that is a count, or a seed. */
export const wholeTo =
  (most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d/.test(text) && Number.isSafeInteger(value) && value >= 1 && value <= most)
      return value;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };

export const wholeFromOne = wholeTo(Number.MAX_SAFE_INTEGER);
