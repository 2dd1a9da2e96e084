import fc from 'fast-check';
import {
  bitsOfPeer,
  blankPeer,
  blocksOfExtent,
  dropEntries,
  lowerBase,
  noteHeld,
  resetPeer,
} from '../../models/bitmap.ts';
import { hasBlock } from '../../models/bits.ts';
import type { PeerHeader } from '../../models/header.ts';
import { cutHolding, holds, include, nothing } from '../../models/holding.ts';
import type { Entry, Holding } from '../../models/words.ts';

export const volumes = [4, 8];

/** Another branch writes other blocks at the same sequence. */
export const entry = (sequence: number, branch = 0): Entry => ({
  epoch: branch,
  sequence,
  extent: { volume: sequence % 2, first: (sequence * 3 + branch) % 4, count: 1 + (sequence % 2) },
  kind: 'data',
  checksum: sequence,
});

export const blocksOfEntry = (sequence: number, branch = 0): number[] => {
  const { first, count } = blocksOfExtent(volumes, entry(sequence, branch).extent);
  return Array.from({ length: count }, (_, index) => first + index);
};

export const rules = { noteHeld, dropEntries, lowerBase, resetPeer };
export type Rules = typeof rules;

type Step =
  | { readonly do: 'drop'; readonly more: number }
  | { readonly do: 'gain'; readonly first: number; readonly more: number }
  | { readonly do: 'note' | 'lose' | 'record' | 'update'; readonly at: number };

export const steps: fc.Arbitrary<Step[]> = fc.array(
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
export function play(script: readonly Step[], subject: Rules, check: (state: State) => void): void {
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

export interface State {
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
export function covers({ peer, dropped, kept, lost, branches }: State): boolean {
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
