import type { SiteId } from '../../models/words.ts';
import type { Happening } from './timeline.ts';

/** What a plan will take, told before anything moves. */
export interface Expected {
  readonly kind: 'expected';
  readonly peer: SiteId;
  /** What moves, or is compared. */
  readonly bytes: number;
  /** From this plan to its end, at the rate of earlier ones; hosts that write meanwhile make it longer. */
  readonly milliseconds: number;
}

/** Until a plan came to its end: a link of one gigabit with half of it to spare. */
export const firstBytesPerSecond = 64 * 1024 * 1024;

type How = 'moved' | 'compared';

interface Begun {
  readonly how: How;
  readonly bytes: number;
  readonly at: number;
}

/**
 * How long plans take, from how long they took: each measured rate counts as much as all before it. What is
 * compared goes by a rate of its own, as only sums travel.
 */
export class Forecast {
  private readonly blockBytes: number;
  private readonly rates: Record<How, number> = {
    moved: firstBytesPerSecond,
    compared: firstBytesPerSecond,
  };
  private readonly measured = new Set<How>();
  /** By target. */
  private readonly begun = new Map<SiteId, Begun>();

  constructor(blockBytes: number) {
    this.blockBytes = blockBytes;
  }

  /** What there is to announce of this happening; null: nothing. */
  of({ site, event, at }: Happening): Expected | null {
    switch (event.kind) {
      case 'planned': {
        const bytes = event.blocks * this.blockBytes;
        const how = event.verdict === 'compare-blocks' ? 'compared' : 'moved';
        if (bytes === 0) {
          this.begun.delete(event.peer);
          return null;
        }
        this.begun.set(event.peer, { how, bytes, at });
        const milliseconds = Math.ceil((bytes / this.rates[how]) * 1000);
        return { kind: 'expected', peer: event.peer, bytes, milliseconds };
      }
      case 'level':
        this.end(event.peer, at);
        return null;
      case 'staged':
        this.end(site, at);
        return null;
      case 'suspended':
        this.begun.delete(event.peer);
        return null;
      default:
        return null;
    }
  }

  private end(target: SiteId, at: number): void {
    const begun = this.begun.get(target);
    if (begun === undefined) return;
    this.begun.delete(target);
    const { how, bytes } = begun;
    // A clock too coarse to see it tells of no rate.
    if (at <= begun.at) return;
    const rate = (bytes / (at - begun.at)) * 1000;
    this.rates[how] = this.measured.has(how) ? (this.rates[how] + rate) / 2 : rate;
    this.measured.add(how);
  }
}
