/** The actions between worlds that liveness may rely on: no faults, nothing that changes nothing. Sorted by source. */
export class Edges {
  private starts = new Int32Array(1024);
  private targetsOf = new Int32Array(4096);
  private groupsOf = new Uint16Array(4096);
  private sources = 0;
  private length = 0;

  get count(): number {
    return this.length;
  }

  get byteLength(): number {
    return this.starts.byteLength + this.targetsOf.byteLength + this.groupsOf.byteLength;
  }

  get targets(): Int32Array {
    return this.targetsOf;
  }

  get groups(): Uint16Array {
    return this.groupsOf;
  }

  /** Sources must come in ascending order. */
  add(source: number, target: number, group: number): void {
    this.close(source);
    if (this.length === this.targetsOf.length) this.grow();
    this.targetsOf[this.length] = target;
    this.groupsOf[this.length++] = group;
  }

  /** Where the edges of a source begin; they end where those of the next begin. */
  start(source: number): number {
    return source < this.sources ? this.starts[source]! : this.length;
  }

  private close(source: number): void {
    while (this.sources <= source) {
      if (this.sources === this.starts.length) {
        const wider = new Int32Array(this.starts.length * 2);
        wider.set(this.starts);
        this.starts = wider;
      }
      this.starts[this.sources++] = this.length;
    }
  }

  private grow(): void {
    const targets = new Int32Array(Math.ceil(this.length * 1.5));
    targets.set(this.targetsOf);
    const groups = new Uint16Array(targets.length);
    groups.set(this.groupsOf);
    this.targetsOf = targets;
    this.groupsOf = groups;
  }
}
