import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bitsOfPeer,
  blankPeer,
  blocksOfExtent,
  dropEntries,
  lowerBase,
  noteHeld,
} from '../../models/bitmap.ts';
import { blocksOf, isEmpty, noBits } from '../../models/bits.ts';
import { newestOfHolding, nothing } from '../../models/holding.ts';
import {
  blocksOfEntry,
  covers,
  entry,
  play,
  type Rules,
  rules,
  steps,
  volumes,
} from './bitmap-play.ts';

const soundness = (subject: Rules) =>
  fc.property(steps, (script) => {
    play(script, subject, (state) => {
      if (!covers(state)) throw new Error('a dropped entry is lost');
    });
  });

const weaknesses: Record<string, Partial<Rules>> = {
  'drops without bits what is noted beyond a hole': {
    dropEntries: (peer, entries, sizes, through) => {
      const noted = { contiguous: newestOfHolding(peer.noted), ranges: [] };
      return { ...dropEntries({ ...peer, noted }, entries, sizes, through), noted: peer.noted };
    },
  },
  'drops without raising base': {
    dropEntries: (peer, entries, sizes, through) => ({
      ...dropEntries(peer, entries, sizes, through),
      base: peer.base,
    }),
  },
  'sets one block of an entry': {
    dropEntries: (peer, entries, sizes, through) => {
      const first = entries.map((e) => ({ ...e, extent: { ...e.extent, count: 1 } }));
      return dropEntries(peer, first, sizes, through);
    },
  },
  'merges notes instead of replacing them': {
    noteHeld: (peer, held) =>
      noteHeld(peer, held.contiguous < peer.noted.contiguous ? peer.noted : held),
  },
  'clears both halves at the mark': {
    noteHeld: (peer, held) => {
      const next = noteHeld(peer, held);
      return next.old === peer.old ? next : { ...next, old: noBits };
    },
  },
  'clears a half before its mark': {
    noteHeld: (peer, held) =>
      noteHeld({ ...peer, mark: Math.min(peer.mark, held.contiguous) }, held),
  },
  'clears without raising base': {
    noteHeld: (peer, held) => ({ ...noteHeld(peer, held), base: peer.base }),
  },
  'keeps notes beyond a new record': {
    lowerBase: (peer, parent) => ({ ...lowerBase(peer, parent), noted: peer.noted }),
  },
  'forgets base after an update': { resetPeer: () => blankPeer() },
};

describe('bitmap: two halves, base and mark (2.8)', () => {
  it('S5, SIDEFILE-70: what leaves the sidefile is held by the peer, or in its bits, for ever', () => {
    fc.assert(soundness(rules), { numRuns: 20_000 });
  });

  for (const [name, broken] of Object.entries(weaknesses)) {
    it(`the property catches one that ${name}`, () => {
      const found = fc.check(soundness({ ...rules, ...broken }), { numRuns: 50_000, seed: 5 });
      expect(found.failed).toBe(true);
    });
  }

  it('S5 as a cost: a peer that caught up and is noted again has no bits', () => {
    fc.assert(
      fc.property(steps, (script) => {
        play(script, rules, ({ peer, dropped }) => {
          const level = noteHeld(peer, {
            contiguous: Math.max(dropped, peer.youngest),
            ranges: [],
          });
          expect(isEmpty(bitsOfPeer(level))).toBe(true);
          expect(level.base).toBeLessThanOrEqual(Math.max(dropped, peer.base));
        });
      }),
      { numRuns: 3000 },
    );
  });

  it('SIDEFILE-80: a half is cleared when the peer reaches its mark, the other stays', () => {
    const first = dropEntries(blankPeer(), [entry(1), entry(2)], volumes, 2);
    const exchanged = noteHeld(first, nothing);
    expect(exchanged).toMatchObject({ mark: 2, youngest: 2, young: noBits, base: 0 });
    const second = dropEntries(exchanged, [entry(3)], volumes, 3);
    const noted = noteHeld(second, { contiguous: 2, ranges: [] });
    expect(blocksOf(bitsOfPeer(noted))).toEqual(blocksOfEntry(3));
    expect(noted).toMatchObject({ base: 2, mark: 3 });
  });

  it('a new record lowers base, so that bits are still enough at its parent', () => {
    const level = noteHeld(blankPeer(), { contiguous: 9, ranges: [] });
    const dropped = dropEntries(level, [entry(8), entry(9)], volumes, 9);
    expect(dropped).toMatchObject({ base: 9, old: noBits, young: noBits });
    const later = lowerBase(dropped, 5);
    expect(later).toMatchObject({ base: 5, noted: { contiguous: 5, ranges: [] } });
  });

  it('volumes lie end to end', () => {
    const extent = { volume: 1, first: 2, count: 3 };
    expect(blocksOfExtent(volumes, extent)).toEqual({ first: 6, count: 3 });
  });
});
