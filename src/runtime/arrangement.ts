import { refusalOfCommand } from '../../models/command-refusal.ts';
import {
  commandsFor,
  covers,
  type Discard,
  previewResync,
  type ResyncPreview,
  tellDiscard,
} from '../../models/direction.ts';
import type { Command } from '../../models/event.ts';
import { forkOf, newestEpoch } from '../../models/history.ts';
import { newestOfHolding } from '../../models/holding.ts';
import { type Plan, plan } from '../../models/plan.ts';
import { summaryOf } from '../../models/rules/summary.ts';
import { type TrackedWrite, trackedWrites } from '../../models/tracked.ts';
import { type Sequence, type SiteId, siteIds } from '../../models/words.ts';
import type { Backend, Recovered } from '../backend/port.ts';
import type { Suffix } from '../backend/suffix.ts';
import { Recorder } from '../trace/recorder.ts';
import { LoopbackNetwork } from '../transport/loopback.ts';
import { type ArrangementOptions, type ArrangementSetup, setUp } from './arrangement-options.ts';
import { ownCommand } from './commands.ts';
import { refuseNoConsent } from './consent.ts';
import { ExportsAsked } from './exports-asked.ts';
import { Forecast } from './forecast.ts';
import { genesisRecord, identityOf, newHeader } from './genesis.ts';
import { HostError } from './host-error.ts';
import { HostRequests } from './host-requests.ts';
import { refuseOthers, refuseTaken, refuseTakenBy } from './places.ts';
import { newIncarnation } from './random.ts';
import { shown } from './shown.ts';
import { SiteLoop } from './site-loop.ts';
import type { SiteStore } from './site-store.ts';
import { type ArrangementStatus, statusOf } from './status.ts';
import { type Happening, type Mishap, Timeline } from './timeline.ts';

interface Place {
  readonly store: SiteStore;
  loop: SiteLoop | null;
  backend: Backend | null;
  /** Resolves when the last change of its being has ended. */
  turn: Promise<void>;
}

/** Makes three new sites and starts them. Rejects with a HostError or a BackendError. */
export async function createArrangement(options: ArrangementOptions): Promise<Arrangement> {
  const setup = setUp(options);
  await refuseTaken(setup);
  const arrangement = new Arrangement(setup);
  try {
    await arrangement.create();
  } catch (error) {
    await arrangement.close().catch(() => {});
    throw error;
  }
  return arrangement;
}

/**
 * Starts three sites that are there already, with the options they were made with. `without`: the site whose disk
 * is lost, or whose files are refused: it is left down, and `replace` makes it anew once its folder is moved away.
 */
export async function openArrangement(
  options: ArrangementOptions,
  without: readonly SiteId[] = [],
): Promise<Arrangement> {
  const setup = setUp(options);
  await refuseOthers(setup, without);
  const arrangement = new Arrangement(setup);
  try {
    for (const site of siteIds) if (!without.includes(site)) await arrangement.start(site);
  } catch (error) {
    await arrangement.close().catch(() => {});
    throw error;
  }
  return arrangement;
}

/** Three sites in one process, and the host's way to whichever of them serves. */
export class Arrangement {
  readonly network: LoopbackNetwork;
  private readonly setup: ArrangementSetup;
  private readonly places: readonly Place[];
  private readonly host: HostRequests;
  private readonly happenings = new Timeline();
  private readonly forecast: Forecast;
  private readonly recorder: Recorder | null;
  private readonly exports = new ExportsAsked();
  /** Was it made or opened? */
  private begun = false;
  private closed = false;

  constructor(setup: ArrangementSetup) {
    this.setup = setup;
    this.forecast = new Forecast(setup.blockBytes);
    this.network = new LoopbackNetwork(setup.links);
    const { trace, configs, links } = setup;
    this.recorder = trace ? new Recorder(trace, configs, links.lanes) : null;
    this.places = siteIds.map((site) => ({
      store: this.storeOf(site),
      loop: null,
      backend: null,
      turn: Promise.resolve(),
    }));
    this.host = new HostRequests({
      volumes: setup.volumes,
      blockBytes: setup.blockBytes,
      blocksPerWriteMax: setup.blocksPerWriteMax,
      clock: setup.clock,
      bound: setup.durations.request,
      ownCopy: setup.ownCopy,
      primary: () => this.primary(),
    });
  }

  /** Genesis: all three sites get the same record before any of them speaks. */
  async create(): Promise<void> {
    if (this.begun) throw new HostError('refused', 'the arrangement is made already');
    this.begun = true;
    const { setup } = this;
    const incarnations = siteIds.map(() => newIncarnation(setup.random)) as unknown as [
      number,
      number,
      number,
    ];
    const syncFar = setup.configs[0]!.syncFar;
    const record = genesisRecord(incarnations, setup.distances, syncFar);
    const name = newIncarnation(setup.random).toString(16).padStart(8, '0');
    const made: SiteStore[] = [];
    try {
      for (const site of siteIds) {
        const { store } = this.places[site]!;
        const header = this.headerOf(site, name, incarnations[site], [record]);
        const { backend } = await store.create(header);
        made.push(store);
        await backend.close();
      }
      for (const site of siteIds) await this.start(site);
    } catch (error) {
      await this.close().catch(() => {});
      // Sites that do not run would be in the way of the next try.
      for (const store of made) await store.remove?.().catch(() => {});
      throw error;
    }
  }

  // Hosts. All of these reject with a HostError and nothing else.

  write(volume: number, firstBlock: number, bytes: Uint8Array): Promise<void> {
    return this.host.write(volume, firstBlock, bytes);
  }

  read(volume: number, firstBlock: number, count: number): Promise<Uint8Array> {
    return this.host.read(volume, firstBlock, count);
  }

  zeroes(volume: number, firstBlock: number, count: number): Promise<void> {
    return this.host.zeroes(volume, firstBlock, count);
  }

  trim(volume: number, firstBlock: number, count: number): Promise<void> {
    return this.host.trim(volume, firstBlock, count);
  }

  flush(): Promise<void> {
    return this.host.flush();
  }

  // Sites

  start(site: SiteId): Promise<void> {
    return this.alone(site, async (place) => {
      this.refuseClosed();
      this.begun = true;
      if (place.loop?.isRunning) return;
      await this.bury(place);
      return this.run(site, await place.store.open());
    });
  }

  /** Lets what is under way at its disk end, then stops. */
  stop(site: SiteId): Promise<void> {
    return this.alone(site, async (place) => {
      if (!place.loop) return;
      try {
        await place.loop.close();
      } finally {
        this.leave(site, place.backend ? 'stop' : 'crash');
      }
    });
  }

  /**
   * The site dies at once, in the middle of whatever it does, also of a stop; of a start when that has ended. Waits for no
   * disk: the next start does, and rejects with `locked` when that has to be given up.
   */
  async crash(site: SiteId): Promise<void> {
    const dead = this.bury(this.placeOf(site));
    const left = this.alone(site, async (place) => {
      await dead;
      if (!place.loop) return;
      await this.bury(place);
      this.leave(site, 'crash');
    });
    await Promise.all([dead, left]);
  }

  /** Dies and starts again from what was durable. */
  async restart(site: SiteId): Promise<void> {
    await this.crash(site);
    await this.start(site);
  }

  /**
   * The site's disk is replaced by an empty one. Rejects with `exists`, and changes nothing, while its files are still
   * there: move them away first.
   */
  replace(site: SiteId): Promise<void> {
    return this.alone(site, async (place) => {
      this.refuseClosed();
      await refuseTakenBy(this.setup, site);
      const name = this.identityNow();
      const header = this.headerOf(site, name, newIncarnation(this.setup.random), []);
      await this.bury(place);
      if (place.loop) this.leave(site, 'crash');
      return this.run(site, await place.store.create(header));
    });
  }

  /** Hands a command to a site. Throws `refused` with the reason when it cannot be carried out there now. */
  operate(site: SiteId, command: Command): void {
    const loop = this.running(site);
    const own = ownCommand(command);
    const refusal = refusalOfCommand(loop.site, own);
    if (refusal !== null) throw new HostError('refused', `${own.name}: ${refusal}`);
    loop.operate(own);
  }

  /**
   * Keeps, durably and readable, what the sidefile of a site holds beyond `above`; without it, beyond
   * where its history parts from that of a site that runs. Rejects with `refused` when there is nothing.
   */
  async exportSuffix(site: SiteId, above: Sequence = this.forkOf(site)): Promise<Suffix> {
    const loop = this.running(site);
    const newest = newestOfHolding(loop.site.context.held);
    if (!Number.isSafeInteger(above) || above < 0 || above >= newest) {
      const range = newest > 0 ? `0..${newest - 1}` : 'anything: it holds no write';
      throw new HostError(
        'refused',
        `site ${site} holds nothing beyond ${shown(above)}; give ${range}`,
      );
    }
    this.operate(site, { name: 'export', above });
    const through = await this.exports.wait(site, above);
    const kept = await this.placeOf(site).backend?.suffix({ first: above + 1, last: through });
    if (!kept) throw new HostError('stopped', `site ${site} ended before it was read back`);
    return kept;
  }

  /** Suffixes a site exported, when told to or before it cut committed writes, oldest epoch first. */
  async suffixes(site: SiteId): Promise<readonly Suffix[]> {
    const { backend } = this.placeOf(site);
    if (!backend) throw new HostError('refused', `site ${site} is not running`);
    return backend.suffixes();
  }

  /** What a resync of these two running sites would move now, each way, or why it is refused. */
  plan(one: SiteId, other: SiteId): Plan {
    if (one === other) throw new HostError('range', `site ${shown(one)} has no plan with itself`);
    const [first, second] = [this.running(one), this.running(other)];
    return plan(summaryOf(first.site.context), summaryOf(second.site.context));
  }

  /** What a resync in this direction would give up: nothing, when positions give it this direction. */
  previewResync(source: SiteId, target: SiteId): ResyncPreview {
    if (source === target)
      throw new HostError('range', `site ${shown(source)} is no target of itself`);
    const summary = (site: SiteId) => summaryOf(this.running(site).site.context);
    const others = siteIds.filter((id) => ![source, target].includes(id) && this.loopOf(id));
    return previewResync(summary(source), summary(target), others.map(summary));
  }

  /**
   * Resyncs in this direction. What the target (and every site that follows) would give up must be
   * named in `consent`, as `previewResync` told it; else `needs-consent`, and nothing changes. With
   * consent the source is forced: all that is committed and given up is exported where it is cut.
   */
  resync(source: SiteId, target: SiteId, consent: readonly Discard[] = []): ResyncPreview {
    refuseNoConsent(consent);
    const preview = this.previewResync(source, target);
    const { discards } = preview;
    if (!covers(consent, discards)) {
      const told = discards.map(tellDiscard).join('; ');
      throw new HostError('needs-consent', `from site ${source} to ${target} gives up ${told}`);
    }
    if (discards.length > 0) {
      // The force may be refused: then nobody gives up anything.
      const [force, ...others] = [...commandsFor(preview)].reverse();
      const refusal = refusalOfCommand(this.running(source).site, force!.command);
      if (refusal !== null) throw new HostError('refused', refusal);
      for (const { at, command } of [...others, force!]) this.operate(at, command);
    } else if (this.loopOf(source)?.site.role === 'primary') {
      this.operate(source, { name: 'resume', peer: target });
    }
    return preview;
  }

  /** Told by whoever made a disk do what no disk may. Use: the trace. */
  diskLies(site: SiteId, how: string): void {
    this.recorder?.diskLies(site, how);
  }

  /**
   * Stops all sites, also when one of them fails in it: then it rejects with why, once all have ended. Of one that was
   * killed it waits for the disk, so that all may be opened again.
   */
  async close(): Promise<void> {
    this.host.close();
    this.closed = true;
    const ended = await Promise.allSettled(siteIds.map((site) => this.stop(site)));
    await Promise.all(this.places.map(({ store }) => store.released?.()));
    this.network.close();
    this.endTrace();
    for (const result of ended) if (result.status === 'rejected') throw result.reason;
  }

  /** Writes the last line of the trace, if one is written. */
  endTrace(): void {
    this.recorder?.close();
  }

  /** The running loop of a site; null: it is down. */
  loopOf(site: SiteId): SiteLoop | null {
    const { loop } = this.placeOf(site);
    return loop?.isRunning ? loop : null;
  }

  /**
   * A site's sidefile, write by write, with its acknowledgement fields (claims 10-12, 23-26, 28);
   * null: the site is down.
   */
  sidefileOf(site: SiteId): readonly TrackedWrite[] | null {
    const loop = this.loopOf(site);
    return loop ? trackedWrites(loop.site.context) : null;
  }

  /**
   * A site’s storage, to look into; null: the site is down. After a start the volumes are as they were found until the
   * site has redone what its sidefile holds beyond `settled` (backend/port.ts, clause 5): a block of that may read as
   * zeroes, as before, or be rejected with `rot`, and nothing is damaged. Hosts read through `read`, which knows of it.
   */
  backendOf(site: SiteId): Backend | null {
    return this.placeOf(site).backend;
  }

  /** Of the running sites that think they are primary, the one of the newest epoch. */
  primary(): SiteLoop | null {
    let best: SiteLoop | null = null;
    for (const { loop } of this.places) {
      if (!loop?.isRunning || loop.site.role !== 'primary') continue;
      if (best === null || epochIn(loop) > epochIn(best)) best = loop;
    }
    return best;
  }

  status(): ArrangementStatus {
    return statusOf(siteIds.map((site) => this.loopOf(site)?.site ?? null));
  }

  timeline(): readonly Happening[] {
    return this.happenings.all();
  }

  /** A site that cannot begin lets go of its disk. */
  private run(site: SiteId, recovered: Recovered): Promise<void> | undefined {
    const place = this.places[site]!;
    place.backend = recovered.backend;
    try {
      place.loop = this.begin(site, recovered);
      return undefined;
    } catch (error) {
      return this.bury(place).then(() => {
        throw error;
      });
    }
  }

  private begin(site: SiteId, recovered: Recovered): SiteLoop {
    const { setup } = this;
    const { clock, random, durations, payloadBytesMax } = setup;
    this.note(site, { kind: 'started' });
    this.recorder?.starts(site, recovered);
    return new SiteLoop({
      config: setup.configs[site]!,
      recovered,
      transport: this.network.transportOf(site),
      clock,
      random,
      durations,
      payloadBytesMax,
      observe: (observed) => {
        this.recorder?.observed(site, observed);
        this.exports.heard(site, observed);
        setup.observe?.(site, observed);
      },
      reported: (event) => this.note(site, event),
      stopped: (reason, cause) =>
        this.note(site, { kind: 'stoppedItself', reason, cause: cause?.message ?? null }),
    });
  }

  /** One change of a site's being at a time, in the order they were asked for. */
  private async alone(site: SiteId, act: (place: Place) => Promise<void>): Promise<void> {
    const place = this.placeOf(site);
    const done = place.turn.then(() => act(place));
    place.turn = done.catch(() => {});
    await done;
  }

  /** What is left of a site that ended by itself or was killed. */
  private async bury(place: Place): Promise<void> {
    place.loop?.kill();
    const { backend } = place;
    place.backend = null;
    if (backend) await place.store.kill(backend);
  }

  private leave(site: SiteId, how: 'stop' | 'crash'): void {
    const place = this.places[site]!;
    place.loop = null;
    place.backend = null;
    this.note(site, { kind: 'ended', how });
    this.recorder?.ended(site, how);
  }

  private note(site: SiteId, event: Happening['event'] | Mishap): void {
    const happening = { at: this.setup.clock.now(), site, event };
    const expected = this.forecast.of(happening);
    this.happenings.add(happening);
    if (expected !== null) this.happenings.add({ ...happening, event: expected });
    this.exports.happened(site, event);
  }

  private storeOf(site: SiteId): SiteStore {
    const { stores, configs, blocksPerWriteMax } = this.setup;
    const capacityLimit = configs[site]!.sidefile.limit;
    return stores(site, { capacityLimit, maxBlocksPerWrite: blocksPerWriteMax });
  }

  private headerOf(
    site: SiteId,
    name: string,
    incarnation: number,
    history: Parameters<typeof newHeader>[3],
  ) {
    const { distances, blockBytes, volumes, configs } = this.setup;
    const identity = identityOf(name, site, distances, blockBytes, volumes);
    return newHeader(identity, incarnation, configs[site]!.sidefile.capacity, history);
  }

  private identityNow(): string {
    const known = this.places.find(({ loop }) => loop !== null)?.loop;
    if (!known) throw new HostError('refused', 'no running site knows the arrangement’s name');
    return known.site.context.header.identity.arrangement;
  }

  private running(site: SiteId): SiteLoop {
    const { loop } = this.placeOf(site);
    if (!loop?.isRunning) throw new HostError('refused', `site ${site} is not running`);
    return loop;
  }

  /** The least sequence at which its history parts from that of another running site. */
  private forkOf(site: SiteId): Sequence {
    const { history } = this.running(site).site.context.header;
    const forks = siteIds
      .filter((other) => other !== site && this.loopOf(other) !== null)
      .map((other) => forkOf(history, this.running(other).site.context.header.history));
    const fork = Math.min(...forks);
    if (Number.isFinite(fork) && fork >= 0) return fork;
    const sentence = `site ${site} shares its history with all that run: name the sequence beyond which to export`;
    throw new HostError('refused', sentence);
  }

  private refuseClosed(): void {
    if (this.closed) throw new HostError('stopped', 'the arrangement is closed');
  }

  private placeOf(site: SiteId): Place {
    const place = siteIds.includes(site) ? this.places[site] : undefined;
    if (!place) throw new HostError('range', `site ${shown(site)} is not within 0..2`);
    return place;
  }
}

const epochIn = (loop: SiteLoop): number => newestEpoch(loop.site.context.header.history);
