import type { Sequence, SiteId } from '../../models/words.ts';
import { HostError } from './host-error.ts';
import type { Observed } from './site-loop.ts';
import type { Happening } from './timeline.ts';

interface Asked {
  readonly site: SiteId;
  readonly above: Sequence;
  /** Null: the site has not heard of it yet. */
  through: Sequence | null;
  readonly resolve: (through: Sequence) => void;
  readonly reject: (error: HostError) => void;
}

type Refused = Extract<Happening['event'], { kind: 'exportRefused' }>;

/** Somebody waits for a site to have exported what its sidefile holds. */
export class ExportsAsked {
  private readonly all = new Set<Asked>();

  /**
   * In the moment in which the site is told. Resolves with the last sequence that was kept; rejects when the site ends, has let
   * go of everything by the time that it hears of it, or has no place for it.
   */
  wait(site: SiteId, above: Sequence): Promise<Sequence> {
    return new Promise((resolve, reject) => {
      this.all.add({ site, above, through: null, resolve, reject });
    });
  }

  /** How much is exported is known when the site has heard of it, and not before. */
  heard(site: SiteId, { event, effects }: Observed): void {
    if (event?.type !== 'operator' || event.command.name !== 'export') return;
    const { above } = event.command;
    const asked = this.of(site).find((one) => one.above === above && one.through === null);
    if (asked === undefined) return;
    const begun = effects.find((effect) => effect.type === 'export');
    if (begun !== undefined) asked.through = begun.through;
    else this.end(asked, new HostError('refused', `site ${site} has let go of what it held`));
  }

  happened(site: SiteId, event: Happening['event']): void {
    for (const asked of this.of(site)) {
      const { above, through } = asked;
      if (event.kind === 'ended' || event.kind === 'stoppedItself') {
        this.end(asked, new HostError('stopped', `site ${site} ended before it was done`));
      } else if (event.kind === 'exported' && event.above === above && through !== null) {
        if (event.through >= through) this.end(asked, event.through);
      }
    }
    if (event.kind === 'exportRefused') this.refused(site, event);
  }

  /** Of several who ask for the same, the first: exports end in their order. */
  private refused(site: SiteId, { above, through, reason }: Refused): void {
    const asked = this.of(site).find((one) => one.above === above && one.through === through);
    if (asked === undefined) return;
    const sentence = `site ${site} goes on without that copy: ${reason}; then ask for it again`;
    this.end(asked, new HostError('no-place', sentence));
  }

  private of(site: SiteId): Asked[] {
    return [...this.all].filter((asked) => asked.site === site);
  }

  private end(asked: Asked, ended: HostError | Sequence): void {
    this.all.delete(asked);
    if (ended instanceof HostError) asked.reject(ended);
    else asked.resolve(ended);
  }
}
