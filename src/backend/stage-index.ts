import type { Block } from '../../models/words.ts';

/** Where a staged block lies, and the CRC-32 of what is there. */
export interface StagedPlace {
  readonly offset: number;
  readonly checksum: number;
}

/**
 * The newest place of each staged block, however many there are: places of 16 neighbours in one typed array, and no
 * map with more than 2 ** 16 of those, as a map of 2 ** 24 takes no more.
 */
export class StageIndex {
  private readonly shards = new Map<number, Map<number, Float64Array>>();

  /** `offset` is above 0, which stands for nothing. */
  set(block: Block, { offset, checksum }: StagedPlace): void {
    const number = Math.floor(block / shardBlocks);
    let shard = this.shards.get(number);
    if (!shard) {
      shard = new Map();
      this.shards.set(number, shard);
    }
    const group = Math.floor((block % shardBlocks) / groupBlocks);
    let places = shard.get(group);
    if (!places) {
      places = new Float64Array(2 * groupBlocks);
      shard.set(group, places);
    }
    places[2 * (block % groupBlocks)] = offset;
    places[2 * (block % groupBlocks) + 1] = checksum;
  }

  /** Ascending. */
  *all(): Generator<[Block, StagedPlace]> {
    for (const number of ascending(this.shards)) {
      const shard = this.shards.get(number)!;
      for (const group of ascending(shard)) {
        const places = shard.get(group)!;
        for (let slot = 0; slot < groupBlocks; slot++) {
          const offset = places[2 * slot]!;
          if (offset === 0) continue;
          const block = number * shardBlocks + group * groupBlocks + slot;
          yield [block, { offset, checksum: places[2 * slot + 1]! }];
        }
      }
    }
  }
}

const groupBlocks = 16;
const shardBlocks = 2 ** 16 * groupBlocks;

const ascending = (map: ReadonlyMap<number, unknown>): number[] =>
  [...map.keys()].sort((one, other) => one - other);
