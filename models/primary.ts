import { setup } from 'xstate';
import { type Asked, act, actWith, ask, become, type ChartEvent, type Reaction } from './chart.ts';
import type { Command, Timer } from './event.ts';
import { newestEpoch } from './history.ts';
import * as commit from './rules/commit.ts';
import * as epoch from './rules/epoch.ts';
import { exportAsked } from './rules/export.ts';
import { isHighWater } from './rules/high-water.ts';
import * as legs from './rules/leg.ts';
import * as link from './rules/link.ts';
import * as services from './rules/service.ts';
import * as update from './rules/update.ts';
import * as verify from './rules/verify.ts';
import { epochOf, type SiteContext, type Turn, weak } from './site.ts';
import type { Summary } from './summary.ts';
import { type Epoch, othersOf, type SiteId } from './words.ts';

/** A leg is one of the two other sites, by its place among them. */
type Leg = { readonly leg: 0 | 1 };

const siteOf = (site: SiteContext, { leg }: Leg): SiteId => othersOf(site.config.site)[leg];

/** Does this event come from, or concern, that leg's mirror? */
function concerns(site: SiteContext, event: ChartEvent, leg: Leg): boolean {
  if ('from' in event) return event.from === siteOf(site, leg);
  return 'peer' in event && event.peer === siteOf(site, leg);
}

type Told = Parameters<typeof legs.isUnlike>[1];

const about =
  (question: (site: SiteContext, event: never, other: SiteId) => boolean) =>
  ({ context: { site }, event }: Asked, leg: Leg) =>
    concerns(site, event, leg) && question(site, event as never, siteOf(site, leg));

const isConnected = (site: SiteContext, leg: Leg): boolean =>
  site.peers[siteOf(site, leg)].session !== 0;

const verdictIs =
  (...verdicts: string[]) =>
  (site: SiteContext, event: { message: { summary: Summary } }) =>
    verdicts.includes(legs.verdictFor(site, event.message.summary));

const actOnLeg = (rule: (turn: Turn, other: SiteId) => void) =>
  actWith((turn, leg: Leg) => rule(turn, siteOf(turn.site, leg)));

const commandOfLeg =
  (name: 'suspend' | 'resume' | 'verify') =>
  ({ context: { site }, event }: Asked, leg: Leg): boolean =>
    event.type === 'operator' &&
    event.command.name === name &&
    event.command.peer === siteOf(site, leg);

const setUp = setup({
  types: { context: {} as Reaction, events: {} as ChartEvent, input: {} as Reaction },
  actions: {
    connect: act(link.connect),
    disconnect: act(link.disconnect),
    disownHosts: act(commit.disownHosts),
    noteFloor: act(epoch.noteFloor),
    noteAnswer: act(epoch.noteAnswer),
    takeWrites: act(commit.takeWrites),
    takeRead: act(commit.takeRead),
    takeFlush: act(commit.takeFlush),
    refuseRequest: act(commit.refuseRequest),
    expireRequests: act(commit.expire),
    takeEvidence: act(commit.takeEvidence),
    reportServing: act(services.reportServing),
    noteSwitchover: act(services.noteSwitchover),
    noteDiscard: act(epoch.noteDiscard),
    exportSuffix: act(exportAsked),
    denyProbe: act(epoch.denyProbe),
    beginPromise: act(epoch.beginPromise),
    refuseProposal: act(epoch.refuseProposal),
    adoptRecord: act(epoch.adoptRecord),
    refuseRecord: act(epoch.refuseRecord),
    beginConfigure: act(epoch.beginConfigure),
    beginForce: act(epoch.beginForce),
    beginAdmit: act(epoch.beginAdmit),
    noteSummary: act(legs.noteSummary),
    reportPlan: act(legs.reportPlan),
    reportUnlike: act(legs.reportUnlike),
    takeAcknowledged: act(legs.takeAcknowledged),
    takeNoticed: act(legs.takeNoticed),
    takeFetched: act(legs.takeFetched),
    takeStageReady: act(update.takeStageReady),
    takeSumsDiffer: act(update.takeSumsDiffer),
    takeBlocksStored: act(update.takeBlocksStored),
    takeStageRefused: act(update.takeStageRefused),
    noteRoomless: act(update.noteRoomless),
    endShipping: act(update.endShipping),
    advanceCommit: act(commit.advanceCommit),
    admitPending: act(services.admitPending),
    admitOne: act(services.admitOne),
    fetchElected: act(services.fetchElected),
    sendWrites: act(legs.pump),
    informMirrors: act(legs.inform),
    tellCommit: act(legs.tellCommit),
    shipBlocks: act(update.shipMore),
    compareVolumes: act(verify.checkMore),
    takeHolding: act(verify.takeHolding),
    takeCompared: act(verify.takeCompared),
    takeGiven: act(verify.takeGiven),
    takeLent: act(verify.takeLent),
    noteMended: act(verify.noteMended),
    noteUnreadable: act(verify.noteUnreadable),
    becomeFollowing: become('mirror', 'following'),
    becomePromising: become('mirror', 'promising'),
    becomeAdopting: become('mirror', 'adopting'),
    becomeCandidate: become('mirror', 'readying'),
    becomeStopped: become('mirror', 'stopped'),
    greet: actOnLeg(legs.greet),
    beginStreaming: actOnLeg(legs.beginStreaming),
    beginShipping: actOnLeg(update.beginShipping),
    suspendLeg: actOnLeg(legs.suspendLeg),
    loseLeg: actOnLeg(legs.loseLeg),
    haltLeg: actOnLeg(legs.haltLeg),
    resumeLeg: actOnLeg(legs.resumeLeg),
    wantCheck: actOnLeg(verify.wantCheck),
  },
  guards: {
    mayServe: ask(
      (site) =>
        site.stands &&
        services.isPromotable(site) &&
        (!legs.lacksElected(site) || weak(site, 'serve-early')),
    ),
    isSuperseded: ask(epoch.isSuperseded),
    mayPromise: ask(epoch.mayPromise),
    mayAdopt: ask(epoch.mayAdopt),
    isDrained: ask(services.isDrained),
    isHighWater: ask(isHighWater),
    hasPatienceEnded: ask(
      (site, event: { timer: Timer }) => event.timer === 'patience' && services.needsRecord(site),
    ),
    wantsDrain: ask(
      (site, event: { timer: Timer }) => event.timer === 'patience' && services.mustDrain(site),
    ),
    isPatience: ask((_, event: { timer: Timer }) => event.timer === 'patience'),
    maySwitch: ask(services.maySwitch),
    mayAdmit: ask(services.mayAdmit),
    isForceOfWhole: ask(
      (site, event: { command: Command }) => event.command.name === 'force' && epoch.mayForce(site),
    ),
    isConnected: ({ context: { site } }: Asked, leg: Leg) => isConnected(site, leg),
    isLeg: about(() => true),
    isLegOfNow: about(
      (site, event: { message: { epoch: Epoch } }) => event.message.epoch === epochOf(site),
    ),
    isDiscard: ask((_, event: { command: Command }) => event.command.name === 'discard'),
    isExport: ask((_, event: { command: Command }) => event.command.name === 'export'),
    isSuspend: commandOfLeg('suspend'),
    isResume: commandOfLeg('resume'),
    isVerify: commandOfLeg('verify'),
    isResumeOfConnected: (asked: Asked, leg: Leg) =>
      commandOfLeg('resume')(asked, leg) && isConnected(asked.context.site, leg),
    isHaltedLeg: about((site, _, other) => legs.isHalted(site, other)),
    isRetry: ({ context: { site }, event }: Asked, leg: Leg) =>
      event.type === 'timeout' &&
      event.timer === 'retry' &&
      !legs.isHalted(site, siteOf(site, leg)) &&
      isConnected(site, leg),
    isOutdated: about(verdictIs('outdated')),
    isUnlike: about((site, event: Told) => legs.isUnlike(site, event)),
    mayStream: about(verdictIs('none', 'delta')),
    mustShip: about(verdictIs('folded', 'bitmap', 'compare-blocks')),
    isRefused: about(verdictIs('refuse')),
    isNeedless: about((site, _, other) => update.isNeedless(site, other)),
    isLegPunctured: ({ context: { site } }: Asked, leg: Leg) =>
      legs.isPunctured(site, siteOf(site, leg)),
    isLegBehind: about(
      (site, event: { message: { summary: Summary } }) =>
        newestEpoch(event.message.summary.history) !== epochOf(site) ||
        site.header.start > event.message.summary.held.contiguous + 1,
    ),
  },
});

const onward = [
  'sendWrites',
  'informMirrors',
  'tellCommit',
  'shipBlocks',
  'compareVolumes',
] as const;

/**
 * A state that knows an event hides the region's answer to it: both are given these. Whoever forces a primary that lost what it
 * had promised is refused before (models/command-refusal.ts); here nothing happens.
 */
const commanded = [
  { guard: 'mayAdmit', target: '#resigned', actions: ['beginAdmit', 'becomeCandidate'] },
  { guard: 'isForceOfWhole', target: '#resigned', actions: ['beginForce', 'becomeCandidate'] },
  { guard: 'isExport', actions: 'exportSuffix' },
  { guard: 'isDiscard', actions: 'noteDiscard' },
  {},
] as const;

const service = {
  initial: 'collecting',
  on: {
    operator: commanded,
    propose: [
      { guard: 'mayPromise', target: '.resigned', actions: ['beginPromise', 'becomePromising'] },
      { actions: 'refuseProposal' },
    ],
    record: [
      { guard: 'mayAdopt', target: '.resigned', actions: ['adoptRecord', 'becomeAdopting'] },
      // Its own record comes once only, from whoever elected it: it became primary by that.
      { actions: 'refuseRecord' },
    ],
    probe: { actions: 'denyProbe' },
    refused: [
      {
        guard: 'isSuperseded',
        target: '.resigned',
        actions: ['noteFloor', 'disownHosts', 'becomeFollowing'],
      },
      { actions: 'noteFloor' },
    ],
    evidence: { actions: 'takeEvidence' },
    'storage.failed': { target: '.resigned', actions: 'becomeStopped' },
  },
  states: {
    collecting: {
      description:
        'Elected, but not served yet: its record must stand, and it must hold the elected history.',
      always: { guard: 'mayServe', target: 'serving', actions: 'reportServing' },
      on: {
        'host.write': { actions: 'takeWrites' },
        'host.read': { actions: 'refuseRequest' },
        'host.flush': { actions: 'refuseRequest' },
        carryOn: { actions: ['advanceCommit', 'fetchElected', ...onward] },
        timeout: [
          {
            guard: 'hasPatienceEnded',
            target: 'resigned',
            actions: ['beginConfigure', 'becomeCandidate'],
          },
          {},
        ],
      },
    },
    serving: {
      description:
        'Hosts are served: each write gets the next sequence and is answered when c reaches it.',
      on: {
        'host.write': { actions: 'takeWrites' },
        'host.read': { actions: 'takeRead' },
        'host.flush': { actions: 'takeFlush' },
        carryOn: [
          { guard: 'isHighWater', actions: ['advanceCommit', 'admitOne', ...onward] },
          { actions: ['advanceCommit', 'admitPending', ...onward] },
        ],
        timeout: [
          { guard: 'wantsDrain', target: 'pausing' },
          {
            guard: 'hasPatienceEnded',
            target: 'resigned',
            actions: ['beginConfigure', 'becomeCandidate'],
          },
          {},
        ],
        operator: [
          { guard: 'maySwitch', target: 'pausing', actions: 'noteSwitchover' },
          ...commanded,
        ],
      },
    },
    pausing: {
      description:
        'New writes wait for one bounded exchange, so that a mirror can be level when the epoch changes.',
      always: {
        guard: 'isDrained',
        target: 'resigned',
        actions: ['beginConfigure', 'becomeCandidate'],
      },
      on: {
        'host.write': { actions: 'takeWrites' },
        'host.read': { actions: 'takeRead' },
        'host.flush': { actions: 'takeFlush' },
        carryOn: { actions: ['advanceCommit', ...onward] },
        timeout: [
          {
            guard: 'isPatience',
            target: 'resigned',
            actions: ['beginConfigure', 'becomeCandidate'],
          },
          {},
        ],
      },
    },
    resigned: {
      id: 'resigned',
      description: 'Another epoch begins: the mirror chart takes over.',
      on: { carryOn: {}, 'host.write': {}, 'host.read': {}, 'host.flush': {}, timeout: {} },
    },
  },
} as const;

/** One leg as a region: how far a mirror is from being streamed to in order. */
function legRegion(leg: 0 | 1) {
  const params = { leg };
  const its = <Name extends string>(type: Name) => ({ type, params });
  // A region that knows an event hides the root's answer to it: the session is kept here.
  const lost = {
    'link.down': [{ guard: its('isLeg'), target: 'down', actions: 'disconnect' }, {}],
  } as const;
  // No answer to other commands: those are the root's.
  const halted = {
    operator: [{ guard: its('isSuspend'), target: 'suspended', actions: its('haltLeg') }],
  } as const;
  const planned = [
    { guard: its('isOutdated'), actions: 'noteSummary' },
    { guard: its('isUnlike'), target: 'suspended', actions: ['reportUnlike', 'noteSummary'] },
    { guard: its('isHaltedLeg'), target: 'suspended', actions: 'noteSummary' },
    { guard: its('mayStream'), target: 'streaming', actions: ['reportPlan', 'noteSummary'] },
    { guard: its('mustShip'), target: 'shipping', actions: ['reportPlan', 'noteSummary'] },
    { guard: its('isRefused'), target: 'suspended', actions: ['reportPlan', 'noteSummary'] },
    {},
  ] as const;
  return {
    initial: 'down',
    states: {
      down: {
        description: 'No session: what this mirror lacks is counted from its next summary.',
        entry: its('loseLeg'),
        on: {
          'link.up': [{ guard: its('isLeg'), target: 'greeting', actions: 'connect' }, {}],
          entered: [{ guard: its('isConnected'), target: 'greeting' }, {}],
          operator: [
            { guard: its('isSuspend'), actions: its('haltLeg') },
            { guard: its('isResume'), actions: its('resumeLeg') },
          ],
        },
      },
      greeting: {
        description:
          'The newest record is sent with this site’s summary; the mirror answers with its own, and the digest of its plan, once it stands on it.',
        entry: its('greet'),
        on: {
          ...lost,
          operator: [
            { guard: its('isSuspend'), actions: its('haltLeg') },
            { guard: its('isResume'), actions: its('resumeLeg') },
          ],
          recordStored: planned,
          acknowledged: [{ guard: its('isLeg'), actions: 'takeAcknowledged' }, {}],
          refused: [{ guard: its('isLegOfNow'), target: 'suspended', actions: 'noteFloor' }, {}],
        },
      },
      streaming: {
        description:
          'Everything the mirror lacks goes to it in order, as far as its window reaches.',
        entry: its('beginStreaming'),
        on: {
          ...lost,
          operator: [
            { guard: its('isSuspend'), target: 'suspended', actions: its('haltLeg') },
            { guard: its('isVerify'), actions: its('wantCheck') },
          ],
          held: [{ guard: its('isLeg'), actions: 'takeHolding' }, {}],
          sumsDiffer: [{ guard: its('isLeg'), actions: 'takeCompared' }, {}],
          blocksStored: [{ guard: its('isLeg'), actions: 'takeGiven' }, {}],
          lent: [{ guard: its('isLeg'), actions: 'takeLent' }, {}],
          acknowledged: [{ guard: its('isLeg'), actions: 'takeAcknowledged' }, {}],
          noticed: [{ guard: its('isLeg'), actions: 'takeNoticed' }, {}],
          fetched: [{ guard: its('isLeg'), actions: 'takeFetched' }, {}],
          gone: [{ guard: its('isLeg'), target: 'suspended' }, {}],
          persisted: [{ guard: its('isLegPunctured'), target: 'suspended' }, {}],
        },
      },
      shipping: {
        description: 'An update is staged beside the mirror’s volumes; its ordered writes wait.',
        entry: its('beginShipping'),
        on: {
          ...lost,
          ...halted,
          stageReady: [{ guard: its('isLeg'), actions: 'takeStageReady' }, {}],
          sumsDiffer: [{ guard: its('isLeg'), actions: 'takeSumsDiffer' }, {}],
          blocksStored: [{ guard: its('isLeg'), actions: 'takeBlocksStored' }, {}],
          stageRefused: [
            { guard: its('isNeedless'), target: 'greeting', actions: 'noteRoomless' },
            { guard: its('isLeg'), actions: 'takeStageRefused' },
            {},
          ],
          acknowledged: [{ guard: its('isLeg'), actions: 'takeAcknowledged' }, {}],
          fetched: [{ guard: its('isLeg'), actions: 'takeFetched' }, {}],
          gone: [{ guard: its('isLeg'), target: 'suspended' }, {}],
          stageCommitted: [
            { guard: its('isLegBehind'), target: 'greeting' },
            {
              guard: its('isLeg'),
              target: 'streaming',
              actions: ['noteSummary', 'endShipping'],
            },
            {},
          ],
        },
      },
      suspended: {
        description:
          'Nothing is sent in order; its writes become bits. It is planned again after a pause.',
        entry: its('suspendLeg'),
        on: {
          ...lost,
          timeout: [{ guard: its('isRetry'), target: 'greeting' }, {}],
          operator: [
            { guard: its('isSuspend'), actions: its('haltLeg') },
            { guard: its('isResumeOfConnected'), target: 'greeting', actions: its('resumeLeg') },
            { guard: its('isResume'), actions: its('resumeLeg') },
          ],
        },
      },
    },
  } as const;
}

/** Frames that speak to a mirror: one that reaches a primary is of an older role, and dropped. */
const spokenToMirrors = {
  write: {},
  advance: {},
  ask: {},
  notice: {},
  fetch: {},
  stageBegin: {},
  sums: {},
  blocks: {},
  stageCommit: {},
  hold: {},
  lend: {},
  release: {},
  promise: {},
  probed: { actions: 'noteAnswer' },
} as const;

/** The one site that numbers host writes; what it does for each mirror is a leg of its own. */
export const primaryChart = setUp.createMachine({
  id: 'primary',
  context: ({ input }) => input,
  type: 'parallel',
  on: {
    'host.expired': { actions: 'expireRequests' },
    'link.up': { actions: 'connect' },
    'link.down': { actions: 'disconnect' },
    stored: {},
    persisted: {},
    applied: {},
    flushed: {},
    exported: {},
    exportRefused: {},
    staged: {},
    stageFlushed: {},
    stageApplied: {},
    compared: {},
    stageFull: {},
    overwritten: { actions: 'noteMended' },
    unreadable: { actions: 'noteUnreadable' },
    entered: {},
    operator: {},
    timeout: {},
    recordStored: {},
    acknowledged: {},
    noticed: {},
    fetched: {},
    gone: {},
    stageReady: {},
    sumsDiffer: {},
    blocksStored: {},
    stageRefused: {},
    stageCommitted: {},
    held: {},
    lent: {},
    ...spokenToMirrors,
  },
  states: { service, first: legRegion(0), second: legRegion(1) },
});
