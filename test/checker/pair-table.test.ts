import { expect, it } from 'vitest';
import { PairTable } from '../../src/checker/pair-table.ts';

it('what is set is kept, also where the table grows for it', () => {
  const table = new PairTable(16);
  for (let first = 0; first < 1000; first++) {
    table.set(first, first % 7, first * 2);
    expect(table.get(first, first % 7)).toBe(first * 2);
    table.setOther(first, 1000, first * 3);
    expect(table.getOther(first, 1000)).toBe(first * 3);
  }
});
