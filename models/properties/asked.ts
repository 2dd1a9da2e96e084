import type { RuleId } from '../../spec/rules.ts';
import { recover, rottenContent } from '../disk.ts';
import { isPrefix } from '../header.ts';
import { type History, newestEpoch, newestOf, sameRecord } from '../history.ts';
import { newestOfHolding } from '../holding.ts';
import type { HostState } from '../host.ts';
import { always, changes, eventually, type Property, sometimes } from '../model.ts';
import { channelName, type Frame, type Node, nodeName } from '../node.ts';
import { isStageIdle } from '../rules/adopt.ts';
import { hearsPrimary } from '../rules/epoch.ts';
import { epochOf, isFenced, isRecordDurable, recordOf, type SiteContext } from '../site.ts';
import { timersOf } from '../step.ts';
import { othersOf, type SiteId, siteIds } from '../words.ts';
import { durablyHeld, each, everyPair, historyOf, isDamaged, isOn, isServing } from './facts.ts';

/**
 * Rules asked of sites themselves. Each of them is one of several that keep the same harm away, so that S1 to S9 miss
 * none of them alone; a world asks for those that it can show (`Bounds.asks`).
 */
export const asked: Readonly<Partial<Record<RuleId, readonly Property[]>>> = {
  'EPOCH-10': [
    ...ofFrames(
      'EPOCH-10',
      (from) => `${from} has stored each number it proposes as used`,
      ({ message }, node) => message.type !== 'propose' || message.epoch <= node.disk.header.used,
    ),
    always('EPOCH-10', 'no two records have one number', ['P', 'S', 'A'], (...nodes: Node[]) => {
      const records = nodes.flatMap(({ disk }) => disk.header.history);
      return records.every((one) =>
        records.every((other) => one.epoch !== other.epoch || sameRecord(one, other)),
      );
    }),
  ],
  'EPOCH-30': [
    ...each((name) =>
      always(
        'EPOCH-30',
        `${name} takes on no record older than what it promised`,
        [name],
        (node: Node) => roleOf(node) !== 'adopting' || promisedOf(node) <= standsIn(node),
      ),
    ),
    ...ofFrames(
      'EPOCH-30',
      (from) => `each promise of ${from} is durable before it is sent`,
      ({ message }, node) =>
        message.type !== 'promise' || message.epoch <= node.disk.header.promised,
    ),
  ],
  'EPOCH-40': [
    answeredInTime('EPOCH-40'),
    ...each((name) =>
      always(
        'EPOCH-40',
        `${name} takes nothing more of an update of an epoch that it has begun to leave`,
        [name],
        staysOutOfUpdates,
      ),
    ),
  ],
  'EPOCH-50': ofFrames(
    'EPOCH-50',
    (from) => `what ${from} told with a promise is all that it holds and takes as committed`,
    isFinal,
  ),
  'EPOCH-70': each((name) =>
    always(
      'EPOCH-70',
      `${name} notes of nobody what no write of its history reaches`,
      ['host', name],
      notesWhatIsThere,
    ),
  ),
  'EPOCH-80': [
    ...siteIds.map((site) => {
      const names = [nodeName(site), ...othersOf(site).map(nodeName)];
      return always(
        'EPOCH-80',
        `${names[0]} serves only on a record that is durable at two sites`,
        names,
        standsOnTwo,
      );
    }),
    ...each((name) =>
      always(
        'EPOCH-80',
        `${name} serves only with all that was elected`,
        [name],
        (node: Node) =>
          !isServing(node) ||
          durablyHeld(node).contiguous >= (newestOf(historyOf(node))?.parent.sequence ?? 0),
      ),
    ),
    ...each((name) =>
      always(
        'EPOCH-80',
        `${name} serves only with volumes that are no mixture`,
        [name],
        (node: Node) => !isServing(node) || node.disk.header.consistency.kind !== 'inconsistent',
      ),
    ),
  ],
  'EPOCH-90': [
    sometimes(
      'EPOCH-90',
      'the sync mirror, a candidate, tells the lesser one to give way',
      ['S', 'SA'],
      (node: Node, frames: readonly Frame[]) =>
        node.site !== null &&
        isCandidate(node) &&
        !hearsPrimary(node.site.context) &&
        frames.some(({ message }) => message.type === 'probed' && !message.yes),
    ),
    always(
      'EPOCH-90',
      'two candidates that talk use up one number between them',
      ['S', 'A'],
      (...nodes: Node[]) => nodes.filter(({ disk }) => disk.header.used > 0).length < 2,
    ),
  ],
  'EPOCH-100': [
    ...everyPair.map(([one, other]) =>
      changes<Record<string, Node>>(
        'EPOCH-100',
        `what ${nodeName(one)} noted of ${nodeName(other)} is durable when their session is over`,
        [nodeName(one)],
        (before, after) => keepsNote(before[nodeName(one)]!, after[nodeName(one)]!, other),
      ),
    ),
    ...siteIds.map((site) =>
      changes<Record<string, Node>>(
        'EPOCH-100',
        `${nodeName(site)} proposes to take over only with a vote, and beside another site that has one`,
        [nodeName(site), ...othersOf(site).map(nodeName)],
        (before, after) => proposesToVoters(before[nodeName(site)]!, after, site),
      ),
    ),
  ],
  'EPOCH-120': each((name) =>
    changes<Record<string, Node>>(
      'EPOCH-120',
      `no third site becomes primary because ${name} was to hand over to another one`,
      [name],
      (before, after) => handsOverAsTold(before[name]!, after[name]!),
    ),
  ),
  'EPOCH-140': [
    ...everyPair.map(([one, other]) =>
      always(
        'EPOCH-140',
        `no record ${nodeName(one)} knows takes ${nodeName(other)} into the sync set before it is level`,
        [nodeName(one), nodeName(other)],
        entersLevel,
      ),
    ),
    ...everyPair.map(([one, other]) =>
      always(
        'EPOCH-140',
        `${nodeName(other)}, whose leg ${nodeName(one)} suspended, hears that its primary stands`,
        [nodeName(one), channelName(one, other), nodeName(other)],
        hearsWhoSuspended,
      ),
    ),
    ...each((name) =>
      changes<Record<string, Node>>(
        'EPOCH-140',
        `no record by which ${name} is primary has in its sync set whom ${name} would leave out by the next one`,
        [name],
        (before, after) => takesInWhoStays(before[name]!, after[name]!),
      ),
    ),
    ...each((name) =>
      always(
        'EPOCH-140',
        `no record ${name} knows takes a member from a primary that goes on, where policy is to stop`,
        [name],
        keepsMembers,
      ),
    ),
  ],
  'RECOVERY-40': each((name) =>
    always(
      'RECOVERY-40',
      `${name} is not damaged any more where it was given blocks and holds all that was elected`,
      [name],
      isSoundAgain,
    ),
  ),
  'HOST-20': [
    eventually(
      'HOST-20',
      'once faults stop, a site serves, or one of two that run waits a bounded time',
      ['P', 'S', 'A'],
      isServedInTime,
    ),
  ],
  'EPOCH-130': [
    ...each((name) =>
      always(
        'EPOCH-130',
        `${name} follows the primary it hears, and keeps no consent`,
        [name],
        agreesToNothing,
      ),
    ),
    ...each((name) =>
      changes<Record<string, Node>>(
        'EPOCH-130',
        `no record that ${name} makes gives anything up where neither policy nor an operator agreed to a loss`,
        [name],
        (before, after) => losesByConsent(before[name]!, after[name]!),
      ),
    ),
    ...each((name) =>
      always(
        'EPOCH-130',
        `no record ${name} knows gives anything up for a member of the sync set that holds all that hosts were told of`,
        ['host', name],
        givesUpNothingForNothing,
      ),
    ),
  ],
  'LINK-30': each((name) =>
    changes<Record<string, Node>>(
      'LINK-30',
      `${name} keeps each leg suspended that an operator suspended, while it is primary and he does not resume it`,
      [name],
      (before, after) => keepsSuspended(before[name]!, after[name]!),
    ),
  ),
  'LINK-10': [
    answeredInTime('LINK-10'),
    ...everyPair.map(([one, other]) =>
      always(
        'LINK-10',
        `${nodeName(one)} streams nothing to ${nodeName(other)} that waits for blocks of an update in this session`,
        [nodeName(one), nodeName(other)],
        streamsToNoStage,
      ),
    ),
  ],
  'MIRROR-30': [answeredInTime('MIRROR-30')],
  'MIRROR-50': everyPair.map(([one, other]) =>
    changes<Record<string, Node>>(
      'MIRROR-50',
      `what ${nodeName(one)} was told of ${nodeName(other)} by their primary outlives its session with that one`,
      [nodeName(one)],
      (before, after) => keepsWhatWasTold(before[nodeName(one)]!, after[nodeName(one)]!, other),
    ),
  ),
  'PRIMARY-50': [
    eventually(
      'PRIMARY-50',
      'once faults stop, the sync mirror notes of the async one what the primary does, or a leg is halted',
      ['P', 'S'],
      notesAlike,
    ),
  ],
  'RESYNC-40': everyPair.map(([one, other]) =>
    always(
      'RESYNC-40',
      `${nodeName(other)} is no mixture of blocks for want of room while ${nodeName(one)} has the writes themselves`,
      [nodeName(one), nodeName(other)],
      isGivenWrites,
    ),
  ),
  'RESYNC-100': everyPair.flatMap(([one, other]) => [
    changes<Record<string, Node>>(
      'RESYNC-100',
      `what ${nodeName(one)} is to compare with ${nodeName(other)} it compares to the end, or says that it gave up`,
      [nodeName(one)],
      (before, after) => keepsCheck(before[nodeName(one)]!, after[nodeName(one)]!, other),
    ),
    always(
      'RESYNC-100',
      `${nodeName(other)} stands still only where ${nodeName(one)} asks it to`,
      [nodeName(one), nodeName(other)],
      standsWhereItIsAsked,
    ),
  ]),
  'SIDEFILE-60': each((name) =>
    changes<Record<string, Node>>(
      'SIDEFILE-60',
      `${name} retires nothing while its volume is a mixture`,
      [name],
      (before, after) => keepsEntries(before[name]!, after[name]!),
    ),
  ),
  'RECOVERY-60': [
    eventually(
      'RECOVERY-60',
      'once faults stop, the primary knows of no block to be rotten that a mirror which follows it can read',
      ['P', 'S', 'A'],
      isMended,
    ),
    eventually(
      'RECOVERY-60',
      'once faults stop, the async mirror has every block that the primary can read',
      ['P', 'A'],
      isGiven,
    ),
  ],
  'PRIMARY-30': [
    eventually(
      'PRIMARY-30',
      'once faults stop, what a host asked is answered, or an operator halted a leg',
      ['host', 'P'],
      isAnsweredOrHalted,
    ),
  ],
  'PRIMARY-20': each((name) =>
    always(
      'PRIMARY-20',
      `no update that ${name} gives a member of its sync set waits for a c that waits for that member`,
      [name],
      endsByItself,
    ),
  ),
};

/** Where waits may end while an answer is on its way, it may come to another question. */
export const answeredNow = each((name) =>
  changes<Record<string, Node>>(
    'EPOCH-90',
    `${name} proposes to take over only on a yes to the probe it waits for`,
    [name],
    (before, after) => isToldNow(before[name]!, after[name]!),
  ),
);

/** Where an operator forces a site, others may go on without it: what it says of a primary is of its own branch. */
export const heedNoRival = each((name) =>
  changes<Record<string, Node>>(
    'EPOCH-90',
    `${name} gives up a probe on no word of a site whose branch it refuses`,
    [name],
    (before, after) => heedsNoRival(before[name]!, after[name]!),
  ),
);

/** Whom it asked last has answered in this very step; an operator's force asks nobody. */
function isToldNow(before: Node, after: Node): boolean {
  if (before.site === null || after.site === null || roleOf(before) !== 'probing') return true;
  const [{ context: asking }, { context: proposing }] = [before.site, after.site];
  if (proposing.header.used === asking.header.used || proposing.election?.forced) return true;
  return siteIds.some(
    (other) => asking.peers[other].probe === 'asked' && proposing.peers[other].probe === 'none',
  );
}

/** What is on its disk; no world that asks for it has a command that resumes. */
function keepsSuspended({ disk: before }: Node, { config, disk, site }: Node): boolean {
  const isPrimary = newestOf(disk.header.history)?.primary === config.site;
  const { halted } = site?.context.header ?? disk.header;
  return !isPrimary || before.header.halted.every((peer) => halted.includes(peer));
}

/** Less is no majority; an operator's force wants none. */
function proposesToVoters(before: Node, after: Record<string, Node>, site: SiteId): boolean {
  const { site: proposing, disk } = after[nodeName(site)]!;
  if (proposing === null || roleOf(before) !== 'probing') return true;
  const { election, header, peers } = proposing.context;
  const isNumbered = header.used > (before.site?.context.header.used ?? 0);
  if (!isNumbered || election === null || election.forced) return true;
  const { incarnations } = recordOf(proposing.context) ?? { incarnations: [] };
  return (
    incarnations[site] === disk.header.incarnation &&
    othersOf(site).some(
      (other) =>
        peers[other].session !== 0 &&
        incarnations[other] === after[nodeName(other)]!.disk.header.incarnation,
    )
  );
}

/** What is settled in a volume that nobody can trust is held by its entries only; a record or an update may cut them. */
function keepsEntries(before: Node, after: Node): boolean {
  const [one, other] = [before.disk.header, after.disk.header];
  const isAnother =
    one.incarnation !== other.incarnation ||
    newestEpoch(one.history) !== newestEpoch(other.history);
  return isAnother || isPrefix(other) || other.start <= one.start;
}

/** c waits for what a member of the sync set says that it holds: an update of it must not wait for c. */
function endsByItself({ site }: Node): boolean {
  if (site?.role !== 'primary') return true;
  const { committed, peers } = site.context;
  return recordOf(site.context)!.syncSet.every((member) => {
    const { ship } = peers[member];
    return ship === null || ship.notBefore <= committed;
  });
}

/** Of whoever sent it, and each frame that is on its way from there. */
function ofFrames(
  rule: RuleId,
  sentence: (from: string) => string,
  holds: (frame: Frame, sender: Node) => boolean,
): Property[] {
  return everyPair.map(([from, to]) =>
    always(
      rule,
      `${sentence(nodeName(from))}, to ${nodeName(to)}`,
      [channelName(from, to), nodeName(from)],
      (frames: readonly Frame[], sender: Node) => frames.every((frame) => holds(frame, sender)),
    ),
  );
}

const roleOf = ({ site }: Node): string =>
  site?.role === 'mirror' ? (site.state as { role: string }).role : '';

const isCandidate = (node: Node): boolean =>
  ['probing', 'readying', 'proposing'].includes(roleOf(node));

const promisedOf = ({ site }: Node): number => site?.context.header.promised ?? -1;
const standsIn = ({ site }: Node): number => (site === null ? -1 : epochOf(site.context));

/** Until the site that promised stands in a record as new, it stores nothing more and commits nothing more. */
function isFinal({ message }: Frame, node: Node): boolean {
  if (message.type !== 'promise' || node.site === null) return true;
  const { epoch, summary } = message;
  if (node.disk.header.promised !== epoch || epochOf(node.site.context) >= epoch) return true;
  const { committed } = recover(node.disk);
  return (
    newestOfHolding(durablyHeld(node)) <= newestOfHolding(summary.held) &&
    committed <= summary.committed
  );
}

function notesWhatIsThere(host: HostState, { disk, site }: Node): boolean {
  if (site === null) return true;
  const { header, peers } = site.context;
  const reached = host.writes
    .filter((write) => isOn(write, header.history, Number.MAX_SAFE_INTEGER))
    .map(({ position }) => position!.sequence);
  const most = Math.max(0, ...reached);
  const isSettled = disk.header.history.length === header.history.length;
  return othersOf(header.identity.site).every(
    (other) =>
      newestOfHolding(peers[other].held) <= most &&
      (!isSettled || disk.header.peers[other].noted.contiguous <= most),
  );
}

/** Nobody else counts on it before. Not asked where a site that held it may be lost for good. */
function standsOnTwo(...nodes: Node[]): boolean {
  const [serving] = nodes;
  if (!isServing(serving!)) return true;
  const record = recordOf(serving!.site!.context)!;
  if (record.how !== 'majority') return true;
  const holding = nodes.filter(({ disk }) =>
    disk.header.history.some(({ epoch }) => epoch === record.epoch),
  );
  return holding.length >= 2 && isRecordDurable(serving!.site!.context);
}

function keepsNote(before: Node, after: Node, other: SiteId): boolean {
  if (before.site === null || after.site === null) return true;
  const { dirty, peers, persisting } = after.site.context;
  const { held, session } = before.site.context.peers[other];
  if (session === 0 || peers[other].session !== 0 || dirty || persisting !== null) return true;
  return after.disk.header.peers[other].noted.contiguous >= held.contiguous;
}

function isMended(...nodes: Node[]): boolean {
  const [primary, ...mirrors] = nodes;
  if (primary!.site?.role !== 'primary') return true;
  const { peers, rotten } = primary!.site.context;
  const lenders = mirrors.filter(({ config }) => peers[config.site].phase === 'streaming');
  return rotten.every((block) => lenders.every(({ disk }) => disk.cached[block] === rottenContent));
}

function isGiven(primary: Node, mirror: Node): boolean {
  if (primary.site?.role !== 'primary') return true;
  return primary.disk.cached.every(
    (content, block) => content === rottenContent || mirror.disk.cached[block] === content,
  );
}

function isAnsweredOrHalted({ writes }: HostState, { site }: Node): boolean {
  const isHalted = site === null || site.context.header.halted.length > 0;
  return isHalted || writes.every(({ state }) => state !== 'issued');
}

/** Where the primary hears nothing that it waits for, hosts wait with it: at least one of its waits must be bounded. */
function answeredInTime(rule: RuleId): Property {
  return eventually(
    rule,
    'once faults stop, what a host asked is answered, or the primary waits a bounded time, or an operator halted a leg',
    ['host', 'P'],
    ({ reads, writes }: HostState, { site }: Node) =>
      site === null ||
      site.context.header.halted.length > 0 ||
      timersOf(site).length > 0 ||
      [...writes, ...reads].every(({ state }) => state !== 'issued'),
  );
}

function staysOutOfUpdates({ site }: Node): boolean {
  if (site?.role !== 'mirror' || !isFenced(site.context)) return true;
  return site.context.staging === null || !isStageIdle(site.context.staging);
}

function isServedInTime(...nodes: Node[]): boolean {
  const running = nodes.flatMap(({ site }) => site ?? []);
  return (
    running.length < 2 || nodes.some(isServing) || running.some((site) => timersOf(site).length > 0)
  );
}

/** He agreed to a loss that was there to be seen: where a primary is heard there is none. */
function agreesToNothing(node: Node): boolean {
  if (node.site === null || roleOf(node) !== 'following') return true;
  return node.site.context.consent === null || !hearsPrimary(node.site.context);
}

/** In one session with each other, and in one epoch, which the other one has not begun to leave. */
const areTogether = (one: SiteContext, other: SiteContext): boolean =>
  one.peers[other.config.site].session === other.peers[one.config.site].session &&
  epochOf(one) === epochOf(other) &&
  !isFenced(other);

/** In one session and epoch the end of an update at its source comes after that at its target. */
function streamsToNoStage({ config, site: source }: Node, { config: to, site: target }: Node) {
  if (source?.role !== 'primary' || target?.role !== 'mirror') return true;
  if (source.context.peers[to.site].phase !== 'streaming') return true;
  if (!areTogether(source.context, target.context)) return true;
  const { staging } = target.context;
  return staging?.from !== config.site || !isStageIdle(staging);
}

/** Nobody tells it again what it forgets of a site that is not its primary. */
function keepsWhatWasTold(before: Node, after: Node, other: SiteId): boolean {
  if (before.site?.role !== 'mirror' || after.site?.role !== 'mirror') return true;
  const [one, two] = [before.site.context, after.site.context];
  const [was, is] = [one.peers[other], two.peers[other]];
  const isOfSession = was.session === is.session;
  if (isOfSession || epochOf(one) !== epochOf(two) || recordOf(one)?.primary === other) return true;
  return is.start === was.start && is.informed.contiguous === was.informed.contiguous;
}

function notesAlike({ site: primary }: Node, { site: mirror }: Node): boolean {
  if (primary?.role !== 'primary' || mirror === null) return true;
  const { header, peers } = primary.context;
  const isStreamed = [1, 2].every((id) => peers[id as SiteId].phase === 'streaming');
  if (header.halted.length > 0 || !isStreamed) return true;
  return mirror.context.peers[2].held.contiguous >= peers[2].held.contiguous;
}

/** What is compared is asked for position by position: who stood still elsewhere would not be asked there. */
function standsWhereItIsAsked({ config, site: asking }: Node, { config: to, site: held }: Node) {
  if (asking?.role !== 'primary' || held?.role !== 'mirror') return true;
  const { check } = asking.context.peers[to.site];
  if (check?.step !== 'asked' || !areTogether(asking.context, held.context)) return true;
  const { hold } = held.context;
  return hold?.step !== 'held' || hold.from !== config.site || hold.at === check.at;
}

/** While it stays primary, whatever begins or ends meanwhile: a session, an epoch, an update. */
function keepsCheck(before: Node, after: Node, other: SiteId): boolean {
  if (before.site === null || after.site === null) return true;
  const { check } = before.site.context.peers[other];
  if (check === null || check.step === 'failed' || check.step === 'releasing') return true;
  const isPrimary = recordOf(after.site.context)?.primary === after.config.site;
  const isAtEnd =
    check.step === 'comparing' && check.cursor + after.config.frameBlocks >= check.end;
  return !isPrimary || isAtEnd || after.site.context.peers[other].check !== null;
}

/** The record that a candidate has just made, while it was what `before` says; null: none. */
function madeOf(before: Node, after: Node): History[number] | null {
  if (before.site === null || after.site === null) return null;
  const { election } = before.site.context;
  if (election === null || election.record !== null) return null;
  const record = recordOf(after.site.context);
  return record !== undefined && record.epoch === election.epoch ? record : null;
}

/** Nothing else that an operator says is consent. */
function losesByConsent(before: Node, after: Node): boolean {
  const record = madeOf(before, after);
  if (record === null || record.lossBeyond === null || record.how === 'forced') return true;
  return before.config.takeover === 'any' || before.site!.context.consent === record.primary;
}

/** Who is named may be away, or no holder any more: then all stays as it is. */
function handsOverAsTold(before: Node, after: Node): boolean {
  const record = madeOf(before, after);
  const { named, purpose } = before.site?.context.election ?? { named: null, purpose: null };
  if (record === null || named === null || purpose !== 'configure') return true;
  return record.primary === named || record.primary === before.config.site;
}

/** It would not stream to them, and so begin another epoch at once. */
function takesInWhoStays(before: Node, after: Node): boolean {
  const record = madeOf(before, after);
  const isOwn = record?.primary === before.config.site;
  if (record === null || !isOwn || before.config.onLegLoss === 'stop') return true;
  const { header, peers } = before.site!.context;
  return record.syncSet.every((member) => !header.halted.includes(member) && !peers[member].unlike);
}

function heedsNoRival(before: Node, after: Node): boolean {
  if (before.site === null || after.site === null || roleOf(before) !== 'probing') return true;
  const [one, two] = [before.site.context, after.site.context];
  return siteIds.every((other) => {
    const isAnswer = one.peers[other].probe === 'asked' && two.peers[other].probe === 'none';
    const isInSession = one.peers[other].session === two.peers[other].session;
    if (!isAnswer || !isInSession || !one.peers[other].rival) return true;
    return roleOf(after) === 'probing' || two.header.promised > one.header.promised;
  });
}

function isSoundAgain({ site }: Node): boolean {
  if (site === null) return true;
  const { header, held, mended } = site.context;
  const elected = recordOf(site.context)?.parent.sequence ?? 0;
  return !header.damaged || !mended || held.contiguous < elected;
}

/** Nothing is on its way there. */
function hearsWhoSuspended(primary: Node, frames: readonly Frame[], mirror: Node): boolean {
  if (!isServing(primary) || mirror.site === null || roleOf(mirror) !== 'following') return true;
  const [own, theirs] = [primary.site!.context, mirror.site.context];
  if (own.peers[mirror.config.site].phase !== 'suspended' || isFenced(own)) return true;
  return frames.length > 0 || !areTogether(own, theirs) || hearsPrimary(theirs);
}

/** Members of a sync set that the record before did not have as holders. */
function entersLevel(one: Node, other: Node): boolean {
  const { header } = other.disk;
  const site = other.config.site;
  if (isDamaged(other.disk)) return true;
  const history = historyOf(one);
  return history.every((record, at) => {
    const before = history[at - 1];
    if (before === undefined || !record.syncSet.includes(site) || wasHolder(before, site))
      return true;
    const isLater = newestEpoch(header.history) > record.epoch;
    if (isLater || header.incarnation !== record.incarnations[site]) return true;
    return durablyHeld(other).contiguous >= record.parent.sequence;
  });
}

/** It folded them: their blocks go beside the volumes of the other, or nowhere. */
function isGivenWrites(source: Node, target: Node): boolean {
  if (source.site === null || target.site === null) return true;
  const { ship, session } = source.site.context.peers[target.config.site];
  const there = target.site.context;
  const isOfUpdate = there.staging?.from === source.config.site && ship?.folded === true;
  if (!isOfUpdate || there.peers[source.config.site].session !== session) return true;
  return target.disk.header.consistency.kind !== 'inconsistent';
}

/** But for a loss, or a force. A primary that restarts takes over anew: no world that asks has one. */
function keepsMembers(node: Node): boolean {
  const history = historyOf(node);
  return history.every(({ how, lossBeyond, primary, syncSet }, at) => {
    const before = history[at - 1];
    const goesOn = before?.primary === primary && how === 'majority' && lossBeyond === null;
    if (!goesOn || node.config.onLegLoss !== 'stop') return true;
    return before.syncSet.every((member) => syncSet.includes(member));
  });
}

const wasHolder = ({ primary, syncSet }: History[number], site: SiteId): boolean =>
  primary === site || syncSet.includes(site);

/** A member of the sync set before it holds all that hosts were told of, whatever else was on its way to it. */
function givesUpNothingForNothing(host: HostState, node: Node): boolean {
  const history = historyOf(node);
  const told = host.writes.filter(({ state }) => state === 'acknowledged');
  return history.every(
    ({ lossBeyond, primary }, at) =>
      lossBeyond === null ||
      !history[at - 1]!.syncSet.includes(primary) ||
      told.some(({ position }) => position!.sequence > lossBeyond),
  );
}
