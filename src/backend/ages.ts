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

/**
 * Files of two ages are no site, though each is sound by itself: the header knows how often each of the others was
 * flushed, and each of them which header there was then. (The sidefile tells by its records.)
 */
export function refuseMixture(
  { stage, stagePath, volumes }: OpenFiles,
  kept: KeptHeader,
  generation: number,
): void {
  const others = [
    ...volumes.map((volume, number) => ({
      age: volume.age,
      known: kept.flushes[number]!,
      path: volume.path,
    })),
    { age: stage.age, known: kept.stageFlushes, path: stagePath },
  ];
  for (const { age, known, path } of others) {
    if (age.flushes < known) {
      throw new BackendError(
        'not-a-site',
        `${path} is an older copy: it was flushed ${age.flushes} times, the header knows of ${known}; create the site again and resync it`,
      );
    }
    refuseOlderHeader(generation, age.headerGeneration, path);
  }
}

/** `seen`: the generation of the header when `path` was written. */
export function refuseOlderHeader(generation: number, seen: number, path: string): void {
  if (seen <= generation) return;
  throw new BackendError(
    'header-unreadable',
    `the header is of generation ${generation}, but ${path} was written after generation ${seen}: the header is an older copy or both its newest slots are lost; restore the site as a whole, or create it again and resync it`,
  );
}
