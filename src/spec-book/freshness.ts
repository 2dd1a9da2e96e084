/** A generated file that is not what its sources say. */
export interface Stale {
  readonly file: string;
  /** First line that differs, from 1. */
  readonly line: number;
  readonly found: string;
  readonly expected: string;
}

/** Null: the file is what its sources say. `found` null: there is no file. */
export function staleness(file: string, found: string | null, expected: string): Stale | null {
  if (found === expected) return null;
  if (found === null) return { file, line: 1, found: '(no file)', expected: 'a generated file' };
  const [have, want] = [found.split('\n'), expected.split('\n')];
  let index = 0;
  while (have[index] === want[index]) index++;
  const shown = (line: string | undefined) => line ?? '(end of file)';
  return { file, line: index + 1, found: shown(have[index]), expected: shown(want[index]) };
}

export const staleText = ({ file, line, found, expected }: Stale): string =>
  `${file}:${line}: stale\n  found     ${found}\n  expected  ${expected}`;
