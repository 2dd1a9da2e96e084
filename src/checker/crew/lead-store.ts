import type { Layout } from '../layout.ts';
import { NoRoom } from '../no-room.ts';
import type { Handed } from '../search.ts';
import { BLOCK, numbersFor, placeOf, placesBefore } from './blocks.ts';
import {
  COUNT,
  CURSOR,
  DEPTH,
  INDEX_SLOTS,
  INDEX_USED,
  LEVEL_END,
  LEVEL_START,
  ofWorker,
  type SharedMemory,
} from './memory.ts';
import { SharedStore } from './shared-store.ts';

/** Many: most worlds are still to be found, and while all enter theirs into a larger index nobody looks for more. */
const SLOTS_PER_WORLD = 16;
const BITS_SPARE = 2;
const BITS_SPARE_MAX = 6;

/** The view of the shared worlds of the one who leads: while the others wait it may lay all of them out anew. */
export class LeadStore extends SharedStore {
  constructor(memory: SharedMemory) {
    super(memory, 0);
  }

  /** Takes over what one thread found. A world keeps its number: the blocks of all workers take turns. */
  takeOver(
    { arena, count, cursor, layout, levelEnds, parents, quiets }: Handed,
    sizes: readonly number[],
  ): void {
    const { control, levels, widths, workers } = this.memory;
    const share = (end: number, worker: number) => placesBefore(end, worker, workers);
    const roomy = roomiest(layout, new Int32Array(widths.length), sizes, 0);
    layout.copyInto(roomy, arena, this.memory.arena, count);
    this.memory.parents.set(parents);
    this.memory.quiets.set(quiets);
    widths.set(roomy.widths);
    for (let worker = 0; worker < workers; worker++) {
      control[ofWorker(worker, COUNT)] = share(count, worker);
      control[ofWorker(worker, CURSOR)] = share(cursor, worker);
      control[ofWorker(worker, LEVEL_END)] = share(levelEnds.at(-1)!, worker);
      control[ofWorker(worker, LEVEL_START)] = share(levelEnds.at(-2) ?? 0, worker);
      for (const [level, end] of levelEnds.entries())
        levels[level * workers + worker] = share(end, worker);
    }
    control[DEPTH] = levelEnds.length;
    let slots = control[INDEX_SLOTS]!;
    while (slots < Math.min(count * SLOTS_PER_WORLD, this.memory.indexes[0].length)) slots *= 2;
    control[INDEX_SLOTS] = slots;
    control[INDEX_USED] = slots;
    this.adopt();
    for (let worker = 0; worker < workers; worker++) this.enterAll(worker, share(count, worker));
  }

  /** All others are waiting; they have to enter their worlds into the index again after it. */
  override widenFor(needy: Int32Array, sizes: readonly number[]): void {
    this.layOut(roomiest(this.layout, needy, sizes, BITS_SPARE));
  }

  /** From the last block to the first, as each needs at least as much room as before. */
  private layOut(wider: Layout): void {
    const { arena, control, widths, workers } = this.memory;
    const counts = Array.from({ length: workers }, (_, at) => control[ofWorker(at, COUNT)]!);
    const extent = numbersFor(Math.max(...counts), workers);
    if (extent * wider.words > arena.length) throw new NoRoom('wider worlds');
    const old = this.layout;
    const block = new Int32Array(BLOCK * wider.words);
    for (let first = extent - BLOCK; first >= 0; first -= BLOCK) {
      const { place, worker } = placeOf(first, workers);
      const count = Math.min(BLOCK, counts[worker]! - place);
      if (count <= 0) continue;
      old.copyInto(wider, arena.subarray(first * old.words), block.fill(0), count);
      arena.set(block.subarray(0, count * wider.words), first * wider.words);
    }
    widths.set(wider.widths);
    this.adopt();
    this.index.fill(0, 0, control[INDEX_SLOTS]);
  }
}

/** Where a world fits, with so many bits to spare: more, as far as they take no more words. Laying out all worlds anew takes time. */
function roomiest(
  layout: Layout,
  needy: Int32Array,
  sizes: readonly number[],
  bitsSpare: number,
): Layout {
  let roomy = layout.wideEnoughFor(needy, sizes, bitsSpare);
  for (let spare = bitsSpare + 1; spare <= BITS_SPARE_MAX; spare++) {
    const roomier = layout.wideEnoughFor(needy, sizes, spare);
    if (roomier.words > roomy.words) break;
    roomy = roomier;
  }
  return roomy;
}
