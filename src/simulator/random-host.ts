import type { Extent } from '../../models/words.ts';
import type { Arrangement } from '../runtime/arrangement.ts';
import type { Clock } from '../runtime/clock.ts';
import { pause } from '../runtime/clock.ts';
import { HostError } from '../runtime/host-error.ts';
import { between, chance, pick, type Random } from '../runtime/random.ts';
import type { Journal } from './journal.ts';

export interface HostSetup {
  readonly arrangement: Arrangement;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly volumes: readonly number[];
  readonly blocksPerWriteMax: number;
  /** No request begins after this moment of the clock. */
  readonly until: number;
  readonly ended: (outcome: string) => void;
  readonly read: (read: HostRead) => void;
}

export interface HostRead {
  readonly extent: Extent;
  /** Moments of the journal. */
  readonly asked: number;
  readonly answered: number;
  readonly bytes: Uint8Array;
}

/** One request after the other, each of any kind on any blocks, overlapping those of other hosts. */
export async function runHost(setup: HostSetup): Promise<void> {
  const { clock, random, until } = setup;
  while (clock.now() < until) {
    await request(setup).then(
      () => setup.ended('done'),
      (error: HostError) => {
        if (!(error instanceof HostError)) throw error;
        setup.ended(error.code);
      },
    );
    await pause(clock, random() * pick(random, [0.2, 2, 10]));
  }
}

async function request(setup: HostSetup): Promise<void> {
  const { random } = setup;
  const draw = random();
  if (draw < 0.65) return write(setup);
  if (draw < 0.95) return read(setup);
  return setup.arrangement.flush();
}

async function write(setup: HostSetup): Promise<void> {
  const { arrangement, journal, random } = setup;
  const extent = someExtent(setup);
  const wanted = chance(random, 0.9) ? 'data' : pick(random, ['zeroes', 'trim'] as const);
  // Writes without bytes are known by where they go alone.
  const kind = wanted !== 'data' && journal.hasTwin(extent, wanted) ? 'data' : wanted;
  const { write: noted, bytes } = journal.begin(extent, kind);
  const { volume, first, count } = extent;
  if (kind === 'data') await arrangement.write(volume, first, bytes);
  else if (kind === 'zeroes') await arrangement.zeroes(volume, first, count);
  else await arrangement.trim(volume, first, count);
  noted.acknowledged ??= journal.moment();
}

async function read(setup: HostSetup): Promise<void> {
  const { arrangement, journal } = setup;
  const extent = someExtent(setup);
  const asked = journal.moment();
  const bytes = await arrangement.read(extent.volume, extent.first, extent.count);
  setup.read({ extent, asked, answered: journal.moment(), bytes });
}

/** Reads everything once. Use: what a new primary reads back. */
export async function readAll(setup: HostSetup): Promise<void> {
  const { arrangement, journal, volumes, blocksPerWriteMax } = setup;
  for (const [volume, blocks] of volumes.entries()) {
    for (let first = 0; first < blocks; first += blocksPerWriteMax) {
      const count = Math.min(blocksPerWriteMax, blocks - first);
      const asked = journal.moment();
      const bytes = await arrangement.read(volume, first, count);
      setup.read({ extent: { volume, first, count }, asked, answered: journal.moment(), bytes });
    }
  }
}

function someExtent({ random, volumes, blocksPerWriteMax }: HostSetup): Extent {
  const volume = between(random, 0, volumes.length - 1);
  const count = between(random, 1, blocksPerWriteMax);
  // Half of all requests meet on a few blocks.
  const span = chance(random, 0.5) ? Math.min(volumes[volume]!, 2 * count) : volumes[volume]!;
  return { volume, first: between(random, 0, span - count), count };
}
