import type { KeptHeader } from './header-codec.ts';
import { BackendError } from './port.ts';
import type { OpenFiles } from './site-files.ts';

/** When a file beside the header was last made durable. */
export interface Age {
  /** How often it was, as its own file says. */
  readonly flushes: number;
  /** Generation of the header that was durable then. */
  readonly headerGeneration: number;
}

interface Aged {
  readonly age: Age;
  readonly path: string;
  /** Makes durable the age that was found. */
  renew(): Promise<void>;
  /** Writes again all that it holds. */
  rewrite?(): Promise<void>;
}

/**
 * Files of two ages are no site, though each is sound by itself: the header knows how often each of the others was
 * flushed, and each of them which header there was then. (The sidefile tells by its records.)
 */
export function refuseMixture(files: OpenFiles, kept: KeptHeader, generation: number): void {
  for (const [{ age, path }, known] of agedOf(files, kept)) {
    if (age.flushes < known) {
      throw new BackendError(
        'not-a-site',
        `${path} is an older copy: it was flushed ${age.flushes} times, the header knows of ${known}; create the site again and resync it`,
      );
    }
    refuseOlderHeader(generation, age.headerGeneration, path);
  }
}

/**
 * A process that was killed may have left in the cache only what the next header is about to rely on; and if a flush
 * failed, nothing but a new write brings it to the disk. Blocks of an update in place are written again by nobody else:
 * whoever compares finds them as they should be.
 */
export async function renewAges(files: OpenFiles, kept: KeptHeader): Promise<void> {
  const isInPlace = kept.header.consistency.kind === 'inconsistent';
  for (const [file, known] of agedOf(files, kept)) {
    if (file.age.flushes <= known) continue;
    if (isInPlace) await file.rewrite?.();
    await file.renew();
  }
}

const agedOf = ({ volumes, stage }: OpenFiles, { flushes, stageFlushes }: KeptHeader) => [
  ...volumes.map((volume, number): [Aged, number] => [volume, flushes[number]!]),
  [stage, stageFlushes] as [Aged, number],
];

/** `seen`: the generation of the header when `path` was written. */
export function refuseOlderHeader(generation: number, seen: number, path: string): void {
  if (seen <= generation) return;
  throw new BackendError(
    'header-unreadable',
    `the header is of generation ${generation}, but ${path} was written after generation ${seen}: the header is an older copy or both its newest slots are lost; restore the site as a whole, or create it again and resync it`,
  );
}
