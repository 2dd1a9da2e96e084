import { expect, it } from 'vitest';
import { coverageTable } from '../../src/simulator/coverage-table.ts';
import { unexercised } from '../../src/simulator/unexercised.ts';
import { universe } from '../../src/simulator/universe.ts';

const names = universe();

it('what is at zero has a reason, or is a hole', () => {
  const counts = new Map(names.slice(2).map((name) => [name, 1]));
  const reasons = [{ why: 'it cannot', names: [names[0]!] }];
  const { reasoned, unexplained, stale } = coverageTable(counts, reasons);
  expect(reasoned).toEqual([{ name: names[0], why: 'it cannot' }]);
  expect(unexplained).toEqual([names[1]]);
  expect(stale).toEqual([]);
});

it('a reason for what did happen, or for what there is not, is stale', () => {
  const counts = new Map(names.map((name) => [name, 1]));
  const reasons = [{ why: 'it cannot', names: [names[0]!, 'fault meteorite'] }];
  expect(coverageTable(counts, reasons).stale).toEqual([names[0], 'fault meteorite']);
});

it('every written reason is of something that there is, and said once', () => {
  const written = unexercised.flatMap((one) => one.names);
  expect(written.filter((name) => !names.includes(name))).toEqual([]);
  expect(new Set(written).size).toBe(written.length);
});

it('nothing is named twice', () => {
  expect(new Set(names).size).toBe(names.length);
});
