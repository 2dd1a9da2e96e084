import type { Edges } from '../edges.ts';
import type { EdgeSink } from '../expander.ts';
import { IntegerList } from '../integer-list.ts';

/** Edges as one worker meets them, in no order. */
export class EdgeList implements EdgeSink {
  private readonly sources = new IntegerList(4096);
  private readonly targets = new IntegerList(4096);
  private readonly groups = new IntegerList(4096);

  /** The edges of one thread, which lie by source. */
  static of({ groups, starts, targets }: ReturnType<Edges['parts']>): EdgeList {
    const list = new EdgeList();
    for (let source = 0; source < starts.length; source++) {
      const end = starts[source + 1] ?? targets.length;
      for (let at = starts[source]!; at < end; at++) list.add(source, targets[at]!, groups[at]!);
    }
    return list;
  }

  add(source: number, target: number, group: number): void {
    this.sources.push(source);
    this.targets.push(target);
    this.groups.push(group);
  }

  parts(): { sources: Int32Array; targets: Int32Array; groups: Int32Array } {
    const { groups, sources, targets } = this;
    return {
      sources: sources.data.slice(0, sources.length),
      targets: targets.data.slice(0, targets.length),
      groups: groups.data.slice(0, groups.length),
    };
  }
}
