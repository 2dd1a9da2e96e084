import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rowsOfTheMatrix, waiting } from './waiting.ts';

const folder = new URL('.', import.meta.url);

/** Rows named at the start of a scenario's title, or listed for a title made of them. */
function rowsPlayed(): ReadonlySet<string> {
  const played = new Set<string>();
  // Versions meet on real connections only.
  for (const name of [...readdirSync(folder), '../transport/hostile.test.ts']) {
    if (!name.endsWith('.test.ts') || name === 'rows.test.ts') continue;
    const text = readFileSync(new URL(name, folder), 'utf8');
    for (const [row] of text.matchAll(/(?<=['"`])F[0-9]{2}(?=[ ':])/g)) played.add(row);
  }
  return played;
}

it('every row of the failure matrix is a play or waits for a reason', () => {
  const played = rowsPlayed();
  const waits = new Set(waiting.map(({ row }) => row));
  const forgotten = rowsOfTheMatrix.filter((row) => !played.has(row) && !waits.has(row));
  expect(forgotten).toEqual([]);
  const whole = rowsOfTheMatrix.filter((row) => !played.has(row));
  console.log(`${played.size} of ${rowsOfTheMatrix.length} rows are played; waiting: ${whole}`);
  expect([played.size, whole]).toEqual([68, []]);
});

it('nothing is played or waits that is no row', () => {
  for (const row of rowsPlayed()) expect(rowsOfTheMatrix).toContain(row);
  for (const { row, reason } of waiting) {
    expect(rowsOfTheMatrix).toContain(row);
    expect(reason.length).toBeGreaterThan(20);
  }
});
