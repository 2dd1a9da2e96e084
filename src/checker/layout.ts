const WORD_BITS = 32;
/** A slot of so many bits holds something of which there are ever more. */
const GROWN_BITS = 8;

/** How a world's slots lie in 32 bit words: no slot straddles two words. */
export class Layout {
  readonly widths: readonly number[];
  readonly words: number;
  private readonly wordOf: Int32Array;
  private readonly shiftOf: Int32Array;
  private readonly limitOf: Int32Array;

  constructor(widths: readonly number[]) {
    this.widths = widths;
    this.wordOf = new Int32Array(widths.length);
    this.shiftOf = new Int32Array(widths.length);
    this.limitOf = Int32Array.from(widths, (width) =>
      width >= 31 ? 0x7fffffff : (1 << width) - 1,
    );
    this.words = this.place();
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

  unpack(words: Int32Array, at: number, world: Int32Array): void {
    const { wordOf, shiftOf, limitOf } = this;
    for (let slot = 0; slot < wordOf.length; slot++) {
      world[slot] = (words[at + wordOf[slot]!]! >>> shiftOf[slot]!) & limitOf[slot]!;
    }
  }

  /** A layout in which this world fits; slots that were too narrow get some bits to spare, others that have grown as many as given. */
  wideEnoughFor(world: Int32Array, bitsSpare: number, bitsMore: number): Layout {
    const widths = Array.from(world, (value, slot) => {
      const now = this.widths[slot] ?? 0;
      if (value > (this.limitOf[slot] ?? 0)) return Math.min(31, bitsFor(value) + bitsSpare);
      return now >= GROWN_BITS ? Math.min(31, now + bitsMore) : now;
    });
    return new Layout(widths);
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

function bitsFor(value: number): number {
  return 32 - Math.clz32(value);
}
