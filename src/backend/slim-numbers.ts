/**
 * So many whole numbers, each set before it is asked for, in as little room as they allow: nothing as
 * long as all are the same, four bytes each as long as they lie within 2 ** 32 of each other (the
 * first one in the middle), else eight.
 */
export class SlimNumbers {
  private readonly length: number;
  private base = Number.NaN;
  /** What each is above `base`; null: nothing; or the numbers themselves. */
  private numbers: Int32Array | Float64Array | null = null;

  constructor(length: number) {
    this.length = length;
  }

  at(index: number): number {
    if (this.numbers === null) return this.base;
    const number = this.numbers[index]!;
    return this.numbers instanceof Int32Array ? this.base + number : number;
  }

  set(index: number, value: number): void {
    if (Number.isNaN(this.base)) this.base = value;
    if (this.numbers === null) {
      if (value === this.base) return;
      this.numbers = new Int32Array(this.length);
    }
    if (this.numbers instanceof Float64Array) {
      this.numbers[index] = value;
      return;
    }
    const above = value - this.base;
    if (above === above >> 0) this.numbers[index] = above;
    else this.widen()[index] = value;
  }

  private widen(): Float64Array {
    const { base } = this;
    const wide = Float64Array.from(this.numbers!, (above) => base + above);
    this.numbers = wide;
    return wide;
  }
}
