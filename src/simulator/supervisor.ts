import { type SiteId, siteIds } from '../../models/words.ts';
import { BackendError, type BackendErrorCode } from '../backend/port.ts';
import type { Arrangement } from '../runtime/arrangement.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Coverage } from './coverage.ts';

/** What a start says of a disk that nothing but a new one helps. */
const hopeless: readonly BackendErrorCode[] = [
  'header-unreadable',
  'not-a-site',
  'format-version',
  'other-arrangement',
];
const looksEvery = 5;

/** Starts sites again that stopped by themselves, and has a disk replaced that cannot be opened. */
export class Supervisor {
  private readonly arrangement: Arrangement;
  private readonly clock: Clock;
  private readonly coverage: Coverage;
  private readonly mustStay: (site: SiteId) => boolean;
  private readonly started: (site: SiteId) => void;
  private readonly busy = new Set<SiteId>();

  /** `mustStay`: is it to stay down for now? `started`: it was started again. */
  constructor(
    setup: { arrangement: Arrangement; clock: Clock; coverage: Coverage },
    mustStay: (site: SiteId) => boolean,
    started: (site: SiteId) => void,
  ) {
    this.arrangement = setup.arrangement;
    this.clock = setup.clock;
    this.coverage = setup.coverage;
    this.mustStay = mustStay;
    this.started = started;
  }

  watch(): void {
    for (const site of siteIds) {
      if (this.arrangement.loopOf(site) || this.mustStay(site) || this.busy.has(site)) continue;
      this.busy.add(site);
      void this.start(site).finally(() => this.busy.delete(site));
    }
    this.clock.after(looksEvery, () => this.watch());
  }

  private async start(site: SiteId): Promise<void> {
    try {
      await this.arrangement.start(site);
      this.started(site);
    } catch (error) {
      const code = error instanceof BackendError ? error.code : 'fault';
      this.coverage.start(code);
      if (!(error instanceof BackendError)) throw error;
      if (hopeless.includes(error.code)) await this.replace(site);
    }
  }

  private async replace(site: SiteId): Promise<void> {
    await this.arrangement.replace(site).then(
      () => {
        this.coverage.operator('replace');
        this.started(site);
      },
      () => {},
    );
  }
}
