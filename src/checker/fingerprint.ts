import { createHash } from 'node:crypto';
import { canonicalText } from './plain.ts';
import type { Explored } from './search.ts';
import type { Space } from './space.ts';

/** A difference between two subjects that is none between their graphs: in all values, `read` is taken for `as`. */
export interface Reworded {
  readonly read: string;
  readonly as: string;
}

/** One text for a whole graph: every world by its values, and how often each kind of move was made. */
export function fingerprintOf(space: Space, search: Explored, { as, read }: Reworded): string {
  const hash = createHash('sha256');
  const names = space.slotNames();
  const known = names.map(() => new Map<number, string>());
  const world = new Int32Array(space.slots());
  const textOf = (slot: number, id: number): string => {
    const seen = known[slot]!.get(id);
    if (seen !== undefined) return seen;
    const text = canonicalText(space.value(slot, id) ?? null, names[slot]!);
    const reworded = read === '' ? text : text.replaceAll(read, as);
    const shown = createHash('sha256').update(reworded).digest('base64');
    known[slot]!.set(id, shown);
    return shown;
  };
  for (let number = 0; number < search.count; number++) {
    search.read(number, world);
    hash.update(names.map((_, slot) => textOf(slot, world[slot]!)).join());
  }
  for (const [move, { name }] of space.moveClasses().entries()) {
    hash.update(`${name} ${search.made(move)}`);
  }
  return hash.digest('hex');
}
