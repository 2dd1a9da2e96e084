import type { Expander } from '../expander.ts';
import type { Monitor, Violation } from '../monitor.ts';
import type { Space } from '../space.ts';
import type { EdgeList } from './edge-list.ts';

/** What a thread has to say when all is done. */
export interface Share {
  readonly made: Float64Array;
  readonly foundBy: Float64Array;
  readonly generated: number;
  readonly expanded: number;
  readonly calls: number;
  readonly marks: ReadonlyMap<string, number>;
  readonly witnesses: Int32Array;
  readonly violations: readonly Violation[];
  readonly groups: readonly string[];
  readonly edges: ReturnType<EdgeList['parts']> | null;
}

export function shareOf(
  space: Space,
  monitor: Monitor,
  { expanded, foundBy, generated, groups, made }: Expander,
  edges: EdgeList | null,
): Share {
  return {
    made,
    foundBy,
    generated,
    expanded,
    calls: space.calls(),
    marks: space.marks(),
    witnesses: monitor.witnesses,
    violations: monitor.violations,
    groups: [...groups.keys()],
    edges: edges?.parts() ?? null,
  };
}
