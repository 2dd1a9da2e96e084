import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePrimary, elect, electAmong, hasVote } from '../../models/election.ts';
import type { EpochRecord } from '../../models/history.ts';
import { holds } from '../../models/holding.ts';
import type { Summary } from '../../models/summary.ts';
import type { SiteId } from '../../models/words.ts';
import { A, blank, genesis, held, historyOf, P, record, S, site } from './site-summary.ts';

const spread = (summary: Summary): number[] =>
  Array.from({ length: 30 }, (_, index) => index + 1).filter((s) => holds(summary.held, s));

const sequences = fc.uniqueArray(fc.integer({ min: 1, max: 12 }));

describe('elect (3.7): the newest record decides the history, all together what is kept', () => {
  it('the end is the last sequence that one history’s sites hold together without a gap', () => {
    fc.assert(
      fc.property(sequences, sequences, (one, two) => {
        const a = site(S, held(0, ...one), { committed: 0, settled: 0 });
        const b = site(A, held(0, ...two), { committed: 0, settled: 0 });
        const union = new Set([...spread(a), ...spread(b)]);
        let end = 0;
        while (union.has(end + 1)) end++;
        expect(elect(a, b)).toMatchObject({ end, record: genesis });
        expect(elect(b, a).end).toBe(end);
      }),
    );
  });

  it('F12, EPOCH-60: what lies beyond the parent of a newer record does not count', () => {
    const later = record(4, 6, {});
    const old = site(P, held(9), { committed: 6, settled: 6 });
    const now = site(S, held(7), { history: historyOf(later) });
    expect(elect(old, now)).toMatchObject({ record: later, end: 7, forks: [6, 2 ** 53 - 1] });
  });

  it('what an inconsistent site holds is its sidefile only', () => {
    const torn = site(S, held(20), {
      start: 15,
      consistency: { kind: 'inconsistent', epoch: 0, from: P, shippedTo: 20 },
    });
    expect(elect(torn, site(A, held(13))).end).toBe(13);
    expect(elect(torn, site(A, held(14))).end).toBe(20);
  });

  it('F50: 8 without 7 is not kept', () => {
    const two = [site(S, held(6, 8), { committed: 6 }), site(A, held(5), { committed: 5 })];
    expect(electAmong(two).end).toBe(6);
  });

  it('F49: blank sites elect nothing', () => {
    expect(elect(blank(S), blank(A))).toMatchObject({ record: null, end: 0 });
    expect(elect(blank(S), site(A, held(4)))).toMatchObject({ record: genesis, end: 4 });
  });
});

describe('a vote (3.5)', () => {
  const vote = (summary: Summary, ...others: Summary[]) =>
    hasVote(summary, genesis, historyOf(), others);

  it('F49: only the incarnation named in the record votes', () => {
    expect(vote(site(A, held(4)))).toBe(true);
    expect(vote(site(A, held(4), { incarnation: 77 }))).toBe(false);
    expect(vote(blank(A))).toBe(false);
    const unnamed = { ...genesis, incarnations: [10, 11, 0] as const };
    expect(hasVote(site(A, held(4), { incarnation: 0 }), unnamed, historyOf(), [])).toBe(false);
  });

  it('F45: one that shows less than was noted of it has none', () => {
    const witness = site(S, held(9), { noted: [0, 0, 7] });
    expect(vote(site(A, held(6)), witness)).toBe(false);
    expect(vote(site(A, held(7)), witness)).toBe(true);
  });

  it('notes are cut to the newer record: a suffix it rightly forgot is not missed', () => {
    const later = historyOf(record(4, 6, {}));
    const witness = site(P, held(9), { noted: [0, 0, 9] });
    const cut = site(A, held(6), { history: later });
    expect(hasVote(cut, record(4, 6, {}), later, [witness])).toBe(true);
  });

  it('F45: an older copy with a longer old branch does not pass for what it was noted to hold', () => {
    const later = historyOf(record(4, 6, {}));
    const witness = site(S, held(8), { history: later, noted: [0, 0, 8] });
    expect(hasVote(site(A, held(9)), record(4, 6, {}), later, [witness])).toBe(false);
  });
});

describe('who becomes primary (3.8), and what that loses (3.9)', () => {
  const sync = { ...genesis, syncSet: [S, A] as SiteId[] };
  const both = [site(S, held(10)), site(A, held(9))];

  it('the standing primary, the named holder, the near holder, the lower id: in this order', () => {
    const all = [site(P, held(10)), ...both];
    expect(choosePrimary(all, sync, P, A)).toMatchObject({ primary: P, loss: null });
    expect(choosePrimary(both, sync, null, A)).toMatchObject({ primary: A, loss: null });
    expect(choosePrimary(both, sync)).toMatchObject({ primary: S, reason: 'near holder' });
    const far = both.map((summary) => ({ ...summary, distance: 'far' as const }));
    expect(choosePrimary(far, sync)).toMatchObject({ primary: S, reason: 'holder of lowest id' });
  });

  it('F53: whoever initiated, whatever the order: the same choice', () => {
    expect(choosePrimary(both, genesis)).toEqual(choosePrimary([...both].reverse(), genesis));
  });

  it('a named site that is no holder is not taken while there is one', () => {
    expect(choosePrimary(both, genesis, null, A)).toMatchObject({ primary: S, loss: null });
  });

  it('F46: an empty sync set: neither is a holder, consent is needed', () => {
    const alone = record(3, 5, { primary: P });
    const two = both.map((summary) => ({ ...summary, history: historyOf(alone) }));
    expect(choosePrimary(two, alone)).toEqual({
      primary: S,
      loss: 10,
      needsConsent: true,
      reason: 'holds most, no holder',
    });
    expect(choosePrimary(two, alone, null, A)).toMatchObject({ primary: A, loss: 10 });
  });

  it('F65: a damaged holder is none; what it lost is admitted', () => {
    const damaged = site(S, held(8), { damaged: true });
    expect(choosePrimary([damaged, site(A, held(8))], genesis)).toMatchObject({
      primary: A,
      loss: 8,
      needsConsent: true,
    });
  });

  it('a durable c beyond the elected end makes nobody a holder', () => {
    const knowing = site(A, held(7), { committed: 9 });
    expect(choosePrimary([site(S, held(8)), knowing], genesis)).toMatchObject({
      loss: 8,
      needsConsent: true,
    });
  });

  it('a record whose elected history never came makes nobody a holder (F69)', () => {
    const promised = record(4, 9, { primary: S });
    const two = [
      site(S, held(7), { history: historyOf(promised) }),
      site(A, held(6), { history: historyOf(promised) }),
    ];
    expect(choosePrimary(two, promised)).toMatchObject({ loss: 7, needsConsent: true });
  });

  it('a member that stayed with its primary is a holder without what was on its way to it (EPOCH-140)', () => {
    const next = record(3, 9, { primary: P, syncSet: [S] });
    const chosenAfter = (...records: EpochRecord[]) => {
      const history = historyOf(...records);
      const near = site(S, held(7), { history });
      return choosePrimary([near, site(A, held(6), { history })], records.at(-1)!);
    };
    const kept = { primary: S, loss: null };
    const given = { primary: S, loss: 7, needsConsent: true };
    const parent = { epoch: 3, sequence: 9 };
    expect(chosenAfter(next)).toMatchObject(kept);
    expect(chosenAfter(next, record(6, 9, { primary: P, syncSet: [S], parent }))).toMatchObject(
      kept,
    );
    // It entered by that record, so it held all of it; or is no more the site that it was, or its primary is another one.
    expect(chosenAfter({ ...next, syncSet: [] }, { ...next, epoch: 6, parent })).toMatchObject(
      given,
    );
    expect(chosenAfter({ ...next, incarnations: [10, 13, 12] })).toMatchObject({ primary: A });
    expect(chosenAfter({ ...next, primary: A })).toMatchObject(given);
    expect(chosenAfter({ ...next, lossBeyond: 9 })).toMatchObject(given);
    expect(chosenAfter({ ...next, how: 'forced' })).toMatchObject(given);
  });

  it('inconsistent sites and sites without a vote are never taken', () => {
    const torn = site(S, held(10), {
      consistency: { kind: 'inconsistent', epoch: 0, from: P, shippedTo: 10 },
    });
    const stranger = site(A, held(10), { incarnation: 5 });
    expect(choosePrimary([torn, stranger], genesis)).toEqual({
      primary: null,
      loss: null,
      needsConsent: true,
      reason: 'nobody can be primary',
    });
  });

  it('F59: a note of more than a restarted primary flushed asks for no consent', () => {
    const restarted = site(P, held(9), { noted: [0, 10, 0] });
    expect(choosePrimary([restarted, site(A, held(9))], genesis, P)).toMatchObject({
      primary: P,
      loss: null,
    });
  });

  it('without a loss, the primary and every acknowledged write survive, whoever promised', () => {
    const heights = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.nat(9));
    fc.assert(
      fc.property(heights, fc.subarray<SiteId>([S, A]), ([p, s, a, known], syncSet) => {
        const among = { ...genesis, syncSet };
        const sites = [p, s, a].map((contiguous, id) => ({ id: id as SiteId, contiguous }));
        const holders = sites.filter(({ id }) => id === P || among.syncSet.includes(id));
        const acknowledged = Math.min(...holders.map(({ contiguous }) => contiguous));
        const promises = sites.slice(1).map(({ id, contiguous }) =>
          site(id, held(contiguous), {
            committed: Math.min(known, acknowledged),
            history: [among],
          }),
        );
        const { end } = electAmong(promises);
        const { loss } = choosePrimary(promises, among);
        if (loss === null) expect(end).toBeGreaterThanOrEqual(acknowledged);
        else expect(loss).toBe(end);
      }),
      { numRuns: 2000 },
    );
  });
});
