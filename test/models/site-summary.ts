import type { EpochRecord, History } from '../../models/history.ts';
import { include } from '../../models/holding.ts';
import type { Summary } from '../../models/summary.ts';
import type { Holding, SiteId } from '../../models/words.ts';

/** Summaries as rows of the failure matrix need them: everything not said is as at rest. */

export const P: SiteId = 0;
export const S: SiteId = 1;
export const A: SiteId = 2;

export const genesis: EpochRecord = {
  epoch: 0,
  primary: P,
  incarnations: [10, 11, 12],
  syncSet: [S],
  parent: { epoch: 0, sequence: 0 },
  how: 'genesis',
  lossBeyond: null,
};

export function record(epoch: number, parent: number, more: Partial<EpochRecord>): EpochRecord {
  return {
    ...genesis,
    epoch,
    primary: (epoch % 3) as SiteId,
    syncSet: [],
    parent: { epoch: 0, sequence: parent },
    how: 'majority',
    ...more,
  };
}

export const historyOf = (...records: EpochRecord[]): History => [genesis, ...records];

/** 1..contiguous and single sequences beyond. */
export function held(contiguous: number, ...beyond: number[]): Holding {
  return beyond.reduce((holding, s) => include(holding, { first: s, last: s }), {
    contiguous,
    ranges: [],
  } as Holding);
}

/** A site that holds and applied 1..contiguous, with every entry still in its sidefile. */
export function site(id: SiteId, holding: Holding, more: Partial<Summary> = {}): Summary {
  return {
    site: id,
    incarnation: genesis.incarnations[id],
    boot: 1,
    distance: id === A ? 'far' : 'near',
    volumes: [8, 8],
    history: historyOf(),
    promised: 0,
    held: holding,
    start: 1,
    committed: holding.contiguous,
    settled: holding.contiguous,
    windowEnd: 100,
    bases: [0, 0, 0],
    noted: [0, 0, 0],
    consistency: { kind: 'consistent' },
    repairCount: 0,
    damaged: false,
    ...more,
  };
}

export function blank(id: SiteId): Summary {
  return site(id, held(0), { incarnation: 99, history: [] });
}
