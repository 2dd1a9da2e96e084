import { type Entry, type Position, siteIds } from '../../models/words.ts';
import type { Observed } from '../runtime/site-loop.ts';
import { nameOf } from './evidence.ts';

/** What one site stored in this life, and how far something durable says that it was flushed. */
class SiteMarks {
  private readonly order = new Map<string, number>();
  private readonly covers = new Map<string, number>();
  private headerCovers = 0;
  private proven = 0;

  follow({ event, effects }: Observed): void {
    if (event?.type === 'persisted') this.proven = Math.max(this.proven, this.headerCovers);
    if (event?.type === 'stored') this.stored(event.entries);
    for (const effect of effects) {
      if (effect.type === 'persist') this.headerCovers = this.order.size;
      if (effect.type === 'store') this.covers.set(nameOf(effect.entries[0]!), this.order.size);
    }
  }

  isProven(position: Position): boolean {
    const index = this.order.get(nameOf(position));
    return index === undefined || index < this.proven;
  }

  private stored(entries: readonly Entry[]): void {
    this.proven = Math.max(this.proven, this.covers.get(nameOf(entries[0]!)) ?? 0);
    for (const entry of entries) this.order.set(nameOf(entry), this.order.size);
  }
}

/**
 * A record whose bytes went bad is damage only if a later record or header says that it was flushed
 * (protocol 8): the last group of a sidefile cannot be told from one that power tore. Which records a
 * mark proves is counted here from what a site asked of its disk, without looking at the disk.
 */
export class FlushMarks {
  private readonly sites = siteIds.map(() => new SiteMarks());

  follow(site: number, observed: Observed): void {
    if (observed.event === null) this.sites[site] = new SiteMarks();
    this.sites[site]!.follow(observed);
  }

  isProven(site: number, position: Position): boolean {
    return this.sites[site]!.isProven(position);
  }
}
