import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { SiteId } from '../../../models/words.ts';
import {
  type Arrangement,
  createArrangement,
  type HostError,
  openArrangement,
} from '../../../src/index.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { blockBytes, contentOf, isZeroes, numberIn, optionsIn, volumes } from './content.ts';

/**
 * A process that opens the arrangement in a folder, says what every block holds, and then writes with many
 * writes outstanding until it is killed. Before a write it says `begin`, after it was acknowledged `done`:
 * a line is with the reader before anything else happens.
 */
interface Task {
  readonly directory: string;
  readonly seed: number;
  /** Number of its first write. */
  readonly from: number;
  /** Make the arrangement first. */
  readonly create: boolean;
  /** The site whose folder is gone, which is made anew. */
  readonly lost: SiteId | null;
}

/** Whoever reads it may be slow: a line is written whole all the same, before anything else happens. */
function say(...words: readonly (string | number)[]): void {
  for (let left = Buffer.from(`${words.join(' ')}\n`); left.length > 0; ) {
    try {
      left = left.subarray(writeSync(1, left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

const task = JSON.parse(process.argv[2]!) as Task;
const random = seededRandom(task.seed);
let number = task.from;
/** Blocks with a write under way: of two to one block it would be open which came last. */
const taken = new Set<string>();

async function main(): Promise<void> {
  const options = optionsIn(task.directory);
  const { lost } = task;
  if (task.create) await (await createArrangement(options)).close();
  const sites = await openArrangement(options, lost === null ? [] : [lost]);
  say('opened');
  for (const [volume, blocks] of volumes.entries()) {
    for (let block = 0; block < blocks; block += 8) await readBack(sites, volume, block, 8);
  }
  say('told');
  const writers = Array.from({ length: 24 }, () => writeOn(sites));
  if (lost !== null) {
    await sites.replace(lost);
    say('replaced');
  }
  await Promise.all([...writers, watch(sites)]);
}

/** Says so once every site is back and a mirror stands for the primary. */
async function watch(sites: Arrangement): Promise<void> {
  for (;;) {
    const { primary, sites: all } = sites.status();
    const serving = primary === null ? null : all[primary]!;
    const isWhole = all.every(
      (site) =>
        site !== null &&
        site.epoch === serving?.epoch &&
        !site.damaged &&
        site.consistency === 'consistent',
    );
    const isStreaming = serving?.peers.every(({ phase }) => phase === 'streaming');
    if (isWhole && isStreaming && serving!.syncSet.length > 0) return say('whole', primary!);
    await pause(5);
  }
}

async function writeOn(sites: Arrangement): Promise<void> {
  for (;;) {
    const volume = random() < 0.7 ? 0 : 1;
    const count = 1 + Math.floor(random() * 4);
    const first = Math.floor(random() * (volumes[volume]! - count + 1));
    const names = Array.from({ length: count }, (_, index) => `${volume}:${first + index}`);
    if (names.some((name) => taken.has(name))) {
      await pause(1);
      continue;
    }
    for (const name of names) taken.add(name);
    if (random() < 0.2) await readBack(sites, volume, first, count);
    else await write(sites, volume, first, count);
    for (const name of names) taken.delete(name);
  }
}

async function write(sites: Arrangement, volume: number, first: number, count: number) {
  const own = number++;
  say('begin', volume, first, count, own);
  try {
    if (isZeroes(own)) await sites.zeroes(volume, first, count);
    else {
      const blocks = Array.from({ length: count }, (_, index) =>
        contentOf(volume, first + index, own),
      );
      await sites.write(volume, first, Buffer.concat(blocks));
    }
    say('done', volume, first, count, own);
  } catch (error) {
    say('failed', (error as HostError).code ?? String(error));
  }
}

async function readBack(sites: Arrangement, volume: number, first: number, count: number) {
  for (;;) {
    try {
      const bytes = await sites.read(volume, first, count);
      for (let index = 0; index < count; index++) {
        const block = bytes.subarray(index * blockBytes, (index + 1) * blockBytes);
        say('read', volume, first + index, numberIn(volume, first + index, block));
      }
      return;
    } catch (error) {
      say('failed', (error as HostError).code ?? String(error));
    }
  }
}

await main().catch((error: HostError) => {
  say('refused', error.code ?? error.stack ?? String(error), error.message);
  process.exitCode = 1;
});
