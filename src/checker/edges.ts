/** The actions between worlds that liveness may rely on: no faults, nothing that changes nothing. Sorted by source. */
export class Edges {
  private starts: Int32Array = new Int32Array(1024);
  private targetsOf: Int32Array = new Int32Array(4096);
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

  /** All that `restore` needs. */
  parts(): { starts: Int32Array; targets: Int32Array; groups: Int32Array } {
    const { groupsOf, length, sources, starts, targetsOf } = this;
    return {
      starts: starts.slice(0, sources),
      targets: targetsOf.slice(0, length),
      groups: Int32Array.from(groupsOf.subarray(0, length)),
    };
  }

  restore(starts: Int32Array, targets: Int32Array, groups: Int32Array): void {
    this.sources = starts.length;
    this.length = targets.length;
    this.starts = padded(starts);
    this.targetsOf = padded(targets);
    this.groupsOf = Uint16Array.from(padded(groups));
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

/** The lists grow by a factor, so none may be empty. */
function padded(list: Int32Array): Int32Array {
  const longer = new Int32Array(list.length + 1024);
  longer.set(list);
  return longer;
}
