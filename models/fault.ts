import {
  epochMost,
  faultOfHolding,
  faultOfSummary,
  isEpoch,
  isSequence,
} from './fault-of-summary.ts';
import { liesOn, newestEpoch } from './history.ts';
import { newestOfHolding } from './holding.ts';
import type { Message, Run } from './message.ts';
import { newestSequence } from './rules/commit.ts';
import { epochOf, isFenced, recordOf, type SiteContext } from './site.ts';
import type { Summary } from './summary.ts';
import {
  type Block,
  type Entry,
  type Holding,
  proposerOf,
  type Range,
  type Sequence,
  type SiteId,
  thirdOf,
} from './words.ts';

/**
 * What no site that follows the protocol sends, whatever was lost, late or repeated: the reason, or
 * null. Who sends it is not believed any more: nothing of it is taken, and its session ends. Messages of
 * another epoch are not judged; they are ignored as ever. A lie that could be true is not found.
 */
export function faultOf(site: SiteContext, from: SiteId, message: Message): string | null {
  switch (message.type) {
    case 'probe':
      return epochFault(message.epoch);
    case 'probed':
      return epochFault(message.promised);
    case 'refused':
      return epochFault(message.promised) ?? epochFault(message.newest);
    case 'propose':
      return epochFault(message.epoch) ?? unless(proposerOf(message.epoch) === from, message.epoch);
    case 'promise':
      return (
        unless(proposerOf(message.epoch) === site.config.site, message.epoch) ??
        faultOfSummary(message.summary, from)
      );
    case 'record':
      return message.summary.history.length === 0
        ? 'no record'
        : faultOfSummary(message.summary, from);
    case 'recordStored':
      return (
        faultOfSummary(message.summary, from) ??
        digestFault(message.digest) ??
        (newestEpoch(message.summary.history) !== message.epoch
          ? `stands in ${newestEpoch(message.summary.history)}, not ${message.epoch}`
          : null) ??
        commitFault(site, message.summary)
      );
    case 'stageCommitted':
      return faultOfSummary(message.summary, from) ?? commitFault(site, message.summary);
    default:
      if (message.epoch !== epochOf(site) || isFenced(site)) return null;
      return faultInEpoch(site, from, message);
  }
}

type InEpoch = Exclude<
  Message,
  {
    type:
      | 'probe'
      | 'probed'
      | 'refused'
      | 'propose'
      | 'promise'
      | 'record'
      | 'recordStored'
      | 'stageCommitted';
  }
>;

/** Of the epoch this site stands in: what only its primary says, or what is said to it. */
function faultInEpoch(site: SiteContext, from: SiteId, message: InEpoch): string | null {
  const { primary } = recordOf(site)!;
  const speaks = speakers[message.type];
  if (speaks === 'primary' && from !== primary) return `site ${primary} is the primary`;
  if (speaks === 'mirror' && site.config.site !== primary) return `site ${primary} is the primary`;
  return faultOfContent(site, from, message);
}

const speakers: Readonly<Record<InEpoch['type'], 'primary' | 'mirror'>> = {
  write: 'primary',
  advance: 'primary',
  notice: 'primary',
  ask: 'primary',
  fetch: 'primary',
  stageBegin: 'primary',
  sums: 'primary',
  blocks: 'primary',
  stageCommit: 'primary',
  hold: 'primary',
  lend: 'primary',
  release: 'primary',
  acknowledged: 'mirror',
  noticed: 'mirror',
  evidence: 'mirror',
  fetched: 'mirror',
  gone: 'mirror',
  stageReady: 'mirror',
  sumsDiffer: 'mirror',
  blocksStored: 'mirror',
  stageRefused: 'mirror',
  held: 'mirror',
  lent: 'mirror',
};

/** Does it answer, or tell, the primary of its epoch? */
export const isSaidByMirror = (message: Message): message is SaidByMirror =>
  message.type === 'stageCommitted' || speakers[message.type as InEpoch['type']] === 'mirror';

/** All of these are of an epoch. */
type SaidByMirror = InEpoch | Extract<Message, { type: 'stageCommitted' }>;

function faultOfContent(site: SiteContext, from: SiteId, message: InEpoch): string | null {
  const elected = recordOf(site)!.parent.sequence;
  switch (message.type) {
    case 'write':
      return sequenceFault(message.committed) ?? faultOfEntries(site, message.entries);
    case 'advance':
      return sequenceFault(message.committed);
    case 'acknowledged': {
      const { held, start, windowEnd } = message;
      return (
        beyondNumbered(site, held) ??
        startFault(message) ??
        (isSequence(windowEnd) && windowEnd >= start - 1 ? null : `window ends at ${windowEnd}`)
      );
    }
    case 'notice':
      return (
        aboutThird(site, from, message.about) ?? faultOfHolding(message.held) ?? startFault(message)
      );
    case 'noticed':
      return aboutThird(site, from, message.about) ?? beyondNumbered(site, message.held);
    case 'ask':
      return message.token >= 1 ? null : `token ${message.token}`;
    case 'evidence':
      return message.token <= site.token ? null : `token ${message.token}, asked ${site.token}`;
    case 'fetch':
    case 'gone':
      return faultOfRanges(message.ranges, elected);
    case 'fetched': {
      const beyond = message.entries.find(({ sequence }) => sequence > elected);
      if (beyond) return `entry ${beyond.sequence} is beyond the elected end ${elected}`;
      return faultOfEntries(site, message.entries);
    }
    case 'stageReady':
      return faultOfRuns(site, message.repair);
    case 'blocks':
      return sequenceFault(message.through) ?? faultOfBlocks(site, message.blocks);
    case 'stageRefused':
    case 'lend':
    case 'lent':
      return faultOfBlocks(site, message.blocks);
    case 'sums':
    case 'sumsDiffer':
      return faultOfRuns(site, message.runs);
    case 'stageBegin':
      return sequenceFault(message.applied);
    case 'stageCommit':
      return sequenceFault(message.through);
    case 'hold':
    case 'held':
      return sequenceFault(message.at);
    case 'blocksStored':
    case 'release':
      return null;
  }
}

/** Of its own epoch only this primary says what is committed; of older ones nothing beyond what was elected is. */
function commitFault(site: SiteContext, { history, committed }: Summary): string | null {
  const record = recordOf(site);
  if (record?.primary !== site.config.site || newestEpoch(history) !== record.epoch) return null;
  const most = Math.max(site.committed, record.parent.sequence);
  return committed > most ? `takes ${committed} as committed, ${most} is at most` : null;
}

const epochFault = (epoch: number): string | null =>
  isEpoch(epoch) ? null : `epoch ${epoch} is not within 0..${epochMost}`;

const unless = (isIts: boolean, epoch: number): string | null =>
  isIts ? null : `epoch ${epoch} is proposed by site ${proposerOf(epoch)}`;

const digestFault = (digest: number): string | null =>
  Number.isInteger(digest) && digest >= 0 && digest < 2 ** 32 ? null : `digest ${digest}`;

const sequenceFault = (sequence: number): string | null =>
  isSequence(sequence) ? null : `position ${sequence}`;

const startFault = ({ held, start }: { held: Holding; start: Sequence }): string | null =>
  isSequence(start) && start >= 1 && start <= held.contiguous + 1
    ? null
    : `sidefile begins at ${start} and holds up to ${held.contiguous}`;

const aboutThird = (site: SiteContext, from: SiteId, about: SiteId): string | null =>
  about === thirdOf(site.config.site, from) ? null : `speaks about site ${about}`;

/** An acknowledgement of what was never numbered here is an error (2.6). */
function beyondNumbered(site: SiteContext, held: Parameters<typeof faultOfHolding>[0]) {
  const fault = faultOfHolding(held);
  if (fault !== null) return fault;
  const [newest, numbered] = [newestOfHolding(held), newestSequence(site)];
  return newest > numbered ? `holds ${newest}, the last one numbered is ${numbered}` : null;
}

function faultOfEntries(site: SiteContext, entries: readonly Entry[]): string | null {
  const { header } = site;
  const { volumes } = header.identity;
  for (const entry of entries) {
    const { sequence, extent } = entry;
    if (!isSequence(sequence) || sequence < 1) return `${nameOf(entry)} has no place in the order`;
    if (!liesOn(header.history, entry)) return `${nameOf(entry)} does not lie on the history`;
    const { volume, first, count } = extent;
    const blocks = volumes[volume];
    if (blocks === undefined)
      return `${nameOf(entry)}: volume ${volume} is not within 0..${volumes.length - 1}`;
    const whole = Number.isSafeInteger(first) && Number.isSafeInteger(count);
    if (!whole || count < 1 || first < 0 || first + count > blocks) {
      return `${nameOf(entry)}: blocks ${first}..${first + count - 1} are not within 0..${blocks - 1}`;
    }
  }
  return null;
}

const nameOf = ({ epoch, sequence }: Entry): string => `entry (${epoch}, ${sequence})`;

function faultOfRanges(ranges: readonly Range[], most: number): string | null {
  const wrong = ranges.find(({ first, last }) => {
    return !isSequence(first) || !isSequence(last) || first < 1 || last < first || last > most;
  });
  return wrong ? `range ${wrong.first}..${wrong.last} is not within 1..${most}` : null;
}

const totalOf = (site: SiteContext): number =>
  site.header.identity.volumes.reduce((sum, blocks) => sum + blocks, 0);

function faultOfBlocks(site: SiteContext, blocks: readonly Block[]): string | null {
  const total = totalOf(site);
  const wrong = blocks.find((block) => !Number.isSafeInteger(block) || block < 0 || block >= total);
  return wrong === undefined ? null : `block ${wrong} is not within 0..${total - 1}`;
}

function faultOfRuns(site: SiteContext, runs: readonly Run[]): string | null {
  const total = totalOf(site);
  const wrong = runs.find(({ first, count }) => {
    const whole = Number.isSafeInteger(first) && Number.isSafeInteger(count);
    return !whole || first < 0 || count < 1 || first + count > total;
  });
  return wrong
    ? `blocks ${wrong.first}..${wrong.first + wrong.count - 1} are not within 0..${total - 1}`
    : null;
}
