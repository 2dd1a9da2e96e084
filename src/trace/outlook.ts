import { newestEpoch } from '../../models/history.ts';
import type { Message } from '../../models/message.ts';
import type { Node } from '../../models/node.ts';
import { windowEndOf } from '../../models/rules/storage.ts';
import { epochOf } from '../../models/site.ts';
import { type Epoch, type Sequence, type SiteId, siteIds } from '../../models/words.ts';
import type { TraceLine } from './format.ts';

/**
 * What a site tells of itself in a line. Within an epoch none of it falls: a state that is further before has no
 * way to that line. Use: whoever looks for ways through a trace need not go on where there is none.
 */
export interface Bound {
  /** Of the line that tells it. */
  readonly number: number;
  readonly epoch: Epoch;
  readonly start: Sequence;
  readonly windowEnd: Sequence;
  /** Told by summaries only. */
  readonly rest: { readonly settled: Sequence; readonly bases: readonly Sequence[] } | null;
}

/** Was this state further, in the epoch of one of these, than the site says it was later? */
export function exceeds({ site }: Node, bounds: readonly Bound[]): boolean {
  if (site === null || bounds.length === 0) return false;
  const { context } = site;
  const { header, log } = context;
  const epoch = epochOf(context);
  return bounds.some(({ epoch: of, start, windowEnd, rest }) => {
    if (of !== epoch) return false;
    if (log.start > start || windowEndOf(context) > windowEnd) return true;
    if (rest === null) return false;
    return (
      header.settled > rest.settled || siteIds.some((id) => header.peers[id].base > rest.bases[id]!)
    );
  });
}

/** The lines of a trace that were read and not judged yet: what each site will tell of itself. */
export class Outlook {
  private readonly bounds: Bound[][] = siteIds.map(() => []);
  /** Lines in which sites start. */
  private readonly starts: number[][] = siteIds.map(() => []);

  reads({ site, number, event, effects }: TraceLine): void {
    if (event?.type === 'start') this.starts[site]!.push(number);
    for (const effect of effects) {
      const bound = effect.type === 'send' ? boundOf(number, effect.message) : null;
      if (bound) this.bounds[site]!.push(bound);
    }
  }

  /** What the site tells in the line of this number and those after it, in the same life: the nearest few. */
  from(site: SiteId, number: number): readonly Bound[] {
    const bounds = this.bounds[site]!;
    const starts = this.starts[site]!;
    while (bounds.length > 0 && bounds[0]!.number < number) bounds.shift();
    while (starts.length > 0 && starts[0]! <= number) starts.shift();
    const lifeEnd = starts[0] ?? Number.POSITIVE_INFINITY;
    const ahead: Bound[] = [];
    for (const bound of bounds) {
      if (bound.number >= lifeEnd) break;
      const isNew = !ahead.some((one) => one.epoch === bound.epoch && (one.rest || !bound.rest));
      if (isNew) ahead.push(bound);
      if (ahead.length === nearest) break;
    }
    return ahead;
  }
}

/** What is told later says less. */
const nearest = 4;

function boundOf(number: number, message: Message): Bound | null {
  if (message.type === 'acknowledged') {
    const { epoch, start, windowEnd } = message;
    return { number, epoch, start, windowEnd, rest: null };
  }
  if (!('summary' in message)) return null;
  const { history, start, windowEnd, settled, bases } = message.summary;
  return { number, epoch: newestEpoch(history), start, windowEnd, rest: { settled, bases } };
}
