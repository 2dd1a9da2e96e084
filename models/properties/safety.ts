import { bitsOfPeer } from '../bitmap.ts';
import { hasBlock, isEmpty } from '../bits.ts';
import { applied, recover, rottenContent } from '../disk.ts';
import { isHolder } from '../election.ts';
import { isPrefix } from '../header.ts';
import {
  forkOf,
  type History,
  isWaived,
  liesOn,
  newestEpoch,
  newestOf,
  sameRecord,
} from '../history.ts';
import { holds } from '../holding.ts';
import { covers, type HostState, type WriteRequest } from '../host.ts';
import { always, changes, ofParts, type Property } from '../model.ts';
import { type Node, nodeName } from '../node.ts';
import { isFenced, type Peer, recordOf } from '../site.ts';
import type { Epoch, Position, Sequence } from '../words.ts';
import { type Contents, itsContents } from './contents.ts';
import {
  contentAt,
  durablyHeld,
  each,
  everyPair,
  historyOf,
  isDamaged,
  isMarked,
  isOn,
  isServing,
  itsStanding,
  itsWrites,
  readsAs,
  type Standing,
  type Written,
} from './facts.ts';

/** The safety statements of the protocol as questions about one, two or three parts of a world. */

function holdsAcknowledged(host: Written, node: Standing): boolean {
  // A site that was lost for good and replaced holds nothing: that is another failure.
  if (node.disk.header.incarnation !== 1) return true;
  return host.writes.every((write) => {
    if (write.state !== 'acknowledged' || !write.holders.includes(node.config.site)) return true;
    const position = write.position!;
    if (!liesOn(historyOf(node), position)) return isWaived(historyOf(node), write.told, position);
    // Nobody counts on a site that says so itself: it lost entries, or gave writes up by a record that nobody else may have heard of.
    if (isMarked(node.disk)) return true;
    return holds(durablyHeld(node), position.sequence);
  });
}

function keepsAcknowledged(host: Written, node: Standing): boolean {
  const history = historyOf(node);
  return host.writes.every((write) => {
    if (write.state !== 'acknowledged') return true;
    const position = write.position!;
    if (newestEpoch(history) <= write.told) return true;
    if (write.forced && history.every(({ epoch }) => epoch !== write.told)) return true;
    return liesOn(history, position) || isWaived(history, write.told, position);
  });
}
function oneRecordPerEpoch(one: Standing, other: Standing): boolean {
  return historyOf(one).every((record) =>
    historyOf(other).every((peer) => peer.epoch !== record.epoch || sameRecord(peer, record)),
  );
}

/** A record whose parent is none of those it is listed after is believed by nobody. */
const followsItsParent = (node: Node): boolean =>
  historyOf(node).every(
    ({ parent }, index, history) => index === 0 || parent.epoch === history[index - 1]!.epoch,
  );

/** Whatever a site takes as committed, the primary of its epoch and each member of the sync set hold. */
function commitsWhatIsHeld(one: Standing, other: Standing): boolean {
  const { header, committed } = recover(one.disk);
  const record = newestOf(header.history);
  const peer = other.disk.header;
  if (record === undefined || newestEpoch(peer.history) !== record.epoch) return true;
  if (!isHolder(other.config.site, record)) return true;
  if (peer.incarnation !== record.incarnations[other.config.site]) return true;
  if (isDamaged(other.disk)) return true;
  // What was elected may still be on its way to a primary.
  return committed <= Math.max(record.parent.sequence, durablyHeld(other).contiguous);
}

/** Zeroes, or the content of a write that a host asked for and that covers the block. */
function isWritten(host: Written, block: number, content: number): boolean {
  if (content === 0 || content === rottenContent) return true;
  const write = host.writes[content - 1];
  return write !== undefined && write.issued > 0 && covers(write.extent, block);
}

/** At most one site serves hosts in an epoch, and only the one its record names. */
function onePrimary(...nodes: Node[]): boolean {
  const serving = nodes.filter(isServing);
  const epochs = serving.map((node) => newestEpoch(node.site!.context.header.history));
  return (
    new Set(epochs).size === epochs.length &&
    serving.every((node) => recordOf(node.site!.context)!.primary === node.config.site)
  );
}
/** After a loss of power and redo, the volume is exactly the writes up to the durable c. */
function volumeIsPrefix(host: Written, node: Standing): boolean {
  const { disk } = node;
  const { header, entries, committed } = recover(disk);
  if (!isPrefix(header)) return true;
  // What its start is going to mark.
  if (disk.damage.some((sequence) => sequence > header.settled)) return true;
  const blocks = disk.flushed.length;
  const through = Math.min(committed, durablyHeld(node).contiguous);
  const expected = contentAt(host, header.history, through, blocks);
  const redo = entries.filter(({ sequence }) => sequence > header.settled && sequence <= through);
  return [disk.flushed, disk.cached].every((volume) => {
    const staged = [...volume];
    if (header.consistency.kind === 'staged') {
      for (const { block, content } of disk.stage) staged[block] = content;
    }
    return readsAs(applied(staged, redo, header), expected);
  });
}

/** What is live in the volumes lies at `applied`, which never passes c or a hole. */
function appliedIsCommitted(host: Written, { volume }: Contents): boolean {
  if (volume === null) return true;
  const { applied: through, cached, committed, history } = volume;
  const expected = contentAt(host, history, through, cached.length);
  return readsAs(cached, expected) && through <= committed;
}

/** Who is noted in a session to hold a write holds it durably. */
function notesAreTrue(one: Node, other: Node): boolean {
  if (one.site === null) return true;
  const { context } = one.site;
  const note = context.peers[other.config.site];
  if (note.phase !== 'streaming' || isFenced(context)) return true;
  return isHeldAsNoted(note, one, other);
}

/** So does whom a mirror was told of, as long as it is the site that was meant and lost nothing. */
function wordsAreTrue(one: Node, other: Node): boolean {
  if (one.site === null || newestOf(historyOf(one))?.primary === one.config.site) return true;
  const { header, peers } = one.site.context;
  const { disk } = other;
  if (header.peers[other.config.site].incarnation !== disk.header.incarnation) return true;
  if (isDamaged(disk)) return true;
  return isHeldAsNoted(peers[other.config.site], one, other);
}

function isHeldAsNoted(note: Peer, one: Node, other: Node): boolean {
  if (newestEpoch(historyOf(other)) !== newestEpoch(one.site!.context.header.history)) return true;
  const held = durablyHeld(other);
  return (
    note.held.contiguous <= held.contiguous &&
    note.held.ranges.every(({ first, last }) => holds(held, first) && holds(held, last))
  );
}

/** Every dropped write that the other site lacks has its blocks in the bits for it. */
function dropsAreKept(host: Written, node: Standing, other: Standing): boolean {
  const { header } = node.disk;
  const peer = header.peers[other.config.site];
  const shared = forkOf(header.history, historyOf(other));
  const bits = bitsOfPeer(peer);
  return host.writes.every((write) => {
    if (!isOn(write, header.history, header.start - 1)) return true;
    const { sequence } = write.position!;
    // Dropped without bits: a bitmap is planned only for a peer at or beyond the base.
    if (sequence <= peer.base) return true;
    const marked = Array.from({ length: write.extent.count }, (_, index) =>
      hasBlock(bits, write.extent.first + index),
    ).every(Boolean);
    return marked || (sequence <= shared && holds(durablyHeld(other), sequence));
  });
}

function settledOnly(host: Written, node: Standing): boolean {
  const { header, flushed } = node.disk;
  if (header.start > header.settled + 1) return false;
  if (header.consistency.kind !== 'consistent' || !isEmpty(header.repair)) return true;
  // What is settled is in the flushed volume, or was written over there by something newer.
  return host.writes.every((write, index) => {
    if (!isOn(write, header.history, header.settled)) return true;
    return Array.from({ length: write.extent.count }, (_, offset) => {
      const content = flushed[write.extent.first + offset]!;
      if (content === index + 1 || content === rottenContent) return true;
      const newer = content === 0 ? undefined : host.writes[content - 1];
      return newer?.position != null && newer.position.sequence > write.position!.sequence;
    }).every(Boolean);
  });
}
/** While a range is compared, neither volume is at another position than the other. */
function standAtOne(primary: Node, mirror: Node): boolean {
  if (primary.site === null || mirror.site === null) return true;
  const here = primary.site.context;
  const there = mirror.site.context;
  const { check, session } = here.peers[mirror.config.site];
  const isCompared = check?.step === 'comparing' && primary.site.role === 'primary';
  if (!isCompared || isFenced(here)) return true;
  if (there.hold?.step !== 'held' || there.hold.from !== primary.config.site) return true;
  if (there.peers[primary.config.site].session !== session) return true;
  const applying = [...primary.disk.rest, ...mirror.disk.rest].some(({ type }) => type === 'apply');
  return here.applied === check.at && there.applied === check.at && !applying;
}

/** Of the records themselves, whatever a host was told. */
export const knowOneRecord: readonly Property[] = everyPair
  .filter(([one, other]) => one < other)
  .map(([one, other]) =>
    ofParts(
      always(
        'S2',
        `${nodeName(one)} and ${nodeName(other)} know one record of an epoch`,
        [nodeName(one), nodeName(other)],
        oneRecordPerEpoch,
      ),
      { [nodeName(one)]: itsStanding, [nodeName(other)]: itsStanding },
    ),
  );

/** What a mirror was told of another site (the second that each reads) is kept until it is told anew: also to recognise one that was set back. */
export const wordsOfMirrors: readonly Property[] = everyPair.map(([one, other]) =>
  always(
    'S4',
    `what ${nodeName(one)} as a mirror was told of ${nodeName(other)} is true`,
    [nodeName(one), nodeName(other)],
    wordsAreTrue,
  ),
);

/** What one site takes as committed the other holds: the second that each reads. */
export const committedIsHeld: readonly Property[] = everyPair.map(([one, other]) =>
  ofParts(
    always(
      'PRIMARY-20',
      `what ${nodeName(one)} takes as committed ${nodeName(other)} holds, if it is a holder`,
      [nodeName(one), nodeName(other)],
      commitsWhatIsHeld,
    ),
    { [nodeName(one)]: itsStanding, [nodeName(other)]: itsStanding },
  ),
);

export const safety: readonly Property[] = [
  ...each((name) =>
    ofParts(
      always(
        'S1',
        `${name} holds every acknowledged write it is a holder of`,
        ['host', name],
        holdsAcknowledged,
      ),
      { host: itsWrites, [name]: itsStanding },
    ),
  ),
  ...each((name) =>
    ofParts(
      always(
        'S2',
        `every newer epoch ${name} knows keeps what was acknowledged`,
        ['host', name],
        keepsAcknowledged,
      ),
      { host: itsWrites, [name]: itsStanding },
    ),
  ),
  ...knowOneRecord,
  ...each((name) =>
    always(
      'EPOCH-110',
      `each record ${name} knows follows the one before it`,
      [name],
      followsItsParent,
    ),
  ),
  ...everyPair
    .filter(([one, other]) => one < other)
    .map(([one, other]) =>
      always(
        'S2',
        `${nodeName(one)} and ${nodeName(other)} never serve in one epoch`,
        [nodeName(one), nodeName(other)],
        onePrimary,
      ),
    ),
  ...everyPair.map(([one, other]) =>
    always(
      'RESYNC-100',
      `${nodeName(one)} and ${nodeName(other)} stand at one position while they are compared`,
      [nodeName(one), nodeName(other)],
      standAtOne,
    ),
  ),
  ...each((name) =>
    ofParts(
      always(
        'S3',
        `${name}'s volume after redo is the writes up to its durable c`,
        ['host', name],
        volumeIsPrefix,
      ),
      { host: itsWrites, [name]: itsStanding },
    ),
  ),
  ...each((name) =>
    ofParts(
      always(
        'S3',
        `${name}'s volume is the writes up to what it applied, never beyond c`,
        ['host', name],
        appliedIsCommitted,
      ),
      { host: itsWrites, [name]: itsContents },
    ),
  ),
  ...everyPair.map(([one, other]) =>
    always(
      'S4',
      `what ${nodeName(one)} notes of ${nodeName(other)} is true`,
      [nodeName(one), nodeName(other)],
      notesAreTrue,
    ),
  ),
  ...wordsOfMirrors,
  ...everyPair.map(([one, other]) =>
    ofParts(
      always(
        'S5',
        `${nodeName(one)} drops only what ${nodeName(other)} holds or its bits name`,
        ['host', nodeName(one), nodeName(other)],
        dropsAreKept,
      ),
      { host: itsWrites, [nodeName(one)]: itsStanding, [nodeName(other)]: itsStanding },
    ),
  ),
  ...each((name) =>
    ofParts(
      always(
        'S5',
        `${name} drops only what its flushed volume contains`,
        ['host', name],
        settledOnly,
      ),
      { host: itsWrites, [name]: itsStanding },
    ),
  ),
  ...each((name) =>
    always(
      'RECOVERY-30',
      `${name} cuts no committed write before it is exported`,
      [name],
      ({ disk }: Node) => disk.unexported.every(({ committed }) => !committed),
    ),
  ),
  ...committedIsHeld,
  always(
    'S2',
    'no write asked after an epoch served is acknowledged in an older one',
    ['host'],
    (host: HostState) => !host.late,
  ),
  always(
    'S8',
    'a write that was refused was never numbered: it is nowhere, and may be asked again',
    ['host'],
    (host: HostState) => host.writes.every(({ position, state }) => state !== 'new' || !position),
  ),
  always(
    'S8',
    'what hosts ask and are told is, block by block, some order of single requests',
    ['host'],
    (host: HostState) => host.reads.every(({ legal }) => legal),
  ),
  always(
    'S9',
    'every read returns zeroes or what a host wrote there',
    ['host'],
    (host: HostState) =>
      host.reads.every(({ extent, result }) =>
        result.every((content, offset) => isWritten(host, extent.first + offset, content)),
      ),
  ),
  ...each((name) =>
    ofParts(
      always(
        'S9',
        `${name}'s volume contains only zeroes and what a host wrote there`,
        ['host', name],
        (host: Written, { disk }: Standing) =>
          [disk.flushed, disk.cached].every((volume) =>
            volume.every((content, block) => isWritten(host, block, content)),
          ),
      ),
      { host: itsWrites, [name]: itsStanding },
    ),
  ),
];

/**
 * c is not all: who stored what was acknowledged may not know it. What was acknowledged on a forced branch that it
 * never stood in is kept by those that did.
 */
export const exportsWhatWasTold = each((name) =>
  changes<Record<string, unknown>>(
    'RECOVERY-30',
    `${name} cuts nothing that a host was told of before it is exported`,
    ['host', name],
    (before, after) => {
      const [host, left] = [before.host as HostState, historyOf(before[name] as Node)];
      const { header, unexported } = (after[name] as Node).disk;
      if (newestEpoch(header.history) <= newestEpoch(left)) return true;
      return unexported.every((entry) => !host.writes.some((write) => isTold(write, entry, left)));
    },
  ),
);

const isTold = (write: WriteRequest, { epoch, sequence }: Position, left: History): boolean =>
  write.state === 'acknowledged' &&
  write.position!.epoch === epoch &&
  write.position!.sequence === sequence &&
  (!write.forced || left.some((record) => record.epoch === write.told));

/** A note that outlives the site it was made of would be held against the one that took its place. */
export const notesOfTheirOwn = everyPair.map(([one, other]) =>
  always(
    'EPOCH-100',
    `${nodeName(one)} has noted of ${nodeName(other)}, as the site it is now, no more than it holds`,
    [nodeName(one), nodeName(other)],
    (node: Node, peer: Node) => {
      const { incarnation, noted } = node.disk.header.peers[peer.config.site];
      if (incarnation === 1 || incarnation !== peer.disk.header.incarnation) return true;
      const shared = forkOf(historyOf(node), historyOf(peer));
      return Math.min(noted.contiguous, shared) <= durablyHeld(peer).contiguous;
    },
  ),
);

/** Where nobody may agree to a loss, no record tells of one. */
export const noLoss = each((name) =>
  always(
    'EPOCH-130',
    `no record ${name} knows gives up acknowledged writes without consent`,
    [name],
    (node: Node) => historyOf(node).every(({ lossBeyond }) => lossBeyond === null),
  ),
);

/** Where the primary stays within reach of a mirror, nobody takes its place. */
export const noUsurper = each((name) =>
  always(
    'EPOCH-90',
    `no record ${name} knows names another primary while the first one serves a mirror`,
    [name],
    (node: Node) => historyOf(node).every(({ primary }) => primary === 0),
  ),
);

/** What was acknowledged up to there is held by sites enough: it need not be given up. */
export const keepsUpTo = (keeps: Sequence): readonly Property[] =>
  each((name) =>
    always(
      'EPOCH-130',
      `no record ${name} knows gives up what lies up to ${keeps}`,
      [name],
      (node: Node) =>
        historyOf(node).every(({ lossBeyond }) => lossBeyond === null || lossBeyond >= keeps),
    ),
  );

/**
 * Where an operator discards nothing, what a forced site acknowledged stays with it; unless a record that follows its own says
 * beyond which write that is given up: an operator forced another site, or agreed to a loss.
 */
export const keepsForced = each((name, site) =>
  always(
    'RESYNC-60',
    `what ${name} acknowledged when forced is overwritten by no other branch`,
    ['host', name],
    (host: HostState, node: Node) =>
      host.writes.every(
        ({ at, forced, position, state, told }) =>
          at !== site ||
          !forced ||
          state !== 'acknowledged' ||
          liesOn(historyOf(node), position!) ||
          isGivenUp(historyOf(node), told, position!.sequence),
      ),
  ),
);

const isGivenUp = (history: History, told: Epoch, sequence: Sequence): boolean =>
  history.some(({ epoch }) => epoch === told) &&
  history.some(
    ({ epoch, lossBeyond }) => epoch > told && lossBeyond !== null && lossBeyond < sequence,
  );
