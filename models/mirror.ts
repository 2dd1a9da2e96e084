import { setup } from 'xstate';
import { act, ask, become, type ChartEvent, type Reaction } from './chart.ts';
import type { Command } from './event.ts';
import * as commit from './rules/commit.ts';
import { forgetConsent } from './rules/consent.ts';
import * as epoch from './rules/epoch.ts';
import { exportAsked } from './rules/export.ts';
import * as inPlace from './rules/in-place.ts';
import * as link from './rules/link.ts';
import * as mirroring from './rules/mirror.ts';
import { isQuiet } from './rules/storage.ts';
import * as update from './rules/update.ts';
import * as verify from './rules/verify.ts';
import { weak } from './site.ts';

/** Operator commands and time-outs are told apart by one field. */
const commanded = (name: Command['name']) =>
  ask((_, event: { command: Command }) => event.command.name === name);

const setUp = setup({
  types: { context: {} as Reaction, events: {} as ChartEvent, input: {} as Reaction },
  actions: {
    connect: act(link.connect),
    disconnect: act(link.disconnect),
    refuseWrites: act(commit.refuseWrites),
    refuseRequest: act(commit.refuseRequest),
    expireRequests: act(commit.expire),
    storeWrites: act(mirroring.takeWriteFrame),
    learnCommit: act(mirroring.takeAdvance),
    acknowledge: act(mirroring.acknowledge),
    announceWindow: act(mirroring.announceWindow),
    giveEvidence: act(mirroring.giveEvidence),
    noteNotice: act(mirroring.takeNotice),
    giveEntries: act(mirroring.giveEntries),
    beginProbe: act(epoch.beginProbe),
    giveUpElection: act(epoch.giveUpElection),
    forgetConsent: act(forgetConsent),
    answerProbe: act(epoch.answerProbe),
    noteFloor: act(epoch.noteFloor),
    noteAnswer: act(epoch.noteAnswer),
    probeAgain: act(epoch.probeAgain),
    beginTakeover: act((turn) => epoch.beginProposal(turn, 'takeover')),
    beginForce: act(epoch.beginForce),
    refuseForce: act(epoch.refuseForce),
    sendProposals: act(epoch.sendProposals),
    sendProposal: act(epoch.sendProposal),
    beginPromise: act(epoch.beginPromise),
    sendPromise: act(epoch.sendPromise),
    refuseProposal: act(epoch.refuseProposal),
    notePromise: act(epoch.notePromise),
    decide: act(epoch.decideNow),
    reportConsentMissing: act(epoch.reportConsentMissing),
    noteConsent: act(epoch.noteConsent),
    noteDiscard: act(epoch.noteDiscard),
    exportSuffix: act(exportAsked),
    announceRecord: act(epoch.announceRecord),
    adoptRecord: act(epoch.adoptRecord),
    refuseRecord: act(epoch.refuseRecord),
    confirmRecord: act(epoch.confirmRecord),
    oweRecord: act(epoch.oweRecord),
    confirmOwedRecord: act(epoch.confirmOwedRecord),
    confirmOwed: act(epoch.confirmOwed),
    noteStands: act(epoch.noteStands),
    becomePrimary: become('primary', 'collecting'),
    openStage: act(update.openStage),
    readyStage: act(update.readyStage),
    compareBlocks: act(update.takeSums),
    answerSums: act(update.answerSums),
    stageBlocks: act(inPlace.takeBlocks),
    yieldStage: act(inPlace.yieldStage),
    giveStage: act(inPlace.giveStage),
    refuseStage: act(inPlace.refuseStage),
    overwriteTaken: act(inPlace.overwriteTaken),
    markInPlace: act(update.markInPlace),
    noteClosing: act(inPlace.noteClosing),
    confirmBlocks: act(update.confirmBlocks),
    flushStage: act(update.flushStage),
    markStage: act(update.markStage),
    applyStage: act(update.applyStage),
    closeStage: act(update.closeStage),
    endStage: act(update.endStage),
    takeHold: act(verify.takeHold),
    confirmHold: act(verify.confirmHold),
    answerHeldSums: act(verify.answerHeldSums),
    overwriteBlocks: act(verify.takeGivenBlocks),
    confirmGivenBlocks: act(verify.confirmGivenBlocks),
    lendBlocks: act(verify.lendBlocks),
    lendReadable: act(verify.lendReadable),
    endHold: act(verify.endHold),
    noteMendedSince: act(verify.noteMendedSince),
  },
  guards: {
    isCurrent: ask(mirroring.isCurrent),
    hasOwnVote: ask(epoch.hasOwnVote),
    hearsNoPrimary: ask(
      (site) =>
        !epoch.hearsPrimary(site) &&
        epoch.hasOwnVote(site) &&
        link.isConnected(site) &&
        !weak(site, 'never-initiate'),
    ),
    isBetterRanked: ask(epoch.isBetterRanked),
    isOfNoProbe: ask(epoch.isOfNoProbe),
    isOfRival: ask(epoch.isOfRival),
    isOfNoVote: ask(epoch.isOfNoVote),
    saysYes: ask((_, event: { message: { yes: boolean } }) => event.message.yes),
    isReadyToPropose: ask(epoch.isReadyToPropose),
    isForced: ask((site) => site.election?.forced === true),
    mayPromise: ask(epoch.mayPromise),
    owesPromise: ask(epoch.owesPromise),
    isDecided: ask(epoch.isDecided),
    lacksConsent: ask(epoch.lacksConsent),
    isDecidedSoFar: ask(epoch.isDecidedSoFar),
    lacksConsentSoFar: ask(epoch.lacksConsentSoFar),
    isDurable: ask((site) => isQuiet(site) || weak(site, 'announce-before-durable')),
    isDurablePrimary: ask(
      (site) =>
        (isQuiet(site) || weak(site, 'announce-before-durable')) && epoch.isElectedPrimary(site),
    ),
    mayAdopt: ask(epoch.mayAdopt),
    isAdopted: ask(epoch.isAdopted),
    isStageOpen: ask((site, event) => update.isStageOpen(site) && mirroring.isCurrent(site, event)),
    isCaughtUp: ask(update.isCaughtUp),
    isYielded: ask(inPlace.isYielded),
    isGiving: ask(inPlace.isGiving),
    isTaken: ask(inPlace.isTaken),
    isInPlace: ask((site, event) => inPlace.isInPlace(site) && mirroring.isCurrent(site, event)),
    isMarkedInPlace: ask(inPlace.isMarkedInPlace),
    isRedone: ask(inPlace.isRedone),
    isStageGone: ask((site) => site.staging === null),
    isStageFlushing: ask(update.isStageFlushing),
    isMarkDurable: ask(update.isMarkDurable),
    isMarking: ask((site, event) => update.isMarking(site) && epoch.isAdopted(site, event)),
    isStageClosed: ask(update.isStageClosed),
    isHeldThere: ask(verify.isHeldThere),
    isHeld: ask((site, event) => verify.isHeld(site) && mirroring.isCurrent(site, event)),
    isHoldGone: ask(verify.isHoldGone),
    isConsent: commanded('consent'),
    isDiscard: commanded('discard'),
    isExport: commanded('export'),
    isForce: commanded('force'),
    isForceOfWhole: ask(
      (site, event: { command: Command }) => event.command.name === 'force' && epoch.mayForce(site),
    ),
    isTakeOver: commanded('takeOver'),
  },
});

/** Frames that speak to a primary: a mirror has nothing to say to them. */
const spokenToPrimaries = {
  acknowledged: {},
  evidence: {},
  noticed: {},
  fetched: {},
  gone: {},
  recordStored: {},
  stageReady: {},
  sumsDiffer: {},
  blocksStored: {},
  stageRefused: {},
  stageCommitted: {},
  held: {},
  lent: {},
} as const;

/** Frames and disk work of a comparison that nobody waits for any more. */
const notHeld = { release: {}, lend: {}, overwritten: {}, stageFull: {} } as const;

/** Both mirrors, and every site that is not (or not yet, or no more) a primary that serves. */
export const mirrorChart = setUp.createMachine({
  id: 'mirror',
  context: ({ input }) => input,
  type: 'parallel',
  on: {
    'host.write': { actions: 'refuseWrites' },
    'host.read': { actions: 'refuseRequest' },
    'host.flush': { actions: 'refuseRequest' },
    'host.expired': { actions: 'expireRequests' },
    'link.up': { actions: 'connect' },
    'link.down': { actions: 'disconnect' },
    stored: { actions: 'acknowledge' },
    persisted: { actions: 'announceWindow' },
    applied: {},
    flushed: {},
    exported: {},
    exportRefused: {},
    unreadable: { actions: 'lendReadable' },
    entered: {},
    carryOn: {},
    write: [{ guard: 'isCurrent', actions: 'storeWrites' }, {}],
    advance: [{ guard: 'isCurrent', actions: 'learnCommit' }, {}],
    ask: [{ guard: 'isCurrent', actions: 'giveEvidence' }, {}],
    notice: [{ guard: 'isCurrent', actions: 'noteNotice' }, {}],
    fetch: [{ guard: 'isCurrent', actions: 'giveEntries' }, {}],
    probe: { actions: 'answerProbe' },
    probed: { actions: 'noteAnswer' },
    promise: {},
    refused: { actions: 'noteFloor' },
    timeout: {},
    ...spokenToPrimaries,
  },
  states: {
    role: {
      initial: 'following',
      // Here and not above: a transition of the whole chart would set back the update as well.
      on: {
        propose: [
          { guard: 'mayPromise', target: '.promising', actions: 'beginPromise' },
          { actions: 'refuseProposal' },
        ],
        record: [
          { guard: 'mayAdopt', target: '.adopting', actions: 'adoptRecord' },
          { guard: 'isMarking', actions: 'oweRecord' },
          { guard: 'isAdopted', actions: 'confirmRecord' },
          { actions: 'refuseRecord' },
        ],
        operator: [
          { guard: 'isForceOfWhole', target: '.readying', actions: 'beginForce' },
          { guard: 'isForce', actions: 'refuseForce' },
          { guard: 'isConsent', target: '.probing', actions: ['noteConsent', 'beginProbe'] },
          { guard: 'isTakeOver', target: '.probing', actions: 'beginProbe' },
          { guard: 'isDiscard', actions: 'noteDiscard' },
          { guard: 'isExport', actions: 'exportSuffix' },
          {},
        ],
        overwritten: { actions: 'noteMendedSince' },
        'storage.failed': { target: '.stopped' },
      },
      states: {
        following: {
          description:
            'Stands in its newest epoch as a mirror: stores what the primary sends, in order.',
          on: {
            timeout: [{ guard: 'hearsNoPrimary', target: 'probing', actions: 'beginProbe' }, {}],
          },
        },
        probing: {
          description: 'Has heard no primary for a while and asks whether anybody else has.',
          on: {
            probe: [
              {
                guard: 'isBetterRanked',
                target: 'following',
                actions: ['giveUpElection', 'answerProbe'],
              },
              { actions: 'answerProbe' },
            ],
            probed: [
              { guard: 'isOfNoProbe', actions: 'probeAgain' },
              { guard: 'isOfRival', actions: 'noteAnswer' },
              { guard: 'isOfNoVote', actions: 'noteAnswer' },
              { guard: 'saysYes', target: 'readying', actions: ['noteAnswer', 'beginTakeover'] },
              {
                target: 'following',
                actions: ['noteAnswer', 'forgetConsent', 'giveUpElection'],
              },
            ],
            timeout: { target: 'following', actions: 'giveUpElection' },
          },
        },
        readying: {
          description:
            'Has promised a new epoch to itself; nobody hears of it before that is durable.',
          always: { guard: 'isReadyToPropose', target: 'proposing', actions: 'sendProposals' },
        },
        proposing: {
          description: 'Has asked the others for their promise: with one of them it is a majority.',
          always: { guard: 'isForced', target: 'recording', actions: 'decide' },
          on: {
            'link.up': { actions: ['connect', 'sendProposal'] },
            promise: [
              { guard: 'isDecided', target: 'recording', actions: ['notePromise', 'decide'] },
              {
                guard: 'lacksConsent',
                target: 'blocked',
                actions: ['notePromise', 'reportConsentMissing'],
              },
              { actions: 'notePromise' },
            ],
            timeout: [
              { guard: 'isDecidedSoFar', target: 'recording', actions: 'decide' },
              { guard: 'lacksConsentSoFar', target: 'blocked', actions: 'reportConsentMissing' },
              { target: 'following', actions: 'giveUpElection' },
            ],
          },
        },
        blocked: {
          description:
            'Taking over would lose acknowledged writes: it waits for an operator, or for better company.',
          on: { timeout: { target: 'probing', actions: 'beginProbe' } },
        },
        recording: {
          description:
            'Has decided the new epoch; its record becomes durable here before it is sent.',
          always: [
            { guard: 'isDurablePrimary', actions: 'becomePrimary', target: 'promoted' },
            { guard: 'isDurable', target: 'following', actions: 'announceRecord' },
          ],
        },
        promising: {
          description:
            'Has begun to promise: does nothing more in older epochs, and waits for what it began.',
          always: { guard: 'owesPromise', target: 'promised', actions: 'sendPromise' },
        },
        promised: {
          description: 'Its promise is given and its summary final; it waits for the record.',
          on: {
            timeout: [
              { guard: 'hasOwnVote', target: 'probing', actions: 'beginProbe' },
              { target: 'following' },
            ],
          },
        },
        adopting: {
          description: 'A newer record and what it cuts become durable in one step.',
          on: {
            record: [
              { guard: 'mayAdopt', target: 'adopting', reenter: true, actions: 'adoptRecord' },
              { guard: 'isAdopted', actions: 'oweRecord' },
              { actions: 'refuseRecord' },
            ],
            // Who sent the record waits for a word on it: nothing but a newer epoch ends that.
            operator: [
              { guard: 'isForceOfWhole', target: 'readying', actions: 'beginForce' },
              { guard: 'isForce', actions: 'refuseForce' },
              { guard: 'isConsent', actions: 'noteConsent' },
              { guard: 'isDiscard', actions: 'noteDiscard' },
              { guard: 'isExport', actions: 'exportSuffix' },
              {},
            ],
          },
          always: [
            {
              guard: 'isDurablePrimary',
              actions: ['noteStands', 'becomePrimary'],
              target: 'promoted',
            },
            { guard: 'isDurable', target: 'following', actions: 'confirmOwed' },
          ],
        },
        promoted: {
          description: 'The primary chart takes over.',
        },
        stopped: {
          description: 'Its disk failed: it holds what it holds and says nothing more.',
          type: 'final',
        },
      },
    },
    update: {
      initial: 'idle',
      states: {
        idle: {
          description: 'Volumes follow the sidefile.',
          on: {
            stageBegin: [{ guard: 'isCurrent', target: 'staging', actions: 'openStage' }, {}],
            hold: [{ guard: 'isCurrent', target: 'holding', actions: 'takeHold' }, {}],
            stageApplied: [{ guard: 'isRedone', target: 'closing', actions: 'closeStage' }, {}],
            sums: {},
            blocks: {},
            stageCommit: {},
            compared: {},
            staged: {},
            stageFlushed: {},
            ...notHeld,
          },
        },
        holding: {
          description:
            'Volumes stand still at one position while a range of them is compared with the primary’s.',
          always: [
            { guard: 'isHoldGone', target: 'idle' },
            { guard: 'isHeldThere', actions: 'confirmHold' },
          ],
          on: {
            hold: [{ guard: 'isCurrent', actions: 'takeHold' }, {}],
            release: [{ guard: 'isHeld', actions: 'endHold' }, {}],
            sums: [{ guard: 'isHeld', actions: 'compareBlocks' }, {}],
            compared: { actions: 'answerHeldSums' },
            blocks: [{ guard: 'isHeld', actions: 'overwriteBlocks' }, {}],
            overwritten: { actions: 'confirmGivenBlocks' },
            lend: [{ guard: 'isHeld', actions: 'lendBlocks' }, {}],
            stageFull: {},
            stageBegin: [{ guard: 'isCurrent', target: 'staging', actions: 'openStage' }, {}],
            stageCommit: {},
            staged: {},
            stageFlushed: {},
            stageApplied: {},
          },
        },
        staging: {
          description:
            'Blocks of an update are kept beside the volumes, and until the mark nothing happened; without room they go in place, and the site is marked.',
          always: [
            { guard: 'isStageGone', target: 'idle' },
            { guard: 'isCaughtUp', actions: 'readyStage' },
            { guard: 'isYielded', actions: 'giveStage' },
            { guard: 'isTaken', actions: 'overwriteTaken' },
          ],
          on: {
            stageBegin: [{ guard: 'isCurrent', actions: 'openStage' }, {}],
            sums: [{ guard: 'isStageOpen', actions: 'compareBlocks' }, {}],
            compared: { actions: 'answerSums' },
            blocks: [{ guard: 'isStageOpen', actions: 'stageBlocks' }, {}],
            staged: { actions: 'confirmBlocks' },
            overwritten: { actions: 'confirmBlocks' },
            stageFull: { actions: 'yieldStage' },
            stageCommit: [
              { guard: 'isInPlace', target: 'marking', actions: 'markInPlace' },
              { guard: 'isStageOpen', target: 'marking', actions: 'flushStage' },
              {},
            ],
            stageFlushed: {},
            stageApplied: [{ guard: 'isGiving', actions: 'refuseStage' }, {}],
            hold: {},
            release: {},
            lend: {},
          },
        },
        marking: {
          description:
            'The stage is flushed and its commit mark becomes durable: one step to the new position.',
          always: [
            { guard: 'isMarkDurable', target: 'redoing', actions: 'applyStage' },
            { guard: 'isMarkedInPlace', target: 'closing', actions: 'noteClosing' },
          ],
          on: {
            stageFlushed: [{ guard: 'isStageFlushing', actions: 'markStage' }, {}],
            stageBegin: {},
            sums: {},
            blocks: {},
            stageCommit: {},
            compared: {},
            staged: {},
            stageApplied: {},
            hold: {},
            ...notHeld,
          },
        },
        redoing: {
          description:
            'The mark stands: the stage is copied into the volumes, again after any crash.',
          on: {
            stageApplied: { target: 'closing', actions: 'closeStage' },
            stageBegin: {},
            sums: {},
            blocks: {},
            stageCommit: {},
            compared: {},
            staged: {},
            stageFlushed: {},
            hold: {},
            ...notHeld,
          },
        },
        closing: {
          description: 'The volumes stand at the new position; that becomes durable.',
          always: {
            guard: 'isStageClosed',
            target: 'idle',
            actions: ['endStage', 'confirmOwedRecord'],
          },
          on: {
            stageBegin: {},
            sums: {},
            blocks: {},
            stageCommit: {},
            compared: {},
            staged: {},
            stageFlushed: {},
            stageApplied: {},
            hold: {},
            ...notHeld,
          },
        },
      },
    },
  },
});
