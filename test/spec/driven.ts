import type { Bounds } from '../../models/bounds.ts';
import { base, block } from '../../models/instances/base.ts';
import { othersOf, type SiteId, siteIds } from '../../models/words.ts';
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

/** For a random trace: whatever may go wrong may go wrong anywhere. */
export function boundsOfRandom(name: string, trace: readonly Moment[]): Bounds {
  const own: Partial<Bounds> = {
    commands: siteIds.flatMap((at) => [
      { at, command: { name: 'force' } as const },
      { at, command: { name: 'takeOver' } as const },
      ...othersOf(at).map((to) => ({ at, command: { name: 'switchover', to } as const })),
    ]),
    commandsMax: 8,
    ...cutOff([0, 1], [0, 2], [1, 2]),
    cuts: 4,
    timeouts: 10,
  };
  return { ...boundsFor(name, trace), ...own };
}

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

/** Stories that machines follow to their end. */
export const followed: readonly string[] = [
  'acknowledgedWhenTheSyncSetHoldsItTest',
  'F02_noLagNoDataMovesButTheEpochAdvancesTest',
  'F04_theAsyncMirrorIsAheadAndTakesOverByConsentTest',
  'F05_writesNoHostWasToldOfAreKeptTest',
  'F06_bothDirectionsTest',
  'F36_switchoverMovesNoDataTest',
  'F47_noPositionIsUsedTwiceTest',
  'F48_aStoreThatEndsAfterThePromiseIsInTheSummaryTest',
  'F48_aSummaryIsFinalTest',
  'F49_anEmptySiteHasNoVoteTest',
  'F50_theHistoryEndsAtTheFirstGapTest',
  'F51_aReaderNeverSeesWhatOnlyThePrimaryHoldsTest',
  'F53_nothingIsServedBeforeTheElectedHistoryIsThereTest',
  'F55_noEntryWithAHoleTest',
  'F59_redoStopsAtTheDurableCommitPositionTest',
];

const searched = 'the search ends there; no proof that machines cannot';

/** Stories that machines were not found to follow, and where they end: a longer search may find more. */
export const notFollowed: ReadonlyMap<string, string> = new Map([
  [
    'F01_anOrderedDeltaOfExactlyWhatTheAsyncMirrorLacksTest',
    `the new primary does not send the next write alone: ${searched}`,
  ],
  [
    'F07_overwrittenSidefileMeansBlocksTest',
    'machines retire entries only as room is needed, the text at any time',
  ],
  [
    'F12_F13_theOldPrimaryIsSilencedAndComesBackAsAMirrorTest',
    `a mirror stands while the primary works: ${searched}`,
  ],
  [
    'F16_theSyncMirrorLeavesAndEntersByRecordsTest',
    `all but the last step, in which the primary serves in the third epoch: ${searched}`,
  ],
  [
    'F21_anEmptySiteIsAdmittedByTheOtherTwoTest',
    'machines decide another record: the empty site is not admitted by it',
  ],
  [
    'F46_F63_noEvidenceNoAcknowledgementTest',
    `before the record that makes the async mirror primary is decided: ${searched}`,
  ],
  [
    'F54_twoForcedBranchesAreRefusedTest',
    'a forced site serves and learns c in the step that makes its record durable',
  ],
  ['F61_theRepairSetSurvivesACrashTest', `followed with four times the worlds only: ${searched}`],
  ['F62_noNumberIsProposedTwiceTest', 'a mirror that nobody answers does not stand'],
  [
    'readAfterTakeoverWaitsForTheParentTest',
    'a far mirror enters no sync set unless it is arranged so from the start',
  ],
  [
    'whoDidNotTakeTheRecordCountsForNothingTest',
    `a mirror stands while the primary works: ${searched}`,
  ],
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
  ['redo-all', 'F59_redoStopsAtTheDurableCommitPositionTest'],
];

const freer =
  'the text lets it happen at any time, machines only when their timers, links and peers make it';
const numbers = 'the text lets a candidate know any number, machines only those they heard of';

/** Actions of random runs that machines were not found to do where the run asks for them, and why. */
export const unrealised: ReadonlyMap<string, string> = new Map([
  ['trouble', `a site stands, forgets or is forced: ${freer}`],
  ['propose', numbers],
  ['promise', `promised to a candidate that the machine does not hear of: ${freer}`],
  ['pledge', `promised to a candidate that the machine does not hear of: ${freer}`],
  ['force', `the number that an operator forces: ${numbers}`],
  ['decideStep', 'the text may choose any taker and sync set that is lawful, machines one'],
  ['storeStep', 'the text sends any write at any time, machines in order and once a session'],
  ['delta', 'the text sends any write at any time, machines in order and once a session'],
  ['commit', `c is saved with a store or when idle: ${freer}`],
  ['learn', 'by evidence for what was held when it was asked'],
  ['learnSome', 'by evidence for what was held when it was asked'],
  ['acknowledge', freer],
  ['save', `c is saved with a store or when idle: ${freer}`],
  ['hearCommit', `c is saved with a store or when idle: ${freer}`],
  ['apply', 'a site applies when its disk is idle'],
  ['retire', 'machines retire entries only as room is needed'],
  ['adoptStep', freer],
  ['serveStep', freer],
  ['wordStep', freer],
  ['updateStep', freer],
  ['beginUpdate', 'machines update where a delta cannot do, the text anywhere'],
]);
