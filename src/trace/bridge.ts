import type { TraceHeader, TraceLine } from './format.ts';
import { type Beyond, type Passing, type Refusal, WorldPath } from './path.ts';
import type { TraceTarget } from './recorder.ts';

/** Walks along with a run of the real runtime, as a path of the world, from its first line. */
export class Bridge implements TraceTarget {
  private path: WorldPath | null = null;
  private readonly passes: Passing | null;
  /** The first line the world cannot follow, and why; null: it followed so far. */
  refused: { readonly line: TraceLine; readonly refusal: Refusal } | null = null;

  /** Lines of which the machines make no step: a site's end, a disk that lies. */
  told = 0;

  constructor(passes: Passing | null = null) {
    this.passes = passes;
  }

  get steps(): number {
    return this.path?.steps ?? 0;
  }

  get beyond(): ReadonlyMap<Beyond, number> {
    return this.path?.beyond ?? new Map();
  }

  header(header: TraceHeader): void {
    this.path = new WorldPath(header, this.passes);
  }

  line(line: TraceLine): void {
    if (this.refused) return;
    if (line.event?.type === 'end' || line.event?.type === 'disk.lies') this.told++;
    const refusal = this.path!.accept(line);
    if (refusal) this.refused = { line, refusal };
  }

  end(): void {}
}
