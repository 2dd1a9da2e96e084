import { epochAt, type History } from '../../models/history.ts';
import type { Sequence } from '../../models/words.ts';
import type { Journal, JournalWrite } from './journal.ts';

/** Per block of the address space: the write whose data it holds at a position; 0: zeroes. */
export type Image = readonly number[];

export interface ImageResult {
  readonly image: Image;
  /** Sequences on the history of which no write is known. */
  readonly unknown: readonly Sequence[];
}

/** What volumes hold after 1..`through` of this history, by the journal alone. */
export function imageAt(
  journal: Journal,
  history: History,
  through: Sequence,
  volumes: readonly number[],
): ImageResult {
  const image = new Array<number>(volumes.reduce((sum, blocks) => sum + blocks, 0)).fill(0);
  const unknown: Sequence[] = [];
  for (let sequence = 1; sequence <= through; sequence++) {
    const write = journal.at(epochAt(history, sequence), sequence);
    if (write) lay(image, write, volumes);
    else unknown.push(sequence);
  }
  return { image, unknown };
}

function lay(image: number[], write: JournalWrite, volumes: readonly number[]): void {
  const { volume, first, count } = write.extent;
  const base = volumes.slice(0, volume).reduce((sum, blocks) => sum + blocks, 0);
  image.fill(write.kind === 'data' ? write.id : 0, base + first, base + first + count);
}
