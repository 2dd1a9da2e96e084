import type { SiteContext } from '../../models/site.ts';
import type { Site } from '../../models/step.ts';
import { type SiteId, siteIds } from '../../models/words.ts';
import { type Backend, BackendError } from '../backend/port.ts';
import { type Arrangement, createArrangement } from '../runtime/arrangement.ts';
import { FakeClock } from '../runtime/clock.ts';
import { type Random, seededRandom } from '../runtime/random.ts';
import type { Observed } from '../runtime/site-loop.ts';
import type { TraceTarget } from '../trace/recorder.ts';
import { Budget } from './budget.ts';
import { Coverage } from './coverage.ts';
import { DelayedBackend } from './delayed-backend.ts';
import { type Evidence, newEvidence, type Violation } from './evidence.ts';
import { FaultSchedule } from './fault-schedule.ts';
import { Journal } from './journal.ts';
import { LeapingClock } from './leaping-clock.ts';
import { isAtRest } from './liveness.ts';
import type { Medium } from './medium.ts';
import { operatorAct, resumeLegs } from './operator-at-rest.ts';
import { type HostSetup, readAll, runHost } from './random-host.ts';
import { ReadChecker } from './reads.ts';
import { checkRest } from './rest.ts';
import { runRudeHost } from './rude-host.ts';
import { runLine, shortly } from './run-line.ts';
import { everyStep } from './safety.ts';
import type { Scenario } from './scenario.ts';
import { simulatedFiles, simulatedMemory } from './simulated-store.ts';
import { Supervisor } from './supervisor.ts';
import { VolumeAudit } from './volume-audit.ts';

export interface RunReport {
  readonly scenario: Scenario;
  /** Empty: every promise was kept. At most the first one of each rule. */
  readonly violations: readonly Violation[];
  /** Simulated milliseconds from the last fault's end to rest; null: it never came to rest. */
  readonly restAfter: number | null;
  readonly acknowledged: number;
  readonly steps: number;
  readonly coverage: Coverage;
  readonly timeline: readonly string[];
}

const blockBytes = 512;
const restMost = 2000;
/** Steps of a run that talks to some purpose stay far below. */
const stepsMost = 40_000;
const auditEvery = 7;
const diskTimeoutOfRuns = 30;

/** A backend put between a site and its own. Use: subjects that are broken on purpose. */
export type Hand = (site: SiteId, backend: Backend) => Backend;

/** One run: hosts and faults for a while, then quiet until everything is level. */
export async function run(
  scenario: Scenario,
  trace: boolean = false,
  target: TraceTarget | null = null,
  hand: Hand | null = null,
): Promise<RunReport> {
  const simulation = new Simulation(scenario, trace, target, hand);
  return simulation.run();
}

/** Random numbers of its own for each part, so that one part drawing more changes no other. */
const streamOf = (seed: number, part: number): Random => seededRandom(seed * 64 + part);

class Simulation {
  private readonly scenario: Scenario;
  private readonly clock = new FakeClock();
  private readonly journal = new Journal(blockBytes);
  private readonly coverage = new Coverage();
  private readonly reads: ReadChecker;
  private readonly checkers = everyStep();
  private readonly audit: VolumeAudit;
  private readonly violations: Violation[] = [];
  private readonly evidence: Evidence;
  private readonly lines: string[] = [];
  private readonly media: Medium[] = [];
  /** The clock as sites see it: it shows another time than the one that passes. */
  private readonly shown = new LeapingClock(this.clock);
  private readonly trace: boolean;
  private readonly target: TraceTarget | null;
  private readonly hand: Hand | null;
  private arrangement!: Arrangement;
  private schedule!: FaultSchedule;
  private budget: Budget | null = null;
  private steps = 0;
  private isBusy = false;

  constructor(scenario: Scenario, trace: boolean, target: TraceTarget | null, hand: Hand | null) {
    this.scenario = scenario;
    this.trace = trace;
    this.target = target;
    this.hand = hand;
    this.reads = new ReadChecker(scenario.policies.reads === 'local');
    this.evidence = newEvidence({
      journal: this.journal,
      contexts: () => siteIds.map((site) => this.siteOf(site)?.context ?? null),
      isExcused: (site) => this.budget?.isOldCopy(site) ?? false,
      hasLied: (site) => this.schedule?.hasLied(site) ?? false,
      broken: (rule, sentence) => this.broken(rule, sentence),
    });
    this.audit = new VolumeAudit(this.evidence);
  }

  async run(): Promise<RunReport> {
    const { scenario, clock } = this;
    const made = this.make();
    made.catch(() => {}); // told below, when the clock stands
    await clock.run(20);
    await made;
    this.startHosts();
    this.startFaults();
    this.startAudits();
    await clock.run(scenario.length, () => this.violations.length === 0);
    const restAfter = this.violations.length === 0 ? await this.rest() : null;
    this.arrangement.endTrace();
    this.lookAtTimeline();
    return {
      scenario,
      violations: this.violations,
      restAfter,
      acknowledged: this.evidence.acknowledged.length,
      steps: this.steps,
      coverage: this.coverage,
      timeline: this.lines,
    };
  }

  private async make(): Promise<void> {
    const { scenario, clock } = this;
    const { seed, nearMost, farMost, diskMost } = scenario;
    const newStore = scenario.storage === 'memory' ? simulatedMemory : simulatedFiles;
    // A watch changes the order of what happens in one moment: runs without such a fault stay what they were.
    const hangs = scenario.faults.some(({ kind }) => kind === 'hangDisk');
    const diskTimeout = hangs ? diskTimeoutOfRuns : null;
    const most = (site: SiteId) => (site === 2 ? farMost : nearMost);
    this.arrangement = await createArrangement({
      storage: 'memory',
      stores: (site, limits) => {
        const random = streamOf(seed, 1 + site);
        const hand = (backend: Backend) => this.hand?.(site, backend) ?? backend;
        const store = newStore({ clock, random, limits, delayMost: diskMost, hand, diskTimeout });
        this.media[site] = store.medium;
        return store;
      },
      volumes: scenario.volumes,
      blockBytes,
      blocksPerWriteMax: scenario.blocksPerWriteMax,
      sidefile: scenario.sidefile,
      policies: scenario.policies,
      tuning: scenario.tuning,
      durations: { election: 20, patience: 25, retry: 10, idle: 2, jitter: 1, request: 60 },
      links: {
        lanes: scenario.lanes,
        silenceMax: 8,
        reconnectAfter: 3,
        latency: (from, to) => ({ least: 0, most: Math.max(most(from), most(to)) }),
      },
      payloadBytesMax: 8 * blockBytes,
      clock: this.shown,
      random: streamOf(seed, 5),
      observe: (site, observed) => this.observed(site, observed),
      ...(this.target ? { trace: this.target } : {}),
    });
  }

  private lookAtTimeline(): void {
    for (const { event, site } of this.arrangement.timeline()) {
      this.coverage.happened(event);
      // A core that throws is our bug, also where the site comes back and all ends well.
      if (event.kind !== 'stoppedItself' || event.reason !== 'fault') continue;
      this.broken('fault', `site ${site} stopped by a fault of its own: ${event.cause}`);
    }
  }

  private observed(site: SiteId, observed: Observed): void {
    this.steps++;
    if (this.steps === stepsMost)
      this.broken('L3', `no end of messages: ${shortly(observed.event)}`);
    this.coverage.step(observed);
    if (this.trace) this.lines.push(runLine(this.clock.now(), site, observed));
    for (const check of this.checkers) check(this.evidence, site, observed);
    this.lookBehind(site, observed);
  }

  /** What has just been applied, or what a new primary serves. */
  private lookBehind(site: SiteId, { event, site: after, effects }: Observed): void {
    const reports = effects.map((effect) => (effect.type === 'report' ? effect.event.kind : null));
    // Whatever is to be applied next has not begun at this moment.
    const still = { ...after.context, applying: after.context.applied };
    if (reports.includes('staged')) void this.look(site, still, 'S6');
    else if (event?.type === 'applied') void this.look(site, still, 'S3');
    if (reports.includes('serving') && this.isBusy) void readAll(this.hostSetup(7)).catch(() => {});
  }

  private startHosts(): void {
    for (let host = 0; host < this.scenario.outstanding; host++) {
      void runHost(this.hostSetup(8 + host));
    }
    if (this.scenario.media !== 'sound') void runRudeHost(this.hostSetup(6));
    this.isBusy = true;
  }

  private hostSetup(part: number): HostSetup {
    const { scenario, clock, journal, arrangement } = this;
    return {
      arrangement,
      journal,
      clock,
      random: streamOf(scenario.seed, part),
      volumes: scenario.volumes,
      blocksPerWriteMax: scenario.blocksPerWriteMax,
      until: scenario.length,
      ended: (outcome) => this.coverage.answered(outcome),
      read: (read) => this.reads.check(this.evidence, read),
    };
  }

  private startFaults(): void {
    const { arrangement, media, clock, coverage, scenario } = this;
    if (scenario.media === 'budget') this.budget = new Budget(arrangement);
    const mayStrike = () => this.budget?.mayStrike() ?? true;
    const refused = (code: string) => coverage.answered(code);
    const victim = { arrangement, media, clock: this.shown, mayStrike, refused };
    this.schedule = new FaultSchedule(victim, clock, coverage, this.budget, (line) =>
      this.tell(line),
    );
    this.schedule.start(scenario.faults, scenario.length);
    if (scenario.media === 'sound') return;
    const supervisor = new Supervisor(
      { arrangement, clock, coverage },
      (site) => this.schedule.keepsDown(site),
      (site) => this.budget?.started(site),
    );
    supervisor.watch();
  }

  private startAudits(): void {
    this.clock.after(auditEvery, () => {
      const looked = siteIds.map((site) => {
        const { context } = this.siteOf(site) ?? {};
        return context ? this.look(site, context, 'S3') : null;
      });
      void Promise.all(looked).then(() => this.startAudits());
    });
  }

  private async look(site: SiteId, context: SiteContext, rule: 'S3' | 'S6'): Promise<void> {
    const backend = this.arrangement.backendOf(site);
    if (!(backend instanceof DelayedBackend)) return;
    await this.audit.look(site, context, backend.inner, rule).catch((error: Error) => {
      if (error instanceof BackendError && error.code === 'no-answer') return;
      this.broken('S3', `site ${site} cannot be read: ${error.message}`);
    });
  }

  /** L1-L4: faults end, and in bounded time everything is level and writable. */
  private async rest(): Promise<number | null> {
    const { arrangement, clock } = this;
    const from = clock.now();
    arrangement.network.joinAll();
    arrangement.network.slowDown(1);
    this.schedule.endAll();
    // What a disk lost is found at the next start at the latest.
    if (this.budget?.hurtSite != null) await arrangement.crash(this.budget.hurtSite);
    const before = this.violations.length;
    const deadline = from + restMost;
    let acts = 0;
    while (clock.now() < deadline && this.violations.length === before) {
      await clock.run(clock.now() + 20, () => this.violations.length === before);
      for (const site of siteIds) {
        if (!arrangement.loopOf(site)) void arrangement.start(site).catch(() => {});
      }
      if (isAtRest(arrangement)) break;
      resumeLegs(arrangement);
      // Within the budget nobody must help.
      if (this.budget !== null || clock.now() < from + 400 * (acts + 1)) continue;
      operatorAct(arrangement, acts++, (act) => this.coverage.answered(`operator ${act}`));
    }
    const restAfter = clock.now() - from;
    if (this.violations.length > before) return null;
    if (this.scenario.media === 'unlimited' && !isAtRest(arrangement)) {
      // What is lost with too many disks need not come back: it is enough that nobody hides it.
      this.coverage.outcome('not level again');
      return null;
    }
    const goesOn = {
      clock,
      arrangement,
      evidence: this.evidence,
      audit: this.audit,
      sidefile: this.scenario.sidefile,
      mustMend: this.budget !== null,
    };
    await checkRest(goesOn);
    return this.violations.length === before ? restAfter : null;
  }

  private broken(rule: string, sentence: string): void {
    if (this.violations.some((violation) => violation.rule === rule)) return;
    this.violations.push({ rule, sentence });
    if (this.trace) this.lines.push(`${this.clock.now().toFixed(2)} BROKEN ${rule} ${sentence}`);
  }

  private tell(line: string): void {
    if (this.trace) this.lines.push(`${this.clock.now().toFixed(2)} ${line}`);
  }

  private siteOf(site: SiteId): Site | null {
    return this.arrangement?.loopOf(site)?.site ?? null;
  }
}
