import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bitsOfPeer,
  blankPeer,
  blocksOfExtent,
  dropEntries,
  lowerBase,
  noteHeld,
  resetPeer,
} from '../../models/bitmap.ts';
import { blocksOf, hasBlock, isEmpty, noBits } from '../../models/bits.ts';
import type { PeerHeader } from '../../models/header.ts';
import { cutHolding, holds, include, newestOfHolding, nothing } from '../../models/holding.ts';
import type { Entry, Holding } from '../../models/words.ts';

const volumes = [4, 8];

/** Another branch writes other blocks at the same sequence. */
const entry = (sequence: number, branch = 0): Entry => ({
  epoch: branch,
  sequence,
  extent: { volume: sequence % 2, first: (sequence * 3 + branch) % 4, count: 1 + (sequence % 2) },
  kind: 'data',
  checksum: sequence,
});

const blocksOfEntry = (sequence: number, branch = 0): number[] => {
  const { first, count } = blocksOfExtent(volumes, entry(sequence, branch).extent);
  return Array.from({ length: count }, (_, index) => first + index);
};

const rules = { noteHeld, dropEntries, lowerBase, resetPeer };
type Rules = typeof rules;

type Step =
  | { readonly do: 'drop'; readonly more: number }
  | { readonly do: 'gain'; readonly first: number; readonly more: number }
  | { readonly do: 'note' | 'lose' | 'record' | 'update'; readonly at: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('drop' as const), more: fc.nat(3) }),
    fc.record({
      do: fc.constant('gain' as const),
      first: fc.integer({ min: 1, max: 30 }),
      more: fc.nat(6),
    }),
    fc.record({ do: fc.constantFrom('note' as const, 'lose' as const), at: fc.nat(30) }),
    fc.record({ do: fc.constant('note' as const), at: fc.constant(0) }),
    fc.record({ do: fc.constantFrom('record' as const, 'update' as const), at: fc.nat(30) }),
  ),
  { maxLength: 30 },
);

/**
 * One site that drops entries and one peer that gains and loses. `peerHolds` is the truth; a note
 * is taken at once when it shrinks (a new session), else when the script says so.
 */
function play(script: readonly Step[], subject: Rules, check: (state: State) => void): void {
  const state: State = {
    peer: blankPeer(),
    dropped: 0,
    kept: nothing,
    branch: 0,
    branches: [],
    lost: false,
  };
  for (const step of script) {
    switch (step.do) {
      case 'drop':
        drop(state, subject, step.more);
        break;
      case 'gain':
        state.kept = include(state.kept, { first: step.first, last: step.first + step.more });
        break;
      case 'note':
        state.peer = subject.noteHeld(state.peer, state.kept);
        break;
      case 'lose':
        state.kept = cutHolding(state.kept, step.at);
        state.peer = subject.noteHeld(state.peer, state.kept);
        break;
      case 'record':
        state.branch += 1;
        state.dropped = Math.min(state.dropped, step.at);
        state.kept = cutHolding(state.kept, step.at);
        state.peer = subject.lowerBase(state.peer, step.at);
        break;
      case 'update':
        if (step.at < Math.max(state.dropped, state.kept.contiguous)) break;
        state.kept = { contiguous: step.at, ranges: [] };
        state.dropped = step.at;
        state.peer = subject.resetPeer(state.peer, step.at);
        break;
    }
    check(state);
  }
}

interface State {
  peer: PeerHeader;
  /** Entries 1..dropped left the sidefile. */
  dropped: number;
  kept: Holding;
  branch: number;
  /** The branch each dropped sequence was written on. */
  readonly branches: number[];
  lost: boolean;
}

/** S5, at the moment of the drop: the peer holds it without a gap, or its blocks have bits. */
function drop(state: State, subject: Rules, more: number): void {
  const through = state.dropped + more;
  const leaving = [];
  for (let s = state.dropped + 1; s <= through; s++) leaving.push(entry(s, state.branch));
  state.peer = subject.dropEntries(state.peer, leaving, volumes, through);
  state.dropped = through;
  for (const { sequence } of leaving) {
    state.branches[sequence] = state.branch;
    const covered = blocksOfEntry(sequence, state.branch).every((b) =>
      hasBlock(bitsOfPeer(state.peer), b),
    );
    state.lost ||= !covered && sequence > state.kept.contiguous;
  }
}

/** Sound: where base <= the peer's position, the bits cover all dropped beyond it that it lacks. */
function covers({ peer, dropped, kept, lost, branches }: State): boolean {
  if (lost) return false;
  if (peer.base > kept.contiguous) return true;
  for (let s = kept.contiguous + 1; s <= dropped; s++) {
    const marked = blocksOfEntry(s, branches[s] ?? 0).every((block) =>
      hasBlock(bitsOfPeer(peer), block),
    );
    if (!holds(kept, s) && !marked) return false;
  }
  return true;
}

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
  it('S5: what leaves the sidefile is held by the peer, or in its bits, for ever', () => {
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

  it('a half is cleared when the peer reaches its mark, the other stays', () => {
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
