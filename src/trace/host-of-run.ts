import { freshHost, type HostEvent, type HostState, type WriteRequest } from '../../models/host.ts';
import type { SiteId } from '../../models/words.ts';

/**
 * The hosts of a run, as those of a world, as far as their writes go: where each was put, and in which
 * epoch its host was told. A world numbers all requests; here each life of a site numbers its own.
 */
export class HostOfRun {
  state: HostState = freshHost([], []);
  /** Index among the writes, by site and request of its present life. */
  private readonly places = [new Map<number, number>(), new Map(), new Map()] as const;

  /** A new life of the site begins: requests are numbered anew. */
  starts(site: SiteId): void {
    this.places[site].clear();
  }

  hears(site: SiteId, event: HostEvent): void {
    if (event.type === 'numbered') this.numbered(site, event);
    if (event.type === 'answered' && event.code === 'done') this.told(site, event);
  }

  private numbered(
    site: SiteId,
    { requests, positions }: Extract<HostEvent, { type: 'numbered' }>,
  ): void {
    const writes = [...this.state.writes];
    for (const [index, request] of requests.entries()) {
      this.places[site].set(request, writes.length);
      writes.push({ ...blank, at: site, position: positions[index]! });
    }
    this.state = { ...this.state, writes };
  }

  private told(
    site: SiteId,
    { requests, epoch: told }: Extract<HostEvent, { type: 'answered' }>,
  ): void {
    const places = requests.flatMap((request) => this.places[site].get(request) ?? []);
    if (places.length === 0) return; // reads and flushes
    const writes = [...this.state.writes];
    for (const place of places) {
      writes[place] = { ...writes[place]!, state: 'acknowledged', told };
    }
    this.state = { ...this.state, writes };
  }
}

/** Extents and times are not looked at: properties of worlds judge these. */
const blank: Omit<WriteRequest, 'at' | 'position'> = {
  ...freshHost([{ volume: 0, first: 0, count: 1 }], []).writes[0]!,
  state: 'issued',
};
