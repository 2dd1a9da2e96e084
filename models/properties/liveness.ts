import type { Bounds } from '../bounds.ts';
import { recover } from '../disk.ts';
import { isHolder } from '../election.ts';
import { type EpochRecord, newestEpoch, newestOf } from '../history.ts';
import type { HostState } from '../host.ts';
import { eventually, type Property } from '../model.ts';
import type { Node } from '../node.ts';
import { othersOf } from '../words.ts';
import { highestOf, historyOf, isMarked, isServing } from './facts.ts';

/**
 * What comes once failures stop. Waits that may still end are counted, or epochs are, so that a world stays finite:
 * where the bound is reached nothing is owed. Not verified: that it comes again after more epochs than that.
 */

type Sites = readonly [primary: Node, sync: Node, async: Node];

/** All three stand on one history, hold the same writes, and show the same bytes. */
export function isLevel(...nodes: Sites): boolean {
  const [first, ...others] = nodes.map((node) => node.site?.context ?? null);
  if (!first || !nodes.some(isServing)) return false;
  return others.every(
    (context, index) =>
      context !== null &&
      newestEpoch(context.header.history) === newestEpoch(first.header.history) &&
      context.header.consistency.kind === 'consistent' &&
      context.held.contiguous === first.held.contiguous &&
      context.held.ranges.length + first.held.ranges.length === 0 &&
      context.applied === first.applied &&
      nodes[index + 1]!.disk.cached.join() === nodes[0]!.disk.cached.join(),
  );
}

const roleOf = (node: Node): string =>
  node.site?.role === 'mirror' ? (node.site.state as { role: string }).role : '';

/** The newest record any site holds durably. */
function newestRecord(nodes: Sites): EpochRecord | undefined {
  const histories = nodes.map(historyOf);
  return newestOf(histories.reduce((a, b) => (newestEpoch(b) > newestEpoch(a) ? b : a)));
}

/** A site that has a vote, is a holder of the newest epoch, and may become primary without anybody's leave. */
function hasHolder(nodes: Sites): boolean {
  const record = newestRecord(nodes);
  if (record === undefined) return false;
  return nodes.some(({ config, disk }) => {
    const found = recover(disk);
    const votes = found.header.incarnation === record.incarnations[config.site];
    return votes && !isMarked(found) && isHolder(config.site, record);
  });
}

/** Somebody serves; or a site says whose consent is missing, and nobody could do without it. */
function isWritable(...nodes: Sites): boolean {
  if (nodes.some(isServing)) return true;
  return nodes.some((node) => roleOf(node) === 'blocked') && !hasHolder(nodes);
}

/** Nobody is between two states: no election, update or comparison, no leg that waits to be planned. */
function isAtRest(...nodes: Sites): boolean {
  return nodes.every(
    (node) => node.site !== null && (isServing(node) ? hasQuietLegs(node) : isFollowing(node)),
  );
}

const isFollowing = (node: Node): boolean =>
  roleOf(node) === 'following' && node.site!.context.staging === null;

function hasQuietLegs(node: Node): boolean {
  const { peers, header } = node.site!.context;
  return othersOf(node.config.site).every((other) => {
    const { check, phase } = peers[other];
    const isCompared = check === null || check.step === 'failed';
    return (phase === 'streaming' && isCompared) || header.halted.includes(other);
  });
}

const isAnswered = (host: HostState): boolean =>
  [...host.writes, ...host.reads, ...host.flushes].every(({ state }) => state !== 'issued');

const isSmall = (nodes: Sites): boolean =>
  nodes.every(({ config, site }) => site?.context.header.capacity === config.sidefile.capacity);

/** `waits`: time-outs that are left; none of them: the bound of the world is reached. */
export function livenessOf(bounds: Bounds): readonly Property[] {
  const isBound = boundOf(bounds);
  // A free wait is not offered while frames are on their way; it runs all the same, and ends some time.
  const fairness = bounds.epochsMax === null ? 'weak' : 'strong';
  const sites = ['P', 'S', 'A', 'timeouts'];
  const { mode, basis } = bounds.config.sidefile ?? {};
  // On basis o the first sidefile spans what the async mirror stores, lag or none: not its floor.
  const adaptive = mode === 'adaptive' && basis === 'newest';
  return [
    eventually(
      'L1',
      'once faults stop, all three sites come to hold the same writes and bytes, and one serves',
      sites,
      (...[p, s, a, waits]: [...Sites, number]) => isBound(waits, p, s, a) || isLevel(p, s, a),
      { fairness },
    ),
    eventually(
      'L2',
      'once faults stop, a site serves, or one says whose consent is missing and no holder is left',
      sites,
      (...[p, s, a, waits]: [...Sites, number]) => isBound(waits, p, s, a) || isWritable(p, s, a),
      { fairness },
    ),
    eventually(
      'L3',
      'once faults stop, no election, update, comparison or suspended leg lasts for ever',
      sites,
      (...[p, s, a, waits]: [...Sites, number]) => isBound(waits, p, s, a) || isAtRest(p, s, a),
      { fairness },
    ),
    eventually(
      'L3',
      'once faults stop, whatever a host asked is answered',
      ['host', ...sites],
      (...[host, p, s, a, waits]: [HostState, ...Sites, number]) =>
        isBound(waits, p, s, a) || isAnswered(host),
      { fairness },
    ),
    ...(adaptive
      ? [
          eventually(
            'L4',
            'once nobody lags and hosts write on, every sidefile comes back to its floor',
            sites,
            (...[p, s, a, waits]: [...Sites, number]) =>
              isBound(waits, p, s, a) || (isLevel(p, s, a) && isSmall([p, s, a])),
          ),
        ]
      : []),
  ];
}

/** Where waits are free, epochs are bounded: a site that reached the last one waits for nothing more. */
function boundOf({ epochsMax }: Bounds): (waits: number, ...nodes: Sites) => boolean {
  if (epochsMax === null) return (waits) => waits === 0;
  return (_, ...nodes) => nodes.some((node) => highestOf(node) >= epochsMax);
}
