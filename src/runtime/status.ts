import { countOf } from '../../models/bits.ts';
import { type Wait, waitsOf, waitsOfAll } from '../../models/diagnosis.ts';
import { newestEpoch } from '../../models/history.ts';
import { isHighWater } from '../../models/rules/high-water.ts';
import { type LegPhase, recordOf } from '../../models/site.ts';
import type { Site, StateValue } from '../../models/step.ts';
import {
  type Epoch,
  type Holding,
  othersOf,
  type Sequence,
  type SiteId,
} from '../../models/words.ts';
import { limits } from '../transport/wire/limits.ts';

export interface SiteStatus {
  readonly site: SiteId;
  readonly role: 'primary' | 'mirror';
  readonly state: StateValue;
  readonly epoch: Epoch;
  readonly promised: Epoch;
  readonly serving: boolean;
  readonly held: Holding;
  readonly committed: Sequence;
  readonly applied: Sequence;
  readonly settled: Sequence;
  readonly sidefile: {
    readonly start: Sequence;
    readonly entries: number;
    readonly capacity: number;
    /** Does it slow the host, as a mirror lags by nearly all it can keep? */
    readonly highWater: boolean;
  };
  readonly consistency: string;
  /** Blocks that must be given to it before its volumes can be trusted. */
  readonly repairBlocks: number;
  readonly damaged: boolean;
  readonly peers: readonly PeerStatus[];
  /** Is its epoch forced: does no majority stand behind it? */
  readonly forced: boolean;
  /** Mirrors an acknowledgement of its epoch waits for. */
  readonly syncSet: readonly SiteId[];
  /** Records of epochs it keeps: one for each takeover, and each time that a mirror left or entered the sync set. */
  readonly epochRecords: number;
  /** What it waits for that does not come of itself, and what an operator can say to it. */
  readonly waits: readonly Wait[];
}

export interface PeerStatus {
  readonly site: SiteId;
  readonly connected: boolean;
  readonly phase: LegPhase;
  readonly held: Holding;
}

export interface ArrangementStatus {
  /** Site that serves hosts; null: none does. */
  readonly primary: SiteId | null;
  readonly epoch: Epoch;
  /** By site; null: not running. */
  readonly sites: readonly (SiteStatus | null)[];
  /** Do all running sites hold the same writes, applied, with all legs streaming? */
  readonly level: boolean;
  /** What keeps it from serving or from being whole, with the commands that help. */
  readonly waits: readonly Wait[];
}

export function statusOf(sites: readonly (Site | null)[]): ArrangementStatus {
  const all = sites.map((site) => (site ? siteStatus(site) : null));
  const running = all.filter((status) => status !== null);
  const serving = running
    .filter((status) => status.serving)
    .sort((one, other) => other.epoch - one.epoch)[0];
  return {
    primary: serving?.site ?? null,
    epoch: Math.max(-1, ...running.map(({ epoch }) => epoch)),
    sites: all,
    waits: [...waitsOfAll(sites), ...running.flatMap(longHistory)],
    level: serving !== undefined && running.every((status) => isLevel(status, serving)),
  };
}

export function siteStatus(site: Site): SiteStatus {
  const { role, state, context } = site;
  const record = recordOf(context);
  const { header, log } = context;
  const service = (state as { readonly service?: string }).service;
  return {
    site: context.config.site,
    role,
    state,
    epoch: newestEpoch(header.history),
    promised: header.promised,
    serving: role === 'primary' && (service === 'serving' || service === 'pausing'),
    held: context.held,
    committed: context.committed,
    applied: context.applied,
    settled: header.settled,
    sidefile: {
      start: log.start,
      entries: log.count,
      capacity: header.capacity,
      highWater: role === 'primary' && isHighWater(context),
    },
    consistency: header.consistency.kind,
    repairBlocks: countOf(header.repair),
    damaged: header.damaged,
    forced: record?.how === 'forced',
    syncSet: record?.syncSet ?? [],
    epochRecords: header.history.length,
    waits: waitsOf(site),
    peers: othersOf(context.config.site).map((other) => {
      const { session, phase, held } = context.peers[other];
      return { site: other, connected: session !== 0, phase, held };
    }),
  };
}

/** No record is ever dropped: who has that many hears of it while there is time for as many again. */
function longHistory({ site, epochRecords }: SiteStatus): readonly Wait[] {
  if (epochRecords < limits.recordsMax / 2) return [];
  const what = `it keeps ${epochRecords} epoch records, and beyond ${limits.recordsMax} no link takes them: copy the volumes into a new arrangement before`;
  return [{ site, what, helps: [] }];
}

function isLevel(status: SiteStatus, primary: SiteStatus): boolean {
  const { held, applied, committed, epoch } = status;
  return (
    held.ranges.length === 0 &&
    held.contiguous === primary.held.contiguous &&
    applied === held.contiguous &&
    committed === held.contiguous &&
    epoch === primary.epoch &&
    status.consistency === 'consistent' &&
    status.repairBlocks === 0
  );
}
