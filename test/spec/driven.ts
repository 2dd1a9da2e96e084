import type { Bounds } from '../../models/bounds.ts';
import { base, block } from '../../models/instances/base.ts';
import { othersOf, type SiteId, siteIds } from '../../models/words.ts';
import type { Moment } from './itf.ts';

/** With what bounds machines are driven along the stories of spec/sidefile_test.qnt. */

const channels = ['PS', 'PA', 'SP', 'AP', 'SA', 'AS'];

/** A story's own part: what its links, its operator and its arrangement are. */
const cutOff = (...mayCut: Bounds['mayCut']): Partial<Bounds> => ({ mayCut, cuts: mayCut.length });
const saying = (...commands: Bounds['commands']): Partial<Bounds> => ({ commands, commandsMax: 4 });

/** As after the sync mirror left by a record, and is there again. */
const alone: Partial<Bounds> = {
  opening: [
    { type: 'breaks', between: [0, 1] },
    { type: 'waits', site: 0 },
    { type: 'heals', between: [0, 1] },
  ],
};

/** The copy that is put back is from before the first write. */
const ofAnOlderCopy: Partial<Bounds> = {
  opening: [{ type: 'copies', site: 0 }],
  maySetBack: [0],
  setBacks: 1,
  ...cutOff([0, 2], [0, 2]),
};

const writing = (count: number): Bounds['writes'] =>
  Array.from({ length: count }, (_, index) => block(index));

/** What a mirror that was away lacks is in no sidefile any more. */
const ofSmallSidefiles: Partial<Bounds> = { capacity: 2, writes: writing(3), ...cutOff([0, 2]) };

/** And it has no room for blocks beside its volume. */
const ofUpdatesInPlace: Partial<Bounds> = { ...ofSmallSidefiles, room: 0 };

/** An entry of the sync mirror cannot be read any more. */
const ofLostEntries: Partial<Bounds> = { ...ofSmallSidefiles, rots: 1, mayRot: [1] };

const own: Readonly<Record<string, Partial<Bounds>>> = {
  F04_theAsyncMirrorIsAheadAndTakesOverByConsentTest: cutOff([0, 1]),
  F12_F13_theOldPrimaryIsSilencedAndComesBackAsAMirrorTest: cutOff([0, 1], [0, 2]),
  F16_theSyncMirrorLeavesAndEntersByRecordsTest: cutOff([0, 1]),
  F07_overwrittenSidefileMeansBlocksTest: { capacity: 3 },
  F36_switchoverMovesNoDataTest: saying({ at: 0, command: { name: 'switchover', to: 1 } }),
  F45_anOlderCopyHasNoVoteTest: ofAnOlderCopy,
  F45_anOlderCopyIsGivenWhatItForgotTest: ofAnOlderCopy,
  F46_F63_noEvidenceNoAcknowledgementTest: {
    ...alone,
    ...saying({ at: 1, command: { name: 'consent', primary: 2 } }),
    ...cutOff([0, 1], [0, 2]),
  },
  F48_aStoreThatEndsAfterThePromiseIsInTheSummaryTest: cutOff([0, 1], [0, 2]),
  F48_aSummaryIsFinalTest: cutOff([0, 1], [0, 2]),
  F49_anEmptySiteHasNoVoteTest: cutOff([0, 1]),
  F54_twoForcedBranchesAreRefusedTest: {
    ...saying({ at: 1, command: { name: 'force' } }, { at: 2, command: { name: 'force' } }),
    ...cutOff([1, 2]),
  },
  F54_anOperatorChoosesBetweenTwoForcedBranchesTest: {
    ...saying(
      { at: 1, command: { name: 'force' } },
      { at: 2, command: { name: 'force' } },
      { at: 1, command: { name: 'discard', branch: 1 } },
    ),
    ...cutOff([1, 2]),
  },
  F55_noEntryWithAHoleTest: cutOff([0, 1]),
  F62_noNumberIsProposedTwiceTest: {
    ...saying({ at: 2, command: { name: 'takeOver' } }),
    ...cutOff([0, 1], [0, 2]),
  },
  aMemberThatStayedIsAHolderTest: {
    opening: [{ type: 'says', site: 0, command: { name: 'suspend', peer: 2 } }],
    ...saying({ at: 0, command: { name: 'switchover', to: 1 } }),
  },
  readAfterTakeoverWaitsForTheParentTest: {
    ...saying(
      { at: 0, command: { name: 'switchover', to: 1 } },
      { at: 1, command: { name: 'consent', primary: 1 } },
    ),
    ...cutOff([0, 1], [1, 2], [0, 2]),
  },
  whoDidNotTakeTheRecordCountsForNothingTest: saying({
    at: 0,
    command: { name: 'switchover', to: 2 },
  }),
  toTheMiddleOfWorkAloneTest: alone,
  aPrimaryHearsFromItsMirrorWhatIsCommittedTest: { capacity: 4, rots: 1, mayRot: [1] },
  anUnfilledPrimaryIsNoHolderTest: {
    ...alone,
    ...saying({ at: 2, command: { name: 'takeOver' } }, { at: 1, command: { name: 'takeOver' } }),
  },
  inPlaceASiteIsInconsistentFromBeginToEndTest: ofUpdatesInPlace,
  inPlaceASiteIsNoTakerTest: ofUpdatesInPlace,
  F64_bitsOfAnotherBranchDoNotCompleteAnUpdateInPlaceTest: {
    ...ofUpdatesInPlace,
    writes: writing(4),
    ...saying(
      { at: 0, command: { name: 'force' } },
      { at: 1, command: { name: 'consent', primary: 1 } },
      { at: 2, command: { name: 'consent', primary: 1 } },
    ),
    ...cutOff([0, 1], [0, 2], [0, 2]),
  },
  F65_aHolderThatLostAnEntryIsNoHolderTest: ofLostEntries,
  F65_aDamagedSiteIsSoundOnceItWasGivenWhatItLostTest: ofLostEntries,
  F44_anEntryThatRotsBelowCLeavesAVolumeNobodyTrustsTest: ofLostEntries,
  F61_theRepairSetSurvivesACrashTest: cutOff([0, 1]),
};

/** As loose as worlds are, and no more faults than the story tells of. */
export function boundsFor(story: string, trace: readonly Moment[]): Bounds {
  const { config, ...more } = own[story] ?? {};
  return {
    ...base,
    name: story,
    blocks: 10,
    writes: writing(10),
    outstanding: 10,
    capacity: 20,
    timeouts: 12,
    crashes: countOf(trace, crashes),
    mayCrash: siteIds.filter((site) => happensTo(trace, site, crashes)),
    replacements: countOf(trace, isReplaced),
    mayReplace: siteIds.filter((site) => happensTo(trace, site, isReplaced)),
    slow: [0, 1, 2],
    loose: true,
    unordered: channels,
    ...more,
    config: { pendingMax: 20, frameEntries: 1, takeover: 'any', ...config },
  };
}

/** The epoch in which a world opens is genesis of the text: numbers that operators name are moved by it. */
const OPENED = 3;
const OPENED_ALONE = 6;

/** For a random trace: whatever may go wrong may go wrong anywhere, and operators say what the trace asks for. */
export function boundsOfRandom(name: string, trace: readonly Moment[]): Bounds {
  const { syncSet } = trace[0]!.state.words.records[0]!;
  const opened = syncSet.length === 0 ? OPENED_ALONE : OPENED;
  const { records } = trace.at(-1)!.state.words;
  const commands = siteIds.flatMap((at): Bounds['commands'] => {
    const decided = records.filter(({ epoch, how }) => epoch % 3 === at && how !== 'genesis');
    const takers = new Set(decided.map(({ primary }) => primary));
    const named = [...takers].filter((primary) => primary !== at);
    const forced = decided.filter(({ how }) => how === 'forced');
    // Of a number that came to nothing nobody knows whom an operator named.
    const isKnown =
      named.length > 0 &&
      stoodBy(trace, at).every((epoch) => records.some((one) => one.epoch === epoch));
    return [
      { at, command: { name: 'takeOver' } },
      ...[...takers].map((primary) => ({ at, command: { name: 'consent', primary } as const })),
      ...(isKnown ? named : othersOf(at)).map(
        (to) => ({ at, command: { name: 'switchover', to } }) as const,
      ),
      ...forced.map(({ epoch }) => {
        const above = epoch + opened - 1;
        return { at, command: { name: 'force', above } as const };
      }),
    ];
  });
  const own: Partial<Bounds> = {
    commands,
    commandsMax: 30,
    ...cutOff([0, 1], [0, 2], [1, 2]),
    cuts: 30,
    timeouts: 60,
  };
  const counted = boundsFor(name, trace);
  // A way that seems to lead there may take a loss of power of its own: those of the trace are still to come then.
  const crashes = counted.crashes + MORE_CRASHES;
  return { ...counted, ...own, crashes, ...(syncSet.length === 0 ? alone : {}) };
}

const MORE_CRASHES = 2;

/** Numbers that a site stands for along a trace. */
const stoodBy = (trace: readonly Moment[], site: SiteId): readonly number[] =>
  trace.map(({ state }) => state.sites[site].candidate).filter((epoch) => epoch >= 0);

type Site = Moment['state']['sites'][number];

type Happening = (before: Site, after: Site) => boolean;
const crashes: Happening = (before, after) => before.up && !after.up;
const isReplaced: Happening = (before, after) => before.incarnation < after.incarnation;

const happensTo = (trace: readonly Moment[], site: SiteId, happens: Happening): boolean =>
  trace.some(
    ({ state }, at) => at > 0 && happens(trace[at - 1]!.state.sites[site], state.sites[site]),
  );

/** How often something happens to a site of a trace. */
const countOf = (trace: readonly Moment[], happens: Happening): number =>
  trace
    .slice(1)
    .flatMap(({ state }, index) =>
      state.sites.filter((after, site) => happens(trace[index]!.state.sites[site]!, after)),
    ).length;

/**
 * A story that begins in the middle of work is driven from where worlds open: another story tells how it came
 * to there.
 */
export const preludes: ReadonlyMap<string, string> = new Map([
  ['anUnfilledPrimaryIsNoHolderTest', 'toTheMiddleOfWorkAloneTest'],
]);

/** Weaknesses of machines that end a story early, and which. */
export const noticedBy: readonly (readonly [string, string])[] = [
  ['forget-promise', 'F49_anEmptySiteHasNoVoteTest'],
  ['initiator-becomes-primary', 'F05_writesNoHostWasToldOfAreKeptTest'],
  ['compare-only-maxima', 'F50_theHistoryEndsAtTheFirstGapTest'],
  ['redo-all', 'F59_redoStopsAtTheDurableCommitPositionTest'],
  ['apply-beyond-commit', 'F59_redoStopsAtTheDurableCommitPositionTest'],
  ['commit-without-evidence', 'F46_F63_noEvidenceNoAcknowledgementTest'],
  ['serve-early', 'F53_nothingIsServedBeforeTheElectedHistoryIsThereTest'],
  ['cut-without-repair', 'F61_theRepairSetSurvivesACrashTest'],
  ['number-used-twice', 'F62_noNumberIsProposedTwiceTest'],
  ['shared-numbers', 'F62_noNumberIsProposedTwiceTest'],
  ['in-place-forgets-shipped', 'F64_bitsOfAnotherBranchDoNotCompleteAnUpdateInPlaceTest'],
  ['bits-of-another-branch', 'F64_bitsOfAnotherBranchDoNotCompleteAnUpdateInPlaceTest'],
  ['damage-is-a-tail', 'F65_aHolderThatLostAnEntryIsNoHolderTest'],
  ['forget-notes', 'F45_anOlderCopyHasNoVoteTest'],
  ['send-only-newest', 'F01_anOrderedDeltaOfExactlyWhatTheAsyncMirrorLacksTest'],
];
