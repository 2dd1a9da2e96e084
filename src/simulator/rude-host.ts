import type { Extent, SiteId } from '../../models/words.ts';
import { pause } from '../runtime/clock.ts';
import type { HostError } from '../runtime/host-error.ts';
import { between, chance, pick } from '../runtime/random.ts';
import type { HostSetup } from './random-host.ts';

const sites: readonly SiteId[] = [0, 1, 2];

/** A host that asks whatever site it likes, and for what is not there. */
export async function runRudeHost(setup: HostSetup): Promise<void> {
  const { clock, random, until, ended } = setup;
  while (clock.now() < until) {
    await pause(clock, random() * 40);
    if (chance(random, 0.7)) await askAnySite(setup);
    else await askForNothing(setup).then(taken, (error: HostError) => ended(error.code));
  }
}

/** Only a primary serves it; the answer of any other site changes nothing. */
async function askAnySite(setup: HostSetup): Promise<void> {
  const { arrangement, journal, random, ended, volumes } = setup;
  const loop = arrangement.loopOf(pick(random, sites));
  const extent: Extent = {
    volume: 0,
    first: between(random, 0, Math.min(9, volumes[0]! - 1)),
    count: 1,
  };
  const kind = pick(random, ['write', 'read', 'flush'] as const);
  if (!loop) return;
  if (kind === 'write') {
    const { write, bytes } = journal.begin(extent, 'data');
    const { code } = await loop.write(extent, 'data', bytes);
    if (code === 'done') write.acknowledged ??= journal.moment();
    ended(code);
  } else if (kind === 'flush') ended((await loop.flushHost()).code);
  else {
    const asked = journal.moment();
    const { code, bytes } = await loop.readBlocks(extent);
    if (bytes) setup.read({ extent, asked, answered: journal.moment(), bytes });
    ended(code);
  }
}

/** Requests that must be refused with the reason, and change nothing. */
async function askForNothing({ arrangement, volumes, random }: HostSetup): Promise<unknown> {
  const beyond = volumes[0]! - 1;
  const ask = pick(random, [
    () => arrangement.read(volumes.length, 0, 1),
    () => arrangement.write(0, beyond, new Uint8Array(1024)),
    () => arrangement.write(0, 0, new Uint8Array(100)),
    () => arrangement.zeroes(0, 0, 0),
  ]);
  return ask();
}

function taken(): never {
  throw new Error('a request for what is not there was taken');
}
