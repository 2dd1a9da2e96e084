import type { Bounds } from '../../models/bounds.ts';
import { base, block } from '../../models/instances/base.ts';
import type { Moment } from './itf.ts';

/** With what bounds machines are driven along the stories of spec/sidefile_test.qnt. */

const channels = ['PS', 'PA', 'SP', 'AP', 'SA', 'AS'];

/** A story's own part: what its links, its operator and its arrangement are. */
const cutOff = (...mayCut: Bounds['mayCut']): Partial<Bounds> => ({ mayCut, cuts: mayCut.length });
const own: Readonly<Record<string, Partial<Bounds>>> = {
  F04_theAsyncMirrorIsAheadAndTakesOverByConsentTest: cutOff([0, 1]),
  F12_F13_theOldPrimaryIsSilencedAndComesBackAsAMirrorTest: cutOff([0, 1], [0, 2]),
  F16_theSyncMirrorLeavesAndEntersByRecordsTest: cutOff([0, 1]),
  F36_switchoverMovesNoDataTest: {
    commands: [{ at: 0, command: { name: 'switchover', to: 1 } }],
    commandsMax: 1,
  },
  F46_F63_noEvidenceNoAcknowledgementTest: {
    opening: [
      { type: 'breaks', between: [0, 1] },
      { type: 'waits', site: 0 },
      { type: 'heals', between: [0, 1] },
    ],
    ...cutOff([0, 1], [0, 2]),
  },
  F48_aStoreThatEndsAfterThePromiseIsInTheSummaryTest: cutOff([0, 1], [0, 2]),
  F48_aSummaryIsFinalTest: cutOff([0, 1], [0, 2]),
  F49_anEmptySiteHasNoVoteTest: cutOff([0, 1]),
  F54_twoForcedBranchesAreRefusedTest: {
    commands: [
      { at: 1, command: { name: 'force' } },
      { at: 2, command: { name: 'force' } },
    ],
    commandsMax: 2,
    ...cutOff([1, 2]),
  },
  F55_noEntryWithAHoleTest: cutOff([0, 1]),
  F62_noNumberIsProposedTwiceTest: cutOff([0, 2], [1, 2]),
  whoDidNotTakeTheRecordCountsForNothingTest: cutOff([0, 1], [0, 2]),
  F61_theRepairSetSurvivesACrashTest: cutOff([0, 1]),
};

/** As loose as worlds are, and no more faults than the story tells of. */
export function boundsFor(story: string, trace: readonly Moment[]): Bounds {
  const { config, ...more } = own[story] ?? {};
  return {
    ...base,
    name: story,
    writes: Array.from({ length: 10 }, () => block(0)),
    outstanding: 10,
    capacity: 20,
    timeouts: 6,
    crashes: countOf(trace, (before, after) => before.up && !after.up),
    mayCrash: [0, 1, 2],
    replacements: countOf(trace, (before, after) => before.incarnation < after.incarnation),
    mayReplace: [0, 1, 2],
    slow: [0, 1, 2],
    loose: true,
    unordered: channels,
    ...more,
    config: { pendingMax: 20, frameEntries: 1, takeover: 'any', ...config },
  };
}

type Site = Moment['state']['sites'][number];

/** How often something happens to a site of a trace. */
const countOf = (trace: readonly Moment[], happens: (before: Site, after: Site) => boolean) =>
  trace
    .slice(1)
    .flatMap(({ state }, index) =>
      state.sites.filter((after, site) => happens(trace[index]!.state.sites[site]!, after)),
    ).length;

/** Stories that machines follow to their end. */
export const followed: readonly string[] = [
  'acknowledgedWhenTheSyncSetHoldsItTest',
  'F02_noLagNoDataMovesButTheEpochAdvancesTest',
  'F05_writesNoHostWasToldOfAreKeptTest',
  'F06_bothDirectionsTest',
  'F47_noPositionIsUsedTwiceTest',
  'F49_anEmptySiteHasNoVoteTest',
  'F50_theHistoryEndsAtTheFirstGapTest',
  'F51_aReaderNeverSeesWhatOnlyThePrimaryHoldsTest',
  'F53_nothingIsServedBeforeTheElectedHistoryIsThereTest',
  'F59_redoStopsAtTheDurableCommitPositionTest',
];

const alone =
  'no move was found by which a mirror stands for election while the primary still works';
const evidence =
  'a primary learns c by evidence for what it held when it asked; the text lets it learn all at once';

/** Stories that machines were not found to follow, and where they end: a longer search may find more. */
export const notFollowed: ReadonlyMap<string, string> = new Map([
  [
    'F01_anOrderedDeltaOfExactlyWhatTheAsyncMirrorLacksTest',
    'the new primary plans an update where the text sends the delta, as far as was searched',
  ],
  ['F04_theAsyncMirrorIsAheadAndTakesOverByConsentTest', evidence],
  [
    'F07_overwrittenSidefileMeansBlocksTest',
    'machines retire entries only as room is needed, the text at any time',
  ],
  [
    'F12_F13_theOldPrimaryIsSilencedAndComesBackAsAMirrorTest',
    'the search ends after the takeover',
  ],
  [
    'F16_theSyncMirrorLeavesAndEntersByRecordsTest',
    'a primary alone makes c durable with its next store, the text does not',
  ],
  [
    'F21_anEmptySiteIsAdmittedByTheOtherTwoTest',
    'machines decide another record: the empty site is not admitted by it',
  ],
  ['F36_switchoverMovesNoDataTest', 'the old primary is filled later than the search goes'],
  [
    'F46_F63_noEvidenceNoAcknowledgementTest',
    'the search ends before the record that makes the async mirror primary is decided',
  ],
  ['F48_aStoreThatEndsAfterThePromiseIsInTheSummaryTest', alone],
  ['F48_aSummaryIsFinalTest', alone],
  [
    'F54_twoForcedBranchesAreRefusedTest',
    'a forced site serves and learns c in the step that makes its record durable',
  ],
  ['F55_noEntryWithAHoleTest', 'the search ends before the mirror that was away takes the record'],
  ['F61_theRepairSetSurvivesACrashTest', evidence],
  ['F62_noNumberIsProposedTwiceTest', alone],
  [
    'readAfterTakeoverWaitsForTheParentTest',
    'a far mirror enters no sync set unless it is arranged so from the start',
  ],
  ['whoDidNotTakeTheRecordCountsForNothingTest', alone],
  [
    'anUnfilledPrimaryIsNoHolderTest',
    'it begins in the middle of work, with holes, where no world opens',
  ],
]);

/** Weaknesses of machines that end a story early, and which. */
export const noticedBy: readonly (readonly [string, string])[] = [
  ['forget-promise', 'F49_anEmptySiteHasNoVoteTest'],
  ['initiator-becomes-primary', 'F05_writesNoHostWasToldOfAreKeptTest'],
  ['compare-only-maxima', 'F50_theHistoryEndsAtTheFirstGapTest'],
];
