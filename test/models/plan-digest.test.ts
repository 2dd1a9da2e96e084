import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Plan, planDigest, planText } from '../../models/plan.ts';

const refusal: Plan = { kind: 'refuse', first: 2, second: 0, reason: 'uncovered fork', fork: 4 };
const delta: Extract<Plan, { kind: 'plan' }> = {
  kind: 'plan',
  first: 2,
  second: 0,
  fork: 4,
  end: 9,
  newest: 6,
  cut: [{ site: 2, above: 4, through: 7, appliedMayBe: true }],
  toFirst: {
    verdict: 'delta',
    lacking: [{ first: 5, last: 9 }],
    count: 5,
    reason: 'sidefile covers',
  },
  toSecond: { verdict: 'none', lacking: [], count: 0, reason: 'level' },
};

test('RESYNC-30: the text of a plan, and its digest, are those that spec/wire.md gives', async () => {
  const prose = await readFile('spec/wire.md', 'utf8');
  expect(prose).toContain(`\n${planText(refusal)}\n${planText(delta)}\n`);
  expect(prose).toContain(`Of the second line above it is ${planDigest(delta)}.`);
});

test('RESYNC-30: what is done differently has another digest; why it is done has none', () => {
  const others: Plan[] = [
    refusal,
    { ...delta, end: 10 },
    { ...delta, fork: 3 },
    { ...delta, newest: 9 },
    { ...delta, cut: [] },
    { ...delta, cut: [{ ...delta.cut[0]!, appliedMayBe: false }] },
    { ...delta, toFirst: { ...delta.toFirst, verdict: 'bitmap' } },
    { ...delta, toFirst: delta.toSecond, toSecond: delta.toFirst },
  ];
  const digests = new Set([delta, ...others].map(planDigest));
  expect(digests.size).toBe(1 + others.length);
  const because: Plan = { ...delta, toFirst: { ...delta.toFirst, reason: 'entries retired' } };
  expect(planDigest(because)).toBe(planDigest(delta));
});
