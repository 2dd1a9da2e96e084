/** One simulation of the abstract protocol: where it starts, how it goes on, how much of it. */
export interface Simulation {
  readonly title: string;
  readonly init: 'init' | 'initAlone' | 'initBusy' | 'initAloneBusy' | 'initBehind';
  readonly step: 'step' | 'stepOfEpochs' | 'stepOfVolumes' | 'stepOfCopies';
  readonly invariant: string;
  readonly stepsMax: number;
  readonly traces: number;
  readonly seed: number;
  /** Witnesses that must be seen at least once. */
  readonly reaches: readonly string[];
}

/** So many traces are made in one go: two cores are busy to the end. */
const PIECE = 2_000;

/** Witnesses need all their traces; the rest may be cut to a share. Each piece has a seed of its own. */
export function piecesOf(simulation: Simulation, share: number): readonly Simulation[] {
  const isWhole = simulation.reaches.length > 0;
  const traces = isWhole ? simulation.traces : Math.ceil(simulation.traces * share);
  return Array.from({ length: Math.ceil(traces / PIECE) }, (_, index) => ({
    ...simulation,
    traces: Math.min(PIECE, traces - index * PIECE),
    seed: simulation.seed + index,
  }));
}

const WITNESSES = [
  'W_aWriteIsAcknowledged',
  'W_theAsyncMirrorIsAhead',
  'W_aMirrorHoldsAHole',
  'W_aNewPrimaryServes',
  'W_aTakeoverByAHolder',
  'W_aTakeoverByANonHolder',
  'W_acknowledgedAfterATakeover',
  'W_anAcknowledgedWriteWasGivenUp',
  'W_aSiteMustBeRepaired',
  'W_anEmptySiteWasAdmitted',
  'W_aRecordThatNeverStands',
  'W_theSyncSetIsEmptyAndServes',
  'W_aRefusedPlan',
  'W_aConfirmedRead',
];

const WITNESSES_OF_VOLUMES = [
  'W_aVolumeIsOverwrittenInPlace',
  'W_anUpdateInPlaceIsInterrupted',
  'W_bitsCompleteAnUpdateInPlace',
  'W_aHolderLostWhatWasAcknowledged',
  'W_aDamagedSiteIsGivenBlocks',
  'W_anUpdateEndsBehindItsSource',
];

const WITNESSES_OF_COPIES = ['W_anOlderCopyShowsLess', 'W_whatAnOlderCopyForgotIsHeldByAnother'];

/** `npm run spec:quint`: 21,500 traces. */
export const simulations: readonly Simulation[] = [
  {
    title: 'from the first write on',
    init: 'init',
    step: 'step',
    invariant: 'safe',
    stepsMax: 40,
    traces: 1_000,
    seed: 1000,
    reaches: [],
  },
  {
    title: 'in the middle of work, with a sync mirror',
    init: 'initBusy',
    step: 'step',
    invariant: 'safe',
    stepsMax: 15,
    traces: 7_000,
    seed: 2000,
    reaches: [],
  },
  {
    title: 'in the middle of work, with an empty sync set',
    init: 'initAloneBusy',
    step: 'step',
    invariant: 'safe',
    stepsMax: 15,
    traces: 7_500,
    seed: 3000,
    reaches: [],
  },
  {
    title: 'writes and elections only',
    init: 'initAloneBusy',
    step: 'stepOfEpochs',
    invariant: 'safe',
    stepsMax: 25,
    traces: 2_000,
    seed: 4000,
    reaches: [],
  },
  {
    title: 'updates in place and lost entries',
    init: 'initBehind',
    step: 'stepOfVolumes',
    invariant: 'safe',
    stepsMax: 20,
    traces: 1_500,
    seed: 7000,
    reaches: WITNESSES_OF_VOLUMES,
  },
  {
    title: 'an older copy of a disk is put back',
    init: 'initBehind',
    step: 'stepOfCopies',
    invariant: 'safe',
    stepsMax: 20,
    traces: 1_000,
    seed: 8000,
    reaches: WITNESSES_OF_COPIES,
  },
  {
    title: 'the plan is symmetric',
    init: 'initBusy',
    step: 'step',
    invariant: 'S6_ThePlanIsSymmetric',
    stepsMax: 15,
    traces: 1_000,
    seed: 5000,
    reaches: [],
  },
  {
    title: 'what must be reachable',
    init: 'initAloneBusy',
    step: 'step',
    invariant: 'true',
    stepsMax: 30,
    traces: 500,
    seed: 6000,
    reaches: WITNESSES,
  },
];

/** A protocol with one mistake, and the invariant that has to notice it in simulation. */
export interface Broken {
  readonly module: string;
  readonly init: Simulation['init'];
  readonly step: Simulation['step'];
  readonly violates: string;
  /** One that shows it soon. */
  readonly seed: number;
}

const broken = (
  module: string,
  violates: string,
  init: Simulation['init'] = 'initBusy',
  step: Simulation['step'] = 'step',
  seed = 4,
): Broken => ({ module, violates, init, step, seed });

const alone = 'initAloneBusy';

export const brokenProtocols: readonly Broken[] = [
  broken('talksAfterAPromise', 'S2_AcknowledgedIsInEveryNewerHistory'),
  broken('acknowledgesMaxima', 'S1_HoldersHoldWhatWasAcknowledged'),
  broken('comparesMaxima', 'S1_ThePrimaryReadsThemBack'),
  broken('appliesBeyondC', 'S3_NothingIsAppliedBeyondC'),
  broken('appliesBeyondC', 'S3_VolumesArePrefixes'),
  broken('remembersItsRole', 'S2_APositionNamesOneWrite', 'initBusy', 'stepOfEpochs'),
  broken('anyMirrorTakesOver', 'S2_AcknowledgedIsInEveryNewerHistory', alone, 'stepOfEpochs'),
  broken('anEmptySiteVotes', 'S2_AcknowledgedIsInEveryNewerHistory', alone),
  broken('forgetsWhatToRepair', 'S3_VolumesArePrefixes', alone),
  broken('entersWithAHole', 'S2_AcknowledgedIsInEveryNewerHistory', alone, 'stepOfEpochs', 9),
  broken('trustsAnOlderCopy', 'S2_AcknowledgedIsInEveryNewerHistory', 'initBehind', 'stepOfCopies'),
  broken('overwritesBeforeTheMark', 'S3_VolumesArePrefixes', 'initBehind', 'stepOfVolumes'),
];

/** Mistakes that need a long story: a `run` test in their module tells it and ends in the violation. */
export const brokenByStory: readonly string[] = [
  'forgetsAPromise',
  'rolesChooseTheSource',
  'readsTooEarly',
  'noEvidence',
  'readsAlone',
  'trustsAnUnfilledHolder',
  'bitsOfAnotherBranch',
  'takesDamageForATail',
  'trustsAnOlderCopy',
];
