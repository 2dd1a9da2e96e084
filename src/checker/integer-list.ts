/** A growing list of 32 bit integers. */
export class IntegerList {
  data: Int32Array;
  length = 0;

  constructor(capacity = 64) {
    this.data = new Int32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.data.length) this.reserve(this.length + 1);
    this.data[this.length++] = value;
  }

  /** What was never set reads as zero. */
  at(index: number): number {
    return index < this.data.length ? this.data[index]! : 0;
  }

  set(index: number, value: number): void {
    if (index >= this.data.length) this.reserve(index + 1);
    this.data[index] = value;
    if (index >= this.length) this.length = index + 1;
  }

  private reserve(lengthMin: number): void {
    const wider = new Int32Array(Math.max(lengthMin, Math.ceil(this.data.length * 1.5)));
    wider.set(this.data.subarray(0, this.length));
    this.data = wider;
  }
}
