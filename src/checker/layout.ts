import type { Space } from './space.ts';

const WORD_BITS = 32;
const WIDTH_MAX = 31;
/** So many bits more than it needs are enough for a slot. */
const SPARE_MAX = 6;

/** How a world's slots lie in 32 bit words: no slot straddles two words. */
export class Layout {
  readonly widths: readonly number[];
  readonly words: number;
  private readonly wordOf: Int32Array;
  private readonly shiftOf: Int32Array;
  private readonly limitOf: Int32Array;
  /** Of each slot that takes any room: slot, word, shift, limit. */
  private readonly plan: Int32Array;

  constructor(widths: readonly number[]) {
    this.widths = widths;
    this.wordOf = new Int32Array(widths.length);
    this.shiftOf = new Int32Array(widths.length);
    this.limitOf = Int32Array.from(widths, (width) =>
      width >= 31 ? 0x7fffffff : (1 << width) - 1,
    );
    this.words = this.place();
    const { limitOf, shiftOf, wordOf } = this;
    const roomy = [...widths.keys()].filter((slot) => widths[slot]! > 0);
    this.plan = Int32Array.from(
      roomy.flatMap((slot) => [slot, wordOf[slot]!, shiftOf[slot]!, limitOf[slot]!]),
    );
  }

  /** Writes a world; false if some slot needs more bits than the layout gives it. */
  pack(world: Int32Array, words: Int32Array, at: number): boolean {
    const { wordOf, shiftOf, limitOf } = this;
    if (world.length !== wordOf.length) return false;
    for (let word = 0; word < this.words; word++) words[at + word] = 0;
    for (let slot = 0; slot < wordOf.length; slot++) {
      const value = world[slot]!;
      if (value > limitOf[slot]!) return false;
      words[at + wordOf[slot]!]! |= value << shiftOf[slot]!;
    }
    return true;
  }

  /** Changes some slots of a packed world; false if one needs more bits than the layout gives it. */
  patch(
    world: Int32Array,
    slots: Int32Array,
    count: number,
    words: Int32Array,
    at: number,
  ): boolean {
    const { wordOf, shiftOf, limitOf } = this;
    for (let index = 0; index < count; index++) {
      const slot = slots[index]!;
      const value = world[slot]!;
      const limit = limitOf[slot]!;
      if (value > limit) return false;
      const word = at + wordOf[slot]!;
      const shift = shiftOf[slot]!;
      words[word] = (words[word]! & ~(limit << shift)) | (value << shift);
    }
    return true;
  }

  /** Invariant: `world` comes from this layout too, or is all zeroes: what takes no room is left as it is. */
  unpack(
    words: Int32Array,
    at: number,
    world: Int32Array,
    base = 0,
    plan: Int32Array = this.plan,
  ): void {
    for (let index = 0; index < plan.length; index += 4) {
      const word = words[at + plan[index + 1]!]!;
      world[base + plan[index]!] = (word >>> plan[index + 2]!) & plan[index + 3]!;
    }
  }

  /** For `unpack`: only these slots. */
  planOf(slots: readonly number[]): Int32Array {
    const some: number[] = [];
    for (let at = 0; at < this.plan.length; at += 4) {
      if (slots.includes(this.plan[at]!)) some.push(...this.plan.subarray(at, at + 4));
    }
    return Int32Array.from(some);
  }

  /** Copies some packed worlds, one after the other, to memory that is all zeroes, as they lie in a wider layout. */
  copyInto(wider: Layout, from: Int32Array, into: Int32Array, count: number): void {
    const { plan, words } = this;
    for (let world = 0; world < count; world++) {
      const at = world * words;
      const to = world * wider.words;
      for (let index = 0; index < plan.length; index += 4) {
        const slot = plan[index]!;
        const value = (from[at + plan[index + 1]!]! >>> plan[index + 2]!) & plan[index + 3]!;
        into[to + wider.wordOf[slot]!]! |= value << wider.shiftOf[slot]!;
      }
    }
  }

  /** A layout in which this world fits. `sizes`: how many ids each slot has had so far, all of which will come; `bitsSpare` more than for these. */
  wideEnoughFor(world: Int32Array, sizes: readonly number[], bitsSpare: number): Layout {
    const widths = Array.from(world, (value, slot) => {
      const now = this.widths[slot] ?? 0;
      const largest = Math.max(value, sizes[slot]! - 1);
      if (sizes[slot]! === 0) return Math.max(now, bitsFor(largest));
      return largest <= 0 ? now : Math.min(WIDTH_MAX, bitsFor(largest) + bitsSpare);
    });
    return new Layout(filledUp(widths, sizes));
  }

  /** Widest first, each into the first word with room. */
  private place(): number {
    const room: number[] = [];
    const order = [...this.widths.keys()].sort((a, b) => this.widths[b]! - this.widths[a]!);
    for (const slot of order) {
      const width = this.widths[slot]!;
      let word = room.findIndex((left) => left >= width);
      if (word < 0) word = room.push(WORD_BITS) - 1;
      this.wordOf[slot] = word;
      this.shiftOf[slot] = WORD_BITS - room[word]!;
      room[word]! -= width;
    }
    return Math.max(1, room.length);
  }
}

/** What is left over of the words goes to the slots that may want more, the tightest first: a turn for each of them later costs. */
function filledUp(widths: readonly number[], sizes: readonly number[]): readonly number[] {
  const { words } = new Layout(widths);
  const filled = [...widths];
  const spareOf = (slot: number) => filled[slot]! - bitsFor(sizes[slot]! - 1);
  let growing = [...filled.keys()].filter((slot) => sizes[slot]! > 1);
  while (growing.length > 0) {
    growing = growing.filter((slot) => filled[slot]! < WIDTH_MAX && spareOf(slot) < SPARE_MAX);
    growing.sort((a, b) => spareOf(a) - spareOf(b));
    growing = growing.filter((slot) => {
      filled[slot]!++;
      if (new Layout(filled).words === words) return true;
      filled[slot]!--;
      return false;
    });
  }
  return filled;
}

/** As little as the start needs; budgets never need more. */
export function firstLayout(space: Space): Layout {
  const slots = space.slotNames().map((_, slot) => slot);
  return new Layout(
    slots.map((slot) =>
      space.sizeOf(slot) === 0 ? space.plannedWidth(slot) : bitsFor(space.sizeOf(slot)),
    ),
  );
}

function bitsFor(value: number): number {
  return 32 - Math.clz32(value);
}
