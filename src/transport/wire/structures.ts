import { crc32 } from 'node:zlib';
import type { Consistency } from '../../../models/header.ts';
import type { EpochRecord } from '../../../models/history.ts';
import type { Summary } from '../../../models/summary.ts';
import type { Entry, Extent, Holding, Position, Range, SiteId } from '../../../models/words.ts';
import { list, perSite, struct, union } from './composites.ts';
import { field, type Kind, type NamedField, type Place } from './kind.ts';
import { limits } from './limits.ts';
import { choice, flag, siteBits, whole, wholeMax, wholeOrNone } from './scalars.ts';

/** What messages are made of. */

export const sequence = whole(8);
export const epoch = whole(8);
export const epochOrNone = wholeOrNone<-1>(-1) as Kind<number>;
export const site = whole(1, 0, 2) as Kind<SiteId>;

export const range: Kind<Range> = struct<Range>(
  'range',
  {
    first: field(whole(8, 1), 'first sequence'),
    last: field(sequence, 'last sequence, included; not below `first`, else `impossible-range`'),
  },
  (place, { first, last }) => {
    if (last < first) throw place.fault('impossible-range', `found ${first}..${last}`);
  },
);

export const ranges = list(range, {
  most: limits.rangesMax,
  means: 'ascending, at least one sequence between two ranges, else `bad-order`',
  follows(place, next, before) {
    if (next.first > before.last + 1) return;
    throw place.fault('bad-order', `found ${next.first} after ${before.first}..${before.last}`);
  },
});

export const holding: Kind<Holding> = struct<Holding>(
  'holding',
  {
    contiguous: field(sequence, 'everything up to it is held'),
    ranges: field(ranges, 'what is held beyond the first hole'),
  },
  (place, { contiguous, ranges: beyond }) => {
    const first = beyond[0]?.first ?? wholeMax;
    if (first > contiguous + 1) return;
    throw place.fault('bad-order', `found a range from ${first}, contiguous is ${contiguous}`);
  },
  'the first range begins beyond `contiguous` + 1, else `bad-order`',
);

const extent = struct<Extent>(
  'extent',
  {
    volume: field(whole(4, 0, limits.volumesMax - 1), 'number of the volume, from 0'),
    first: field(whole(8), 'first block in the volume'),
    count: field(whole(4, 1), 'blocks'),
  },
  endsSomewhere,
  '`first` + `count` is at most 2^53-1, else `impossible-range`',
);

/** An entry, and how much of the payload is its own. */
export interface WireEntry extends Entry {
  readonly bytes: number;
}

export const entry: Kind<WireEntry> = struct<WireEntry>(
  'entry',
  {
    epoch: field(epoch, 'epoch in which it was written'),
    sequence: field(whole(8, 1), 'its place in the order of writes'),
    extent: field(extent, 'where it goes'),
    kind: field(choice(['data', 'zeroes', 'trim']), 'what it does there'),
    checksum: field(whole(4), 'CRC-32 of its payload'),
    bytes: field(whole(4), 'bytes of its payload'),
  },
  (place, { kind, checksum, bytes }) => {
    if (kind === 'data' && bytes === 0) {
      throw place.fault('payload-mismatch', 'found data without a payload');
    }
    if (kind !== 'data' && (checksum !== 0 || bytes !== 0)) {
      throw place.fault('not-canonical', `found ${kind} with a payload or a checksum`);
    }
  },
  'data has a payload, else `payload-mismatch`; others have `checksum` and `bytes` 0, else `not-canonical`',
);

export const entries = list(entry, {
  most: limits.entriesMax,
  means: 'by ascending sequence, else `bad-order`',
  follows(place, next, before) {
    if (next.sequence > before.sequence) return;
    throw place.fault('bad-order', `found sequence ${next.sequence} after ${before.sequence}`);
  },
});

const position = struct<Position>('position', {
  epoch: field(epoch, 'epoch'),
  sequence: field(sequence, 'sequence'),
});

const record = withChecksum(
  struct<EpochRecord>('epoch record', {
    epoch: field(epoch, 'number of the epoch; its proposer is the remainder by 3'),
    primary: field(site, 'who writes'),
    incarnations: field(perSite(whole(4)), 'incarnation of each site with a vote; 0: it has none'),
    syncSet: field(siteBits, 'mirrors an acknowledgement waits for'),
    parent: field(position, 'the record it follows, and the last position kept of it'),
    how: field(choice(['genesis', 'majority', 'forced']), 'how it came to stand'),
    lossBeyond: field(
      wholeOrNone(null),
      'acknowledged writes beyond are lost; none: nothing is lost',
    ),
  }),
);

export const history = list(record, {
  most: limits.recordsMax,
  means: 'from genesis to the newest, by ascending epoch, else `bad-order`',
  follows(place, next, before) {
    if (next.epoch > before.epoch) return;
    throw place.fault('bad-order', `found epoch ${next.epoch} after ${before.epoch}`);
  },
});

const consistency = union<Consistency>('consistency', {
  consistent: {},
  staging: { epoch: field(epoch, 'of the update'), from: field(site, 'its source') },
  staged: { epoch: field(epoch, 'of the update'), through: field(sequence, 'where it ends') },
  inconsistent: {
    epoch: field(epoch, 'of the update that was interrupted'),
    from: field(site, 'its source'),
    shippedTo: field(sequence, 'volumes mix positions up to it'),
  },
});

export const volumes = list(whole(8, 1), {
  most: limits.volumesMax,
});

export const summary: Kind<Summary> = struct<Summary>('summary', {
  site: field(site, 'whose summary it is'),
  incarnation: field(whole(4), 'of that site'),
  boot: field(whole(4), 'of that site'),
  distance: field(choice(['near', 'far']), 'its distance class'),
  volumes: field(volumes, 'blocks of each volume'),
  history: field(history, 'its records'),
  promised: field(epoch, 'largest epoch it promised'),
  held: field(holding, 'everything it holds durably on its history'),
  start: field(sequence, 'first sequence its sidefile keeps'),
  committed: field(sequence, 'its durable c'),
  settled: field(sequence, 'its volumes are flushed up to it'),
  windowEnd: field(sequence, 'nothing beyond it is accepted'),
  bases: field(perSite(sequence), 'its bits for each site cover every drop beyond'),
  noted: field(perSite(sequence), 'what each site was last noted to hold without a gap'),
  consistency: field(consistency, 'state of its volumes'),
  repairCount: field(whole(8), 'blocks it must be given whatever else is planned'),
  damaged: field(flag, 'it lost something it held durably'),
});

/** The same with the CRC-32 of its bytes behind it. */
function withChecksum<Value>(kind: Kind<Value>): Kind<Value> {
  if (kind.shape.form !== 'struct') return kind;
  const checksum: NamedField = {
    name: 'checksum',
    kind: whole(4) as Kind<never>,
    means: 'CRC-32 of the bytes of this record before it, else `bad-record-checksum`',
  };
  return {
    ...kind,
    bytes: kind.bytes! + 4,
    least: kind.least + 4,
    shape: { form: 'struct', fields: [...kind.shape.fields, checksum] },
    write(writer, value) {
      const from = writer.at;
      kind.write(writer, value);
      writer.whole(crc32(writer.written(from)), 4);
    },
    read(reader) {
      const from = reader.at;
      const value = kind.read(reader);
      const found = crc32(reader.bytes.subarray(from, reader.at));
      const told = reader.whole(4);
      if (found === told) return value;
      throw reader.fault('bad-record-checksum', `found ${told}, computed ${found}`);
    },
  };
}

export function endsSomewhere(place: Place, extended: { first: number; count: number }): void {
  const { first, count } = extended;
  if (first + count <= wholeMax) return;
  throw place.fault('impossible-range', `found ${count} blocks from ${first}`);
}
