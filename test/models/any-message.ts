import fc, { type Arbitrary } from 'fast-check';
import type { Message, MessageType } from '../../models/message.ts';
import { summaryOf } from '../../models/rules/summary.ts';
import { epochOf } from '../../models/site.ts';
import type { Site } from '../../models/step.ts';
import type { SiteId } from '../../models/words.ts';

type Fields<Type extends MessageType> = Omit<Extract<Message, { type: Type }>, 'type'>;
type ByType = { readonly [Type in MessageType]: Arbitrary<Fields<Type>> };

/** Whatever a peer may put into a message for this site: near what is right, or far from it. */
export function anyMessage(site: Site, from: SiteId): Arbitrary<Message> {
  const all = byType(site, from);
  const kinds = Object.keys(all) as MessageType[];
  return fc
    .constantFrom(...kinds)
    .chain((type) =>
      (all[type] as Arbitrary<object>).map((fields) => ({ type, ...fields }) as Message),
    );
}

const wild = fc.constantFrom(-1, 0.5, Number.NaN, 2 ** 40, 2 ** 53, Number.POSITIVE_INFINITY);
/** Mostly small numbers: those that are in use. */
const number = fc.oneof({ weight: 9, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: wild });
const numbers = fc.array(number, { maxLength: 4 });
const ranges = fc.array(fc.record({ first: number, last: number }), { maxLength: 3 });
const runs = fc.array(fc.record({ first: number, count: number }), { maxLength: 3 });
const held = fc.record({ contiguous: number, ranges });
const siteId = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<SiteId>(0, 1, 2) },
  { weight: 1, arbitrary: fc.constant(5 as SiteId) },
);

function byType(site: Site, from: SiteId): ByType {
  const { context } = site;
  const now = epochOf(context);
  const epoch = fc.oneof(
    { weight: 6, arbitrary: fc.constant(now) },
    { weight: 2, arbitrary: number },
  );
  const entry = fc.record({
    epoch,
    sequence: number,
    extent: fc.record({ volume: fc.constantFrom(0, 0, 0, 4), first: number, count: number }),
    kind: fc.constantFrom('data', 'zeroes', 'trim'),
    checksum: number,
  });
  const entries = fc.array(entry, { maxLength: 3 });
  const record = fc.record({
    epoch: number,
    primary: siteId,
    incarnations: fc.constant([1, 1, 1] as const),
    syncSet: fc.array(siteId, { maxLength: 2 }),
    parent: fc.record({ epoch, sequence: number }),
    how: fc.constantFrom('genesis', 'majority', 'forced'),
    lossBeyond: fc.option(number),
  });
  const history = fc
    .array(record, { maxLength: 2 })
    .map((more) => [...context.header.history, ...more]);
  const own = summaryOf(context);
  const summary = fc
    .record(
      {
        site: siteId,
        history,
        held,
        start: number,
        committed: number,
        settled: number,
        windowEnd: number,
        promised: number,
      },
      { requiredKeys: [] },
    )
    .map((patch) => ({ ...own, site: from, ...patch }));
  return {
    probe: fc.record({ epoch, rank: number }),
    probed: fc.record({ epoch, yes: fc.boolean(), promised: number }),
    propose: fc.record({ epoch, rank: number }),
    promise: fc.record({ epoch, summary }),
    refused: fc.record({ epoch, promised: number, newest: number }),
    record: fc.record({ summary }),
    recordStored: fc.record({ epoch, summary, digest: number }),
    write: fc.record({ epoch, entries, committed: number }),
    advance: fc.record({ epoch, committed: number }),
    acknowledged: fc.record({ epoch, held, start: number, windowEnd: number }),
    notice: fc.record({ epoch, about: siteId, held, start: number }),
    noticed: fc.record({ epoch, about: siteId, held }),
    ask: fc.record({ epoch, token: number }),
    evidence: fc.record({ epoch, token: number }),
    fetch: fc.record({ epoch, ranges }),
    fetched: fc.record({ epoch, entries }),
    gone: fc.record({ epoch, ranges }),
    stageBegin: fc.record({ epoch, compare: fc.boolean(), applied: number }),
    stageReady: fc.record({ epoch, repair: runs }),
    sums: fc.record({ epoch, runs }),
    sumsDiffer: fc.record({ epoch, runs }),
    blocks: fc.record({ epoch, blocks: numbers, through: number }),
    blocksStored: fc.record({ epoch }),
    stageRefused: fc.record({ epoch, blocks: numbers }),
    stageCommit: fc.record({ epoch, through: number }),
    stageCommitted: fc.record({ epoch, summary }),
    hold: fc.record({ epoch, at: number }),
    held: fc.record({ epoch, at: number }),
    lend: fc.record({ epoch, blocks: numbers }),
    lent: fc.record({ epoch, blocks: numbers }),
    release: fc.record({ epoch }),
  };
}
