import { isEmpty } from '../../models/bits.ts';
import { newestOf } from '../../models/history.ts';
import { othersOf, type SiteId, siteIds } from '../../models/words.ts';
import type { Arrangement } from '../runtime/arrangement.ts';
import type { Fault, FaultKind } from './fault.ts';

/** Faults that destroy what was durable at a site. */
const destroys: readonly FaultKind[] = ['blank', 'restore', 'rot', 'misdirect'];
/** Faults that end a site, with all that is durable still there. */
const ends: readonly FaultKind[] = ['crash', 'failFlush', 'shortWrite', 'fullDisk', 'hangDisk'];

/**
 * The faults under which full recovery is required: no acknowledged write is lost, all three sites
 * come to be level, without an operator. At most one site's disk has destroyed something at a time:
 * the next one may not before the arrangement is whole again. A copy from the past, and the last group
 * of a sidefile gone bad (which looks like one that power tore), are recognised by what others noted, so
 * until then the others must not stop either. Links may break, disks may fail and sites may stop at any
 * time otherwise, any number of them.
 */
export class Budget {
  private readonly arrangement: Arrangement;
  private hurt: SiteId | null = null;
  private hasOldCopy = false;
  private othersMustStay = false;
  private isInVolume = false;
  /** Is what hurts it still to come to its end: a copy to be put in place, a write to go astray? */
  private isUnderWay = false;
  /** Did the hurt site start again since? Before that, what it lost may not have been found. */
  private wasStarted = false;

  constructor(arrangement: Arrangement) {
    this.arrangement = arrangement;
  }

  /** The site whose disk destroyed something that may not be repaired yet; null: none. */
  get hurtSite(): SiteId | null {
    this.look();
    return this.hurt;
  }

  /** Does the site stand where it stood once? */
  isOldCopy(site: SiteId): boolean {
    return this.hasOldCopy && this.hurtSite === site;
  }

  /** Notes the fault if it is within the budget. */
  admits(fault: Fault): boolean {
    this.look();
    if (ends.includes(fault.kind) && 'site' in fault) {
      return !(this.othersMustStay && this.hurt !== fault.site);
    }
    if (!destroys.includes(fault.kind) || !('site' in fault)) return true;
    if (this.hurt !== null || !isWhole(this.arrangement)) return false;
    this.hurt = fault.site;
    this.wasStarted = false;
    this.isUnderWay = true;
    this.hasOldCopy = fault.kind === 'restore';
    this.isInVolume = 'file' in fault && fault.file === 'volume';
    this.othersMustStay = this.hasOldCopy || ('file' in fault && fault.file === 'sidefile');
    return true;
  }

  /** May what was admitted still strike? */
  mayStrike(): boolean {
    return isWhole(this.arrangement);
  }

  /** The fault came to its end. */
  ended(fault: Fault): void {
    if (destroys.includes(fault.kind) && 'site' in fault && fault.site === this.hurt) {
      this.isUnderWay = false;
    }
  }

  started(site: SiteId): void {
    if (site === this.hurt && !this.isUnderWay) this.wasStarted = true;
  }

  private look(): void {
    // A bad block of a volume may not be found before all are compared, when the faults are over.
    if (this.hurt === null || this.isInVolume || !this.wasStarted || !isWhole(this.arrangement))
      return;
    const held = this.arrangement.loopOf(this.hurt)!.site.context.held.contiguous;
    if (held < this.arrangement.primary()!.site.context.committed) return;
    this.hurt = null;
    this.hasOldCopy = false;
    this.othersMustStay = false;
  }
}

/**
 * Does every site hold what was acknowledged, and may each vote: is any one of them one too many?
 * Not asked: how far the far mirror lags.
 */
export function isWhole(arrangement: Arrangement): boolean {
  const primary = arrangement.primary();
  if (!primary || !arrangement.status().sites[primary.site.context.config.site]?.serving) {
    return false;
  }
  const { context } = primary.site;
  const record = newestOf(context.header.history);
  if (!record || record.syncSet.length === 0) return false;
  // What was noted of a site that has started again since is of the session before.
  const me = context.config.site;
  const streams = othersOf(me).every((other) => {
    const { phase, session } = context.peers[other];
    const mirror = arrangement.loopOf(other)?.site.context;
    return phase === 'streaming' && mirror?.peers[me].session === session;
  });
  return (
    streams &&
    siteIds.every((site) => {
      const { header, held } = arrangement.loopOf(site)?.site.context ?? {};
      const isHolder = site === record.primary || record.syncSet.includes(site);
      return (
        header !== undefined &&
        (!isHolder || held!.contiguous >= context.committed) &&
        newestOf(header.history)?.epoch === record.epoch &&
        record.incarnations[site] === header.incarnation &&
        header.consistency.kind === 'consistent' &&
        isEmpty(header.repair) &&
        !header.damaged
      );
    })
  );
}
