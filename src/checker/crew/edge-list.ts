import type { EdgeSink } from '../expander.ts';
import { IntegerList } from '../integer-list.ts';

/** Edges as one worker meets them, in no order. */
export class EdgeList implements EdgeSink {
  private readonly sources = new IntegerList(4096);
  private readonly targets = new IntegerList(4096);
  private readonly groups = new IntegerList(4096);

  add(source: number, target: number, group: number): void {
    this.sources.push(source);
    this.targets.push(target);
    this.groups.push(group);
  }

  parts() {
    const { groups, sources, targets } = this;
    return {
      sources: sources.data.slice(0, sources.length),
      targets: targets.data.slice(0, targets.length),
      groups: groups.data.slice(0, groups.length),
    };
  }
}
