import type { Sequence } from '../../models/words.ts';
import type { JournalWrite } from './journal.ts';
import type { HostRead } from './random-host.ts';
import type { Evidence } from './safety.ts';

interface Seen {
  readonly sequence: Sequence;
  readonly answered: number;
}

/**
 * S8: reads are linearizable, block by block: none shows less than what was acknowledged, or read,
 * before it was asked for. S9: none shows what no host wrote.
 * Not verified: across a recorded loss or a forced epoch, and zeroes where they may be of a write.
 */
export class ReadChecker {
  private readonly seen = new Map<string, Seen[]>();

  check(evidence: Evidence, read: HostRead): void {
    const { volume, first, count } = read.extent;
    for (let index = 0; index < count; index++) {
      const block = first + index;
      const { write, isWhole } = evidence.journal.contentAt(read.bytes, index, block);
      if (!isWhole) evidence.broken('S9', `a read of block ${block} shows no write's bytes`);
      else this.checkBlock(evidence, read, volume, block, write);
    }
  }

  private checkBlock(
    evidence: Evidence,
    read: HostRead,
    volume: number,
    block: number,
    id: number,
  ): void {
    const name = `${volume}.${block}`;
    const seen = this.seen.get(name) ?? [];
    const touching = evidence.journal.writes.filter(
      ({ extent }) =>
        extent.volume === volume && extent.first <= block && block < extent.first + extent.count,
    );
    const shown = id === 0 ? newestZero(touching) : sequenceOf(evidence.journal.writes[id - 1]!);
    if (shown === null) {
      evidence.broken('S8', `a read of block ${name} shows write ${id}, which has no position`);
      return;
    }
    const least = Math.max(
      0,
      ...touching
        .filter((write) => write.acknowledged !== null && write.acknowledged < read.asked)
        .map((write) => sequenceOf(write) ?? 0),
      ...seen.filter(({ answered }) => answered < read.asked).map(({ sequence }) => sequence),
    );
    const isLoss = [...evidence.records.values()].some(
      (record) => record.lossBeyond !== null && record.parent.sequence < least,
    );
    if (shown < least && !isLoss) {
      evidence.broken('S8', `a read of block ${name} shows ${shown}, after ${least} was told`);
    }
    // Which zeroes it saw is not known: it proves nothing to later reads.
    if (id !== 0) seen.push({ sequence: shown, answered: read.answered });
    this.seen.set(name, seen);
  }
}

const sequenceOf = ({ positions }: JournalWrite): Sequence | null => positions[0]?.sequence ?? null;

/** Zeroes are the state before all writes, or any write of zeroes: the newest is assumed. */
const newestZero = (touching: readonly JournalWrite[]): Sequence =>
  Math.max(
    0,
    ...touching.filter(({ kind }) => kind !== 'data').map((write) => sequenceOf(write) ?? 0),
  );
