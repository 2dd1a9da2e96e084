import type { Space } from './space.ts';
import type { Store } from './store.ts';

/** Worlds that are asked one after the other from the first, and then so many evenly from the rest. */
const ASKED_FIRST = 256;
const ASKED_OF_REST = 1024;

/** A search as it was saved: its first worlds are where it began, those before `cursor` were expanded. */
export interface Restored {
  readonly store: Store;
  readonly initials: number;
  readonly cursor: number;
}

/** The first of so many worlds, and some of the others. */
export function* someOf(worlds: number): Iterable<number> {
  const stride = Math.max(1, Math.floor(worlds / ASKED_OF_REST));
  for (let number = 0; number < worlds; number += number < ASKED_FIRST ? 1 : stride) yield number;
}

/**
 * Is what was saved what this space leads to? A checkpoint of the same name and bounds may be of rules that were broken
 * or are older: what follows from it would be a verdict on neither. Asked of the start and of some worlds after it: each
 * must follow from the one it is said to follow from, and lead to what is there only.
 */
export function isOfSpace(space: Space, { cursor, initials, store }: Restored): boolean {
  let agrees = true;
  let begins = 0;
  space.initial((world) => {
    const number = store.find(world);
    agrees &&= number >= 0 && number < initials;
    begins++;
  });
  if (!agrees || begins < initials) return false;
  const world = new Int32Array(space.slots());
  const nextOf = (number: number): ReadonlySet<number> => {
    const found = new Set<number>();
    world.fill(0);
    store.read(number, world);
    space.expand(world, (next) => void found.add(store.find(next)), 0);
    return found;
  };
  for (const number of someOf(cursor)) {
    if (nextOf(number).has(-1)) return false;
    if (number >= initials && !nextOf(store.parent(number)).has(number)) return false;
  }
  return true;
}
