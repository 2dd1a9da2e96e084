import type { Coverage } from '../verdict.ts';

/** What was done, a line for all actions of one name of one who offers them; then the marks, and what was never reached. */
export function renderCoverage({ holes, marks, moves }: Coverage): string {
  const made = moves.map(({ by, fault, found, made, name }) => {
    const who = [by, fault ? 'fault' : ''].filter((word) => word !== '').join(', ');
    return `  made ${made}, found ${found}: ${name}${who === '' ? '' : ` (${who})`}`;
  });
  const reached = Object.entries(marks).map(([mark, count]) => `  reached ${count}: ${mark}`);
  return [...made, ...reached, ...holes.map((hole) => `  hole: ${hole}`)].join('\n');
}
