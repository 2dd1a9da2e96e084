import { holds } from '../holding.ts';
import type { HostState } from '../host.ts';
import { always, ofParts, type Property } from '../model.ts';
import type { Frame, Node } from '../node.ts';
import { epochOf } from '../site.ts';
import type { Bounds } from '../world.ts';
import { type Contents, entriesIn, itsContents } from './contents.ts';
import { durablyHeld, each, historyOf, itsWrites, type Written } from './facts.ts';

/** What the claims say of sidefiles and of the arrangement, asked of every world. */

/** Location and sequence of each tracked write are those under which the host's write was numbered. */
function tracksWhole(host: Written, { entries }: Contents): boolean {
  return entries.every(({ epoch, sequence, extent, checksum }) => {
    const write = host.writes[checksum - 1];
    return (
      write?.position?.epoch === epoch &&
      write.position.sequence === sequence &&
      write.extent.first === extent.first &&
      write.extent.count === extent.count
    );
  });
}

const isSorted = (node: Node): boolean =>
  entriesIn(node).every(
    (entry, index, all) => index === 0 || all[index - 1]!.sequence < entry.sequence,
  );

function fitsRoom(node: Node): boolean {
  if (node.site === null) return true;
  const { log, header } = node.site.context;
  return log.count <= header.capacity;
}

function staysWithinLimits({ site, config }: Node): boolean {
  if (site === null) return true;
  const { capacity, limit } = config.sidefile;
  return site.context.header.capacity >= capacity && site.context.header.capacity <= limit;
}

const hasNearSyncSet = (node: Node): boolean =>
  historyOf(node).every(({ syncSet }) =>
    syncSet.every((site) => node.config.syncFar || node.config.distances[site] === 'near'),
  );

const hasNoForcedEpoch = (node: Node): boolean =>
  historyOf(node).every(({ how }) => how !== 'forced');

function havePositionsOfTheirOwn(host: HostState): boolean {
  const positions = host.writes.flatMap(({ position }) => (position === null ? [] : [position]));
  return (
    new Set(positions.map(({ epoch, sequence }) => `${epoch}.${sequence}`)).size ===
    positions.length
  );
}

/**
 * No write is on its way, in this session and epoch, to a site that holds it durably. Not asked of slow disks: a
 * store that was under way when its site told what it holds may end while the write comes again.
 */
function sendsWhatIsLacking(frames: readonly Frame[], node: Node): boolean {
  if (node.site === null || node.slow) return true;
  const { context } = node.site;
  const held = durablyHeld(node);
  return frames.every(({ from, session, message }) => {
    if (message.type !== 'write' || message.epoch !== epochOf(context)) return true;
    if (session !== context.peers[from].session) return true;
    return message.entries.every(({ sequence }) => !holds(held, sequence));
  });
}

export function claimed(bounds: Bounds): readonly Property[] {
  const forces = bounds.commands.some(({ command }) => ['force', 'admit'].includes(command.name));
  return [
    always('HOST-10', 'no two writes have one position', ['host'], havePositionsOfTheirOwn),
    ...each((name) =>
      ofParts(
        always(
          'SIDEFILE-10',
          `${name}'s sidefile has each write with the place and the sequence it was given`,
          ['host', name],
          tracksWhole,
        ),
        { host: itsWrites, [name]: itsContents },
      ),
    ),
    ...each((name) =>
      always(
        'SIDEFILE-20',
        `${name}'s sidefile yields its writes in the order of their sequences`,
        [name],
        isSorted,
      ),
    ),
    ...each((name) =>
      always(
        'SIDEFILE-30',
        `${name}'s sidefile keeps no more writes than it has room for`,
        [name],
        fitsRoom,
      ),
    ),
    ...each((name) =>
      always(
        'SIDEFILE-40',
        `${name}'s sidefile has room between floor and limit`,
        [name],
        staysWithinLimits,
      ),
    ),
    ...['PA', 'SA'].map((channel) =>
      always(
        'RESYNC-40',
        `only writes that A lacks are on their way from ${channel[0]}`,
        [channel, 'A'],
        sendsWhatIsLacking,
      ),
    ),
    ...each((name) =>
      always(
        'EPOCH-160',
        `${name} knows of no far mirror in a sync set that policy keeps near`,
        [name],
        hasNearSyncSet,
      ),
    ),
    ...(forces
      ? []
      : each((name) =>
          always(
            'EPOCH-150',
            `${name} knows of no forced epoch where no operator forced`,
            [name],
            hasNoForcedEpoch,
          ),
        )),
  ];
}
