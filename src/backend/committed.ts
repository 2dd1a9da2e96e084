import type { Header } from '../../models/header.ts';
import type { History } from '../../models/history.ts';
import type { Epoch, Sequence } from '../../models/words.ts';

/**
 * What a c told in `epoch` means on this history: it counts as far as the records adopted since then
 * kept what was written, and not at all if that epoch is not on it.
 */
export function countedOn(history: History, epoch: Epoch, committed: Sequence): Sequence {
  const index = history.findIndex((record) => record.epoch === epoch);
  if (index < 0) return 0;
  return history
    .slice(index + 1)
    .reduce((least, record) => Math.min(least, record.parent.sequence), committed);
}

/** Up to where a c of the old header still counts under the new one. */
export function cutBetween(old: Header, header: Header): Sequence {
  const known = new Set(old.history.map((record) => record.epoch));
  return header.history
    .filter((record) => !known.has(record.epoch))
    .reduce((least, record) => Math.min(least, record.parent.sequence), Number.POSITIVE_INFINITY);
}
