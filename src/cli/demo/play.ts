import type { SiteId } from '../../../models/words.ts';
import { type Arrangement, createArrangement } from '../../runtime/arrangement.ts';
import { pause, systemClock } from '../../runtime/clock.ts';
import { seededRandom } from '../../runtime/random.ts';
import type { TraceTarget } from '../../trace/recorder.ts';
import { untilAhead } from './ahead.ts';
import { type Check, checksOf } from './checks.ts';
import { levelMost, untilHeld } from './held.ts';
import { momentOfLoss, type Progress, writeAll } from './host.ts';
import { demoBlockBytes, type Input, piecesOf } from './input.ts';
import { refuseStopped } from './stopped.ts';
import { megabytes, storyOf } from './story.ts';
import { type Lack, Watch } from './watch.ts';

export const scenarioNames = ['delta', 'overwritten', 'ahead', 'return'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export interface PlayOptions {
  readonly input: Input;
  readonly directory: string;
  readonly seed: number;
  readonly scenario: ScenarioName;
  readonly progress: (line: string, isLast: boolean) => void;
  readonly trace?: TraceTarget | null;
  /** Aborted: the sites end, and nothing is told. */
  readonly signal: AbortSignal;
}

export interface DemoResult {
  readonly holds: boolean;
  readonly checks: readonly Check[];
  readonly story: readonly string[];
  /** From when on the story counts its seconds. Start: no primary was lost. */
  readonly since: 'loss' | 'start';
  readonly lacks: readonly Omit<Lack, 'changed'>[];
  readonly moved: Watch['moved'];
  /** Milliseconds from the loss; null: the run ended before that, or without a loss. */
  readonly comparedAfter: number | null;
  readonly servedAfter: number | null;
  readonly convergedAfter: number | null;
  readonly acknowledged: number;
  readonly repeated: number;
}

const blocksPerWriteMax = 16;
const waits = { election: 150, retry: 100, request: 5000 } as const;

/** One performance of the demo, from three empty directories to the comparison of bytes. Null: interrupted. */
export async function play(options: PlayOptions): Promise<DemoResult | null> {
  const { signal } = options;
  const watch = new Watch(() => systemClock.now(), demoBlockBytes);
  const arrangement = await arrange(options, watch);
  try {
    const aborted = new Promise<null>((resolve) => {
      if (signal.aborted) resolve(null);
      signal.addEventListener('abort', () => resolve(null), { once: true });
    });
    return await Promise.race([perform(arrangement, watch, options), aborted]);
  } finally {
    await arrangement.close();
  }
}

async function perform(
  arrangement: Arrangement,
  watch: Watch,
  options: PlayOptions,
): Promise<DemoResult> {
  const { input, seed, scenario } = options;
  const random = seededRandom(seed);
  const from = systemClock.now();
  await untilHeld(arrangement, options.signal);
  const pieces = piecesOf(input.blocks, random, pieceMost(input));
  const lossAt = momentOfLoss(random, pieces.length);
  const prepareAt = Math.max(1, lossAt - Math.min(300, Math.ceil(pieces.length / 4)));
  const progress: Progress = { bytes: 0, acknowledged: 0, repeated: 0 };
  let ended = 0;
  let loss: Promise<SiteId> | null = null;
  let writeOn = () => {};
  const mayWriteOn = new Promise<void>((resolve) => {
    writeOn = resolve;
  });
  const showing = setInterval(() => show(options, progress, from, false), 1000);
  try {
    await writeAll(arrangement, input, pieces, progress, () => {
      ended++;
      if (ended === prepareAt) prepare(arrangement, scenario);
      if (ended === lossAt) loss = losePrimary(arrangement, watch, options, writeOn);
      return loss && Promise.race([loss, mayWriteOn]);
    });
  } finally {
    clearInterval(showing);
  }
  show(options, progress, from, true);
  if (scenario === 'return' && loss !== null) await arrangement.start(await loss);
  await untilLevel(arrangement, options.signal);
  const checks = await checksOf(arrangement, input, watch);
  refuseStopped(arrangement);
  return resultOf(arrangement, watch, { checks, progress });
}

/** Small inputs are written in smaller pieces: there must be a middle in which the primary is lost. */
const pieceMost = ({ blocks }: Input): number => Math.min(blocksPerWriteMax, Math.ceil(blocks / 2));

function arrange(
  { input, directory, seed, scenario, trace }: PlayOptions,
  watch: Watch,
): Promise<Arrangement> {
  return createArrangement({
    storage: { directory },
    volumes: [input.blocks],
    blockBytes: demoBlockBytes,
    blocksPerWriteMax,
    sidefile: { mode: 'fixed', capacity: scenario === 'overwritten' ? smallFor(input) : 512 },
    // In `ahead` the primary is lost while it waits for its sync mirror: it must not go on without it.
    durations: { ...waits, patience: scenario === 'ahead' ? 5000 : 500 },
    links: {
      // The far mirror is some milliseconds away; in `ahead` the near one is still further.
      latency: (one, other) => {
        const isNear = one !== 2 && other !== 2;
        if (scenario === 'ahead') return isNear ? { least: 40, most: 60 } : { least: 1, most: 2 };
        if (isNear) return { least: 0, most: 0 };
        return scenario === 'overwritten' ? { least: 1, most: 2 } : { least: 10, most: 30 };
      },
    },
    payloadBytesMax: 16 * 1024 * 1024,
    random: seededRandom(seed + 1_000_000),
    observe: (site, observed) => watch.observed(site, observed),
    ...(trace ? { trace } : {}),
  });
}

/** A sidefile that so much of this input overwrites as is written while the far mirror is away. */
const smallFor = ({ blocks }: Input): number =>
  Math.max(16, Math.min(128, Math.floor(blocks / blocksPerWriteMax / 12)));

/** What must have gone wrong before for the scenario to show what it is to show. */
function prepare(arrangement: Arrangement, scenario: ScenarioName): void {
  if (scenario !== 'overwritten') return;
  arrangement.network.part(0, 2);
  arrangement.network.part(1, 2);
}

async function losePrimary(
  arrangement: Arrangement,
  watch: Watch,
  { scenario, signal }: PlayOptions,
  writeOn: () => void,
): Promise<SiteId> {
  const site = await untilHeld(arrangement, signal);
  if (scenario === 'ahead') await untilAhead(arrangement, site, signal, writeOn);
  void arrangement.crash(site);
  watch.primaryLost(site);
  arrangement.network.joinAll();
  return site;
}

async function untilLevel(arrangement: Arrangement, signal: AbortSignal): Promise<void> {
  const deadline = systemClock.now() + levelMost;
  while (!signal.aborted && !arrangement.status().level && systemClock.now() < deadline) {
    refuseStopped(arrangement);
    await pause(systemClock, 20);
  }
}

function show({ input, progress }: PlayOptions, at: Progress, from: number, last: boolean): void {
  const seconds = (systemClock.now() - from) / 1000;
  const share = Math.min(100, (100 * at.bytes) / (input.blocks * demoBlockBytes));
  const rate = `${(at.bytes / 1e6 / seconds).toFixed(1)} MB/s`;
  progress(
    `${share.toFixed(0).padStart(3)} %  ${megabytes(at.bytes)}  ${rate}  ${at.acknowledged} writes`,
    last,
  );
}

interface Played {
  readonly checks: readonly Check[];
  readonly progress: Progress;
}

function resultOf(arrangement: Arrangement, watch: Watch, played: Played): DemoResult {
  const { checks, progress } = played;
  const { lostAt } = watch;
  const timeline = arrangement.timeline();
  const isLost = lostAt > 0;
  const after = (at: number) => (isLost && at > 0 ? Math.round(at - lostAt) : null);
  return {
    holds: checks.every(({ holds }) => holds),
    checks,
    story: storyOf(timeline, isLost ? lostAt : (timeline[0]?.at ?? 0)),
    since: isLost ? 'loss' : 'start',
    lacks: watch.lacks.filter(({ writes }) => writes > 0).map(({ changed: _, ...lack }) => lack),
    moved: watch.moved,
    comparedAfter: after(watch.comparedAt),
    servedAfter: after(watch.servingAt),
    convergedAfter: after(watch.levelAt),
    acknowledged: progress.acknowledged,
    repeated: progress.repeated,
  };
}
