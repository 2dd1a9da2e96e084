import { describe, expect, it } from 'vitest';
import { choosePrimary } from '../../models/election.ts';
import { exchanged, type Plan, plan, planDigest } from '../../models/plan.ts';
import { A, blank, genesis, held, historyOf, P, record, S, site } from './site-summary.ts';

/** A plan from S (first) to A (second), in a few words. */
function inWords(planned: Plan): string {
  if (planned.kind === 'refuse') return `refuse: ${planned.reason}`;
  const cuts = planned.cut.map(
    (cut) => `cut ${cut.above + 1}..${cut.through} of ${cut.site}${cut.appliedMayBe ? '!' : ''}`,
  );
  const directions = [
    `to ${planned.first} ${planned.toFirst.verdict} ${planned.toFirst.count}`,
    `to ${planned.second} ${planned.toSecond.verdict} ${planned.toSecond.count}`,
  ];
  return [`end ${planned.end}`, ...cuts, ...directions].join(', ');
}

describe('rows of the failure matrix, as plans', () => {
  it('F01: the async mirror lags by three and the sidefile covers: exactly those, in order', () => {
    const planned = plan(site(S, held(10)), site(A, held(7)));
    expect(planned).toMatchObject({
      toSecond: { verdict: 'delta', lacking: [{ first: 8, last: 10 }], reason: 'sidefile covers' },
    });
    expect(inWords(planned)).toBe('end 10, to 1 none 0, to 2 delta 3');
  });

  it('F02: no lag: no data moves', () => {
    expect(inWords(plan(site(S, held(10)), site(A, held(10))))).toBe(
      'end 10, to 1 none 0, to 2 none 0',
    );
  });

  it('F03: the last notices are lost: the plan is exact all the same, notes have no say', () => {
    const told = site(S, held(10), { noted: [0, 0, 8] });
    const untold = site(S, held(10), { noted: [0, 0, 3] });
    expect(plan(told, site(A, held(8)))).toEqual(plan(untold, site(A, held(8))));
    expect(inWords(plan(untold, site(A, held(8))))).toBe('end 10, to 1 none 0, to 2 delta 2');
  });

  it('F04: the async mirror is ahead: it is the source', () => {
    const apart = historyOf(record(3, 6, { primary: P }));
    const planned = plan(site(S, held(6)), site(A, held(10), { history: apart }));
    expect(inWords(planned)).toBe('end 10, to 1 delta 4, to 2 none 0');
  });

  it('F05: the async mirror holds writes no host was told of: both keep them', () => {
    const ahead = site(A, held(11), { committed: 9, settled: 9 });
    expect(inWords(plan(site(S, held(9)), ahead))).toBe('end 11, to 1 delta 2, to 2 none 0');
  });

  it('F50: both hold something beyond a hole that nobody fills: both cut, in one order', () => {
    const one = site(S, held(6, 8));
    const two = site(A, held(6, 9));
    const planned = plan(one, two);
    expect(inWords(planned)).toBe('end 6, cut 7..8 of 1, cut 7..9 of 2, to 1 none 0, to 2 none 0');
    expect(plan(two, one)).toEqual(exchanged(planned));
    expect(planDigest(plan(two, one))).toBe(planDigest(planned));
  });

  it('F06: one lacks 7, the other 9: both directions, which no comparison of maxima sees', () => {
    const one = site(S, held(6, 8, 9, 10), { committed: 6 });
    const two = site(A, held(8, 10), { committed: 6 });
    const planned = plan(one, two);
    expect(inWords(planned)).toBe('end 10, to 1 delta 1, to 2 delta 1');
    expect(planned).toMatchObject({
      toFirst: { lacking: [{ first: 7, last: 7 }] },
      toSecond: { lacking: [{ first: 9, last: 9 }] },
    });
  });

  it('F07: overwritten beyond the async mirror’s position: bitmap, else compare-blocks', () => {
    const covered = site(S, held(50), { start: 40, bases: [0, 0, 20] });
    expect(plan(covered, site(A, held(30)))).toMatchObject({
      toSecond: { verdict: 'bitmap', count: 20, reason: 'entries retired' },
    });
    expect(plan(covered, site(A, held(20)))).toMatchObject({ toSecond: { verdict: 'bitmap' } });
    expect(plan(covered, site(A, held(19)))).toMatchObject({
      toSecond: { verdict: 'compare-blocks', reason: 'bits begin beyond target' },
    });
    expect(plan(covered, site(A, held(39)))).toMatchObject({ toSecond: { verdict: 'delta' } });
  });

  it('F10, F54: each was forced, each was written to at the same sequence: refuse', () => {
    const one = historyOf(record(4, 8, { how: 'forced', lossBeyond: 8 }));
    const two = historyOf(record(5, 8, { how: 'forced', lossBeyond: 8 }));
    const refused = plan(site(S, held(9), { history: one }), site(A, held(9), { history: two }));
    expect(inWords(refused)).toBe('refuse: forced on both branches');
    expect(refused.fork).toBe(8);
  });

  it('a forced branch against a record the forced site did not hold: refuse', () => {
    const forced = historyOf(record(5, 8, { how: 'forced', lossBeyond: 8 }));
    const other = historyOf(record(4, 9, {}));
    const refused = plan(
      site(S, held(12), { history: other }),
      site(A, held(9), { history: forced }),
    );
    expect(inWords(refused)).toBe('refuse: forced against another branch');
  });

  it('a forced branch against its own parent: what a host was told of is cut, and repaired', () => {
    const forced = historyOf(record(5, 8, { how: 'forced', lossBeyond: 8 }));
    const planned = plan(site(P, held(12)), site(A, held(9), { history: forced }));
    expect(inWords(planned)).toBe('end 9, cut 9..12 of 0!, to 0 bitmap 1, to 2 none 0');
  });

  it('F13: an unacknowledged suffix goes without a block moving', () => {
    const later = historyOf(record(4, 9, { syncSet: [A] }));
    const returned = site(P, held(12), { committed: 9, settled: 9 });
    const planned = plan(returned, site(S, held(15), { history: later }));
    expect(inWords(planned)).toBe('end 15, cut 10..12 of 0, to 0 delta 6, to 1 none 0');
  });

  it('F40: the wrong direction cannot be asked for; what would be discarded is shown', () => {
    const lossy = historyOf(record(5, 5, { lossBeyond: 5 }));
    const planned = plan(site(P, held(50)), site(A, held(6), { history: lossy }));
    expect(planned).toMatchObject({
      fork: 5,
      cut: [{ site: P, above: 5, through: 50, appliedMayBe: true }],
      toFirst: { verdict: 'bitmap', reason: 'blocks to repair' },
    });
  });

  it('acknowledged writes are cut only by a record that says so', () => {
    const silent = historyOf(record(5, 5, {}));
    const planned = plan(site(P, held(50)), site(A, held(6), { history: silent }));
    expect(inWords(planned)).toBe('refuse: uncovered fork');
  });

  it('F41: no write ever: success', () => {
    expect(inWords(plan(site(S, held(0)), site(A, held(0))))).toBe(
      'end 0, to 1 none 0, to 2 none 0',
    );
  });

  it('F60: a blank site is compared whatever the bits say, and is never a source', () => {
    const kept = site(S, held(10), { start: 8 });
    expect(inWords(plan(kept, blank(A)))).toBe('end 10, to 1 none 0, to 2 compare-blocks 10');
    const unwritten = plan(site(S, held(0)), blank(A));
    expect(unwritten).toMatchObject({ toSecond: { reason: 'target is blank' } });
    const broken = site(S, held(10), {
      start: 8,
      consistency: { kind: 'inconsistent', epoch: 0, from: P, shippedTo: 10 },
      committed: 0,
    });
    expect(inWords(plan(broken, blank(A)))).toBe('refuse: neither can give blocks');
    expect(inWords(plan(blank(S), blank(A)))).toBe('refuse: no record on either side');
  });

  it('F64: an update in place died half way, the new primary is of another branch: compare', () => {
    const torn = (shippedTo: number) =>
      site(A, held(20), {
        history: historyOf(record(3, 10, {})),
        committed: 10,
        settled: 10,
        consistency: { kind: 'inconsistent', epoch: 3, from: P, shippedTo },
      });
    const same = site(S, held(30), { start: 25, history: historyOf(record(3, 10, {})) });
    const other = site(S, held(30), { start: 25, history: historyOf(record(4, 10, {})) });
    expect(plan(same, torn(20))).toMatchObject({ toSecond: { verdict: 'bitmap' } });
    expect(plan(same, torn(31))).toMatchObject({
      toSecond: { verdict: 'compare-blocks', reason: 'shipped off the history' },
    });
    expect(plan(other, torn(20))).toMatchObject({
      toSecond: { verdict: 'compare-blocks', reason: 'shipped off the history' },
    });
  });

  it('F67: sites that see different summaries have plans of different digests', () => {
    const before = plan(site(S, held(10)), site(A, held(7)));
    const after = plan(site(S, held(10), { start: 9 }), site(A, held(7)));
    expect(planDigest(after)).not.toBe(planDigest(before));
    expect(planDigest(plan(site(A, held(7)), site(S, held(10))))).toBe(planDigest(before));
  });

  it('a bit that rotted where nobody else has the range is no reason to cut', () => {
    const rotten = site(P, held(50), { start: 40, repairCount: 1 });
    expect(inWords(plan(rotten, site(A, held(10))))).toBe('refuse: uncovered fork');
    expect(inWords(plan(rotten, site(A, held(45))))).toBe('end 50, to 0 bitmap 39, to 2 delta 5');
  });

  it('volumes of other sizes are another arrangement', () => {
    const other = site(A, held(3), { volumes: [8, 9] });
    expect(inWords(plan(site(S, held(3)), other))).toBe('refuse: different volumes');
    const stranger = [{ ...genesis, incarnations: [1, 2, 3] as const }];
    expect(inWords(plan(site(S, held(3)), site(A, held(3), { history: stranger })))).toBe(
      'refuse: two records of one name',
    );
  });

  it('F04, F01: who takes over follows from the same comparison', () => {
    const apart = record(3, 6, { primary: P });
    const two = [site(S, held(6)), site(A, held(10), { history: historyOf(apart) })];
    expect(choosePrimary(two, apart)).toMatchObject({ primary: A, loss: 10, needsConsent: true });
    expect(choosePrimary([site(S, held(10)), site(A, held(7))], genesis)).toMatchObject({
      primary: S,
      loss: null,
      needsConsent: false,
    });
  });
});
