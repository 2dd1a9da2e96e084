import type { Sequence } from '../../models/words.ts';
import type { Evidence } from './evidence.ts';
import type { JournalWrite } from './journal.ts';
import type { HostRead } from './random-host.ts';

interface Seen {
  readonly sequence: Sequence;
  readonly answered: number;
}

/**
 * S8: reads are linearizable, block by block: none shows less than what was acknowledged, or read,
 * before it was asked for; none shows what was asked for later. S9: none shows what no host wrote.
 * Not verified: across a recorded loss or a forced epoch, and where the policy allows stale reads.
 */
export class ReadChecker {
  private readonly seen = new Map<string, Seen[]>();
  private readonly mayBeStale: boolean;

  constructor(mayBeStale: boolean = false) {
    this.mayBeStale = mayBeStale;
  }

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
    const touching = evidence.journal.writes.filter(
      ({ extent }) =>
        extent.volume === volume && extent.first <= block && block < extent.first + extent.count,
    );
    const least = this.leastOf(name, touching, read);
    const shown = shownBy(touching, evidence.journal.writes[id - 1] ?? null, least);
    if (shown === null) {
      evidence.broken('S8', `a read of block ${name} shows write ${id}, which has no position`);
      return;
    }
    const asked = evidence.journal.writes[id - 1]?.asked ?? 0;
    const isLoss = [...evidence.records.values()].some(
      (record) => record.lossBeyond !== null && record.parent.sequence < least,
    );
    const isStale = shown < least && !isLoss && !this.mayBeStale;
    if (isStale || asked > read.answered) {
      evidence.broken('S8', `a read of block ${name} shows ${shown}, after ${least} was told`);
    }
    const seen = this.seen.get(name) ?? [];
    seen.push({ sequence: shown, answered: read.answered });
    this.seen.set(name, seen);
  }

  /** The last write of the block that the read must not miss. */
  private leastOf(name: string, touching: readonly JournalWrite[], { asked }: HostRead): Sequence {
    let least = 0;
    for (const { sequence, answered } of this.seen.get(name) ?? []) {
      if (answered < asked && sequence > least) least = sequence;
    }
    for (const write of touching) {
      if (write.acknowledged === null || write.acknowledged >= asked) continue;
      least = Math.max(least, sequenceOf(write) ?? 0);
    }
    return least;
  }
}

const sequenceOf = ({ positions }: JournalWrite): Sequence | null => positions[0]?.sequence ?? null;

/**
 * Position of what was shown. Zeroes are the state before all writes, or that after any write of
 * zeroes: the first one that will do is assumed, so that it proves no more to later reads than it must.
 */
function shownBy(
  touching: readonly JournalWrite[],
  write: JournalWrite | null,
  least: Sequence,
): Sequence | null {
  if (write) return sequenceOf(write);
  const zeroes = touching
    .filter(({ kind }) => kind !== 'data')
    .map((zero) => sequenceOf(zero) ?? 0)
    .sort((one, other) => one - other);
  return [0, ...zeroes].find((sequence) => sequence >= least) ?? zeroes.at(-1) ?? 0;
}
