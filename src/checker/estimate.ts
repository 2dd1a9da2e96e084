/**
 * How many worlds there will be, from how wide the levels were: past the widest one they shrink, and what is left is about
 * a geometric series. Null while they still grow, as nothing can be said then.
 */
export class Estimate {
  private depth = 0;
  /** Worlds found when each level began, as far as it was noticed. */
  private readonly marks: { readonly depth: number; readonly count: number }[] = [];

  note(depth: number, count: number): void {
    if (depth === this.depth && this.marks.length > 0) return;
    this.depth = depth;
    this.marks.push({ depth, count });
  }

  states(count: number): number | null {
    const [first, second, third] = this.marks.slice(-3);
    if (first === undefined || second === undefined || third === undefined) return null;
    const before = (second.count - first.count) / (second.depth - first.depth);
    const width = (third.count - second.count) / (third.depth - second.depth);
    const shrinks = (width / before) ** (2 / (third.depth - first.depth));
    if (!(shrinks < 0.97)) return null;
    return Math.max(count, Math.round(third.count + (width * shrinks) / (1 - shrinks)));
  }
}
