import { needsRecord } from '../../models/rules/service.ts';
import type { SidefileConfig } from '../../models/site.ts';
import { type SiteId, siteIds } from '../../models/words.ts';
import { Arrangement } from '../../src/runtime/arrangement.ts';
import { type Policies, setUp, type Tuning } from '../../src/runtime/arrangement-options.ts';
import { FakeClock } from '../../src/runtime/clock.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import type { Observed } from '../../src/runtime/site-loop.ts';
import { type Evidence, newEvidence, type Violation } from '../../src/simulator/evidence.ts';
import { Journal } from '../../src/simulator/journal.ts';
import { LeapingClock } from '../../src/simulator/leaping-clock.ts';
import type { HostRead } from '../../src/simulator/random-host.ts';
import { ReadChecker } from '../../src/simulator/reads.ts';
import { everyStep } from '../../src/simulator/safety.ts';
import { VolumeAudit } from '../../src/simulator/volume-audit.ts';
import { Actor } from './actor.ts';
import { fileDisk } from './file-disk.ts';
import { Line } from './line.ts';
import { memoryDisk } from './memory-disk.ts';
import { Operator } from './operator.ts';
import { Postman } from './postman.ts';
import type { SiteDisk } from './site-disk.ts';
import { StageHost } from './stage-host.ts';

export type BackendName = 'memory' | 'file';

/** What a play may choose; the rest is small and quick. */
export interface Setting {
  readonly volumes?: readonly number[];
  readonly sidefile?: Partial<SidefileConfig>;
  readonly policies?: Partial<Policies>;
  readonly tuning?: Partial<Tuning>;
  readonly seed?: number;
}

const blockBytes = 512;

/**
 * Three real sites in one process on a clock that moves only when told to, over loopback links. The
 * same play goes the same way every time. Every promise is checked at every step (`broken`).
 */
export class Stage {
  readonly backend: BackendName;
  readonly volumes: readonly number[];
  readonly fake = new FakeClock();
  readonly clock = new LeapingClock(this.fake);
  readonly journal = new Journal(blockBytes);
  readonly latencies = new Map<number, number>([
    [0 + 1, 0.5],
    [0 + 2, 2],
    [1 + 2, 2],
  ]);
  readonly arrangement: Arrangement;
  readonly postman: Postman;
  readonly sites: readonly [Actor, Actor, Actor];
  readonly host: StageHost;
  readonly operator: Operator;
  readonly broken: Violation[] = [];
  steps = 0;
  private readonly disks: SiteDisk[] = [];
  private readonly evidence: Evidence;
  private readonly reads = new ReadChecker();
  /** Sites that belong to another play: what they are held to is not this one's write order. */
  readonly strangers = new Set<SiteId>();
  /** Sites whose disk was set back to what it was once. */
  readonly excused = new Set<SiteId>();
  private readonly checkers = everyStep();
  private readonly volumesAudit: VolumeAudit;
  private mark = { sent: 0, delivered: 0, happened: 0 };

  constructor(backend: BackendName, setting: Setting = {}) {
    const { seed = 1, volumes = [16, 8] } = setting;
    this.backend = backend;
    this.volumes = volumes;
    this.evidence = newEvidence({
      journal: this.journal,
      contexts: () => siteIds.map((site) => this.arrangement.loopOf(site)?.site.context ?? null),
      isExcused: (site) => this.excused.has(site),
      hasLied: () => false,
      broken: (rule, sentence) => {
        if (rule !== 'TRUST' || !this.postman.hasForged) this.broken.push({ rule, sentence });
      },
    });
    this.volumesAudit = new VolumeAudit(this.evidence);
    this.arrangement = new Arrangement(
      setUp({
        storage: 'memory',
        stores: (site, limits) => {
          this.disks[site] =
            backend === 'memory' ? memoryDisk(limits) : fileDisk(limits, 8 * seed + site);
          return this.disks[site];
        },
        volumes,
        blockBytes,
        blocksPerWriteMax: 4,
        sidefile: { capacity: 64, ...setting.sidefile },
        policies: { ...setting.policies },
        tuning: { frameEntries: 1, frameBlocks: 4, ...setting.tuning },
        durations: { election: 20, patience: 25, retry: 10, idle: 2, jitter: 1, request: 100 },
        links: {
          silenceMax: 8,
          reconnectAfter: 3,
          latency: (from, to) => {
            const takes = this.latencies.get(from + to)!;
            return { least: takes, most: takes };
          },
        },
        payloadBytesMax: 32 * blockBytes,
        clock: this.clock,
        random: seededRandom(seed),
        observe: (site, observed) => this.observed(site, observed),
      }),
    );
    this.postman = new Postman(this.arrangement.network);
    this.sites = [new Actor(this, 0), new Actor(this, 1), new Actor(this, 2)];
    this.host = new StageHost(this, this.journal);
    this.operator = new Operator(this);
  }

  /** The curtain rises: three new sites, the first one serves. `urged`: it initiates as well. */
  async opens(urged = false): Promise<void> {
    await this.finish(this.arrangement.create());
    if (urged) {
      await this.passes(8);
      this.operator.urges(this.sites[0]);
    }
    await this.settle();
    if (!this.sites[0].isServing) throw new Error(`P does not serve\n${this.describe()}`);
  }

  link(one: Name, other: Name): Line {
    return new Line(this, named(one), named(other));
  }

  // Time

  async passes(milliseconds: number): Promise<void> {
    await this.fake.run(this.fake.now() + milliseconds);
  }

  /** Lets time pass until this is so; a play in which it never is has failed. */
  async until(isSo: () => boolean, most = 3000): Promise<void> {
    await this.fake.run(this.fake.now() + most, () => !isSo());
    if (!isSo()) throw new Error(`never: ${isSo.toString()}\n${this.describe()}`);
  }

  async finish<Value>(promise: Promise<Value>): Promise<Value> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    promise.then(over, over);
    await this.until(() => isOver);
    return promise;
  }

  /** Until nothing more happens of itself, or for a bounded time where somebody asks for ever. */
  async settle(most = 700): Promise<void> {
    const deadline = this.fake.now() + most;
    await this.passes(120);
    while (this.fake.now() < deadline && !this.isCalm()) await this.passes(10);
    await this.audit();
  }

  // What was seen

  /** From here on `plans`, `receivedFrom`, ... count. */
  marksThisMoment(): void {
    const { postman } = this;
    this.mark = {
      sent: postman.sent.length,
      delivered: postman.delivered.length,
      happened: this.arrangement.timeline().length,
    };
  }

  since(list: 'sent' | 'delivered') {
    return this.postman[list].slice(this.mark[list]);
  }

  happenedSince() {
    return this.arrangement.timeline().slice(this.mark.happened);
  }

  diskOf(site: SiteId): SiteDisk {
    return this.disks[site]!;
  }

  wasRead(read: HostRead): void {
    this.reads.check(this.evidence, read);
  }

  /** A volume that says it is a prefix of the write order is one. */
  async audit(): Promise<void> {
    for (const { id, isUp } of this.sites) {
      const { backend } = this.disks[id]!;
      if (!isUp || !backend || this.strangers.has(id)) continue;
      const { context } = this.sites[id]!;
      await this.volumesAudit
        .look(id, context, backend)
        .catch((error: Error) =>
          this.evidence.broken('S3', `site ${id} cannot be read: ${error.message}`),
        );
    }
  }

  describe(): string {
    return this.sites
      .map((site) => {
        if (!site.isUp) return `${site.name} down`;
        const { context, status } = site;
        const legs = status.peers.map(({ phase }) => phase).join('+');
        const state = JSON.stringify(status.state).replaceAll('"', '');
        return `${site.name} ${status.role} ${state} ${legs} e${status.epoch} p${status.promised} held ${JSON.stringify(context.held)} c ${context.committed}/${context.durable} a ${context.applied} start ${context.log.start} ${status.consistency} repair ${status.repairBlocks}`;
      })
      .join('\n');
  }

  /** One primary serves, its epoch wants no other, and whoever it can reach is level. */
  isCalm(): boolean {
    const status = this.arrangement.status();
    if (status.primary === null) return false;
    const serving = this.sites[status.primary];
    if (needsRecord(serving.context)) return false;
    const { network } = this.arrangement;
    return status.sites.every((site) => {
      if (site === null || site.site === serving.id) return true;
      if (network.isCut(site.site, serving.id) || network.isCut(serving.id, site.site)) return true;
      const { phase } = serving.status.peers.find((peer) => peer.site === site.site)!;
      const { contiguous, ranges } = site.held;
      const isLevel = contiguous === serving.holds && ranges.length === 0;
      return phase === 'streaming' && isLevel && site.applied === serving.context.applied;
    });
  }

  private observed(site: SiteId, observed: Observed): void {
    this.steps++;
    if (this.strangers.has(site)) return;
    for (const check of this.checkers) check(this.evidence, site, observed);
  }
}

export type Name = 'P' | 'S' | 'A';

const named = (name: Name): SiteId => 'PSA'.indexOf(name) as SiteId;
