import type { Report } from '../../models/effect.ts';
import type { SiteId } from '../../models/words.ts';
import type { Expected } from './forecast.ts';

/** Something that happened at a site, for people to read. */
export interface Happening {
  /** Milliseconds on the arrangement's clock. */
  readonly at: number;
  readonly site: SiteId;
  readonly event: Report | Mishap;
}

/** What the arrangement itself did to a site, or saw or expects it to do. */
export type Mishap =
  | Expected
  | { readonly kind: 'started' }
  | { readonly kind: 'ended'; readonly how: 'stop' | 'crash' }
  | { readonly kind: 'stoppedItself'; readonly reason: string; readonly cause: string | null };

/** The last `most` happenings of an arrangement, in order. */
export class Timeline {
  private happenings: Happening[] = [];
  private readonly most: number;

  constructor(most = 10_000) {
    this.most = most;
  }

  /** A mirror that is level again and again is told of once, with its newest position. */
  add(happening: Happening): void {
    const known = this.sameLevel(happening);
    if (known >= 0) this.happenings[known] = happening;
    else this.happenings.push(happening);
    if (this.happenings.length > 2 * this.most) {
      this.happenings = this.happenings.slice(-this.most);
    }
  }

  all(): readonly Happening[] {
    return this.happenings;
  }

  /** Where the same is told among what was told last; -1: nowhere. */
  private sameLevel({ site, event }: Happening): number {
    if (event.kind !== 'level') return -1;
    for (let index = this.happenings.length - 1; index >= 0; index--) {
      const before = this.happenings[index]!;
      if (before.event.kind !== 'level') return -1;
      if (before.site === site && before.event.peer === event.peer) return index;
    }
    return -1;
  }
}
