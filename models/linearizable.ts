/** One request to one block: what it wrote or saw, when it was asked and when it was answered. */
export interface Operation {
  readonly value: number;
  readonly start: number;
  /** Infinity: never answered, so it may take effect at any later time, or never. */
  readonly finish: number;
}

/** All that is known of one value: its write and the reads that saw it. */
interface Cluster {
  readonly firstFinish: number;
  readonly lastStart: number;
}

/**
 * Is there one order of all requests to a block in which each read returns the write before it and nothing comes before
 * what had ended when it was asked? No two writes write the same value; the block held 0 at first; times differ.
 *
 * A value is in the block from some instant before the first answer that shows it to some instant after the last
 * question that is answered by it. Where the one comes before the other, the value is there in between (its zone).
 * Source: Gibbons and Korach, Testing Shared Memories (1997), theorem 4.2.
 */
export function isLinearizable(writes: readonly Operation[], reads: readonly Operation[]): boolean {
  const written = [{ value: 0, start: -1, finish: 0 }, ...writes];
  if (!reads.every((read) => hasSource(read, written))) return false;
  const clusters = written
    .filter(({ value, finish }) => finish < Infinity || reads.some((read) => read.value === value))
    .map((write) => clusterOf(write, reads));
  return clusters.every((one, index) =>
    clusters.every((other, at) => at === index || mayFollow(one, other)),
  );
}

function hasSource(read: Operation, written: readonly Operation[]): boolean {
  const source = written.find(({ value }) => value === read.value);
  return source !== undefined && source.start < read.finish;
}

function clusterOf(write: Operation, reads: readonly Operation[]): Cluster {
  const all = [write, ...reads.filter(({ value }) => value === write.value)];
  return {
    firstFinish: Math.min(...all.map(({ finish }) => finish)),
    lastStart: Math.max(...all.map(({ start }) => start)),
  };
}

/** Not if both must be there at one instant, or one must come and go while the other stays. */
function mayFollow(one: Cluster, other: Cluster): boolean {
  if (!hasZone(one)) return true;
  return !(one.firstFinish < other.lastStart && other.firstFinish < one.lastStart);
}

const hasZone = ({ firstFinish, lastStart }: Cluster): boolean => firstFinish < lastStart;
