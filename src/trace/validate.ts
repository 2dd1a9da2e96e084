import { type SiteId, siteIds } from '../../models/words.ts';
import type { Level, TraceEnd, TraceHeader, TraceLine } from './format.ts';
import { type Refusal, WorldPath } from './path.ts';
import { PossibleStates } from './possible-states.ts';
import { type Read, readTrace } from './reading.ts';
import type { SearchWork } from './site-search.ts';
import { TraceError } from './trace-error.ts';

export interface TraceVerdict {
  /** undecided: no behaviour was found that explains a line, and not all were looked at. */
  readonly kind: 'valid' | 'violated' | 'undecided';
  readonly level: Level;
  /** Lines of sites that hold. */
  readonly lines: number;
  /** The first line that no behaviour explains; null: all hold. */
  readonly refused: RefusedLine | null;
  /** How often each of the steps was taken that only loose worlds take, or none. */
  readonly beyond: Readonly<Record<string, number>>;
  /** Observable traces: what was done to explain their lines; null: the trace is a full one. */
  readonly work: SearchWork | null;
}

export interface RefusedLine {
  /** From 1, in the file. */
  readonly at: number;
  readonly line: TraceLine;
  readonly refusal: Refusal;
}

/** What can walk along a trace. */
interface Follower {
  /** A line that is judged later. */
  reads(line: TraceLine): void;
  waits(line: TraceLine): boolean;
  accept(line: TraceLine): Refusal | null;
}

interface Waiting {
  readonly at: number;
  readonly line: TraceLine;
}

/** Is the trace in this file one that the protocol explains? Throws a TraceError for a file that is no trace. */
export async function validateTrace(path: string): Promise<TraceVerdict> {
  return verdictOf(path, readTrace(path));
}

/** The same of lines that are read already; `path` names them in errors. */
export async function verdictOf(
  path: string,
  lines: AsyncIterable<Read> | Iterable<Read>,
): Promise<TraceVerdict> {
  let walk: Walk | null = null;
  for await (const read of lines) {
    if (read.kind === 'header') walk = new Walk(read.header);
    else if (read.kind === 'line') walk!.read(path, read);
    else walk!.finish(path, read.at, read.end);
    if (walk!.refused) break;
  }
  return walk!.verdict();
}

/** Lines that are read before one is judged. */
const aheadMost: Readonly<Record<Level, number>> = { full: 0, observable: 2000 };

function kindOf(refused: RefusedLine | null): TraceVerdict['kind'] {
  if (refused === null) return 'valid';
  return refused.refusal.isBounded ? 'undecided' : 'violated';
}

/** Lines of one site are taken in their order, those of two sites as frames allow. */
class Walk {
  refused: RefusedLine | null = null;
  private readonly level: Level;
  private readonly follower: Follower;
  private readonly waiting: readonly Waiting[][] = siteIds.map(() => []);
  private readonly counts: [number, number, number] = [0, 0, 0];
  private readonly ahead: Waiting[] = [];
  private held = 0;

  constructor(header: TraceHeader) {
    this.level = header.level;
    this.follower = header.level === 'full' ? new WorldPath(header) : new PossibleStates(header);
  }

  /** An observer judges a line when it has read some more: what a site tells later says what it may have done before. */
  read(path: string, waiting: Waiting): void {
    this.follower.reads(waiting.line);
    this.ahead.push(waiting);
    if (this.ahead.length > aheadMost[this.level]) this.take(path, this.ahead.shift()!);
  }

  private take(path: string, { at, line }: Waiting): void {
    const expected = ++this.counts[line.site];
    if (line.number !== expected) {
      const sentence = `line.number is ${line.number}, expected ${expected}: lines of site ${line.site} are counted without a gap`;
      throw new TraceError('trace-malformed', path, at, sentence);
    }
    this.waiting[line.site]!.push({ at, line });
    for (let moved = true; moved && !this.refused; ) {
      moved = siteIds.map((site) => this.drain(path, site)).includes(true);
    }
  }

  finish(path: string, at: number, { ends }: TraceEnd): void {
    for (const waiting of this.ahead) {
      if (this.refused) return;
      this.take(path, waiting);
    }
    if (this.refused) return;
    const missing = siteIds.find((site) => this.counts[site] !== ends[site]);
    if (missing !== undefined) {
      const sentence = `site ${missing} wrote ${ends[missing]} lines, ${this.counts[missing]} are here`;
      throw new TraceError('trace-truncated', path, at, sentence);
    }
    if (this.counts.every((count) => count === 0)) {
      throw new TraceError('trace-empty', path, at, 'the trace has no lines of any site');
    }
    const stuck = this.waiting.flatMap((lines) => lines.slice(0, 1));
    const first = stuck.sort((one, other) => one.at - other.at)[0];
    if (!first) return;
    const refusal = this.judged(path, first);
    this.refused = refusal && { ...first, refusal };
  }

  verdict(): TraceVerdict {
    const beyond = this.follower instanceof WorldPath ? this.follower.beyond : new Map();
    const work = this.follower instanceof PossibleStates ? this.follower.work : null;
    return {
      kind: kindOf(this.refused),
      level: this.level,
      lines: this.held,
      refused: this.refused,
      beyond: Object.fromEntries(beyond),
      work,
    };
  }

  /** Shapes cannot say all that a header of a disk must be: machines that stumble over one take no line of it. */
  private judged(path: string, { at, line }: Waiting): Refusal | null {
    try {
      return this.follower.accept(line);
    } catch (error) {
      const { name, message } = error as Error;
      throw new TraceError(
        'trace-malformed',
        path,
        at,
        `no machine takes this: ${name}: ${message}`,
      );
    }
  }

  /** Takes what a site may take now; did it take any? */
  private drain(path: string, site: SiteId): boolean {
    const lines = this.waiting[site]!;
    const before = this.held;
    while (!this.refused && lines.length > 0 && !this.follower.waits(lines[0]!.line)) {
      const next = lines.shift()!;
      const refusal = this.judged(path, next);
      if (refusal) this.refused = { ...next, refusal };
      else this.held++;
    }
    return this.held > before;
  }
}
