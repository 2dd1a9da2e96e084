import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { formatName, type TraceEnd, type TraceHeader, type TraceLine } from './format.ts';
import type { TraceTarget } from './recorder.ts';
import { TraceError } from './trace-error.ts';

const heldBytesMost = 1 << 16;

/**
 * Writes a trace into a file, one line for each reaction. Throws where it cannot be opened, and for a file that is there
 * and is no trace. What is there is replaced when a site has begun: a run that was refused loses nothing, and leaves
 * nothing. A run whose trace cannot be written goes on without it: look at `fault` when it has ended.
 */
export class TraceFile implements TraceTarget {
  readonly path: string;
  /** Why the trace is not whole; null: it is. */
  fault: Error | null = null;
  private readonly file: number;
  private readonly isNew: boolean;
  private held: string[] = [];
  private bytes = 0;
  private state: 'opened' | 'begun' | 'writing' | 'closed' = 'opened';

  constructor(path: string) {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isFile()) refuseOther(path, there);
    this.path = path;
    this.isNew = lstatSync(path, { throwIfNoEntry: false }) === undefined;
    this.file = opened(path, there);
  }

  header(header: TraceHeader): void {
    this.write(header);
  }

  line(line: TraceLine): void {
    if (this.state === 'opened') this.state = 'begun';
    this.write(line);
  }

  end(end: TraceEnd): void {
    this.write(end);
    this.close();
  }

  /** To be called at the end, also where there was no run. */
  close(): void {
    const { state } = this;
    if (state === 'closed') return;
    if (state !== 'opened') this.empty();
    this.state = 'closed';
    closeSync(this.file);
    if (state === 'opened' && this.isNew) rmSync(this.path, { force: true });
  }

  private write(value: unknown): void {
    const text = `${JSON.stringify(value)}\n`;
    this.held.push(text);
    this.bytes += text.length;
    if (this.bytes >= heldBytesMost) this.empty();
  }

  private empty(): void {
    const bytes = Buffer.from(this.held.join(''));
    this.held = [];
    this.bytes = 0;
    if (this.fault !== null) return;
    try {
      if (this.state === 'begun' && fstatSync(this.file).isFile()) ftruncateSync(this.file, 0);
      this.state = 'writing';
      for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at);
    } catch (error) {
      this.fault = error as Error;
    }
  }
}

/** What was written before and is no trace is nothing to write over: it may be a site's. */
function refuseOther(path: string, { size }: Stats): void {
  if (size === 0) return;
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(256);
    const found = start.toString('latin1', 0, readSync(file, start, 0, start.length, 0));
    if (found.startsWith('{') && found.includes(`"${formatName}"`)) return;
  } finally {
    closeSync(file);
  }
  const sentence = 'it is there already, and is no trace: name another file, or move it away';
  throw new TraceError('trace-exists', path, 0, sentence);
}

/** A pipe that nobody reads is refused (ENXIO): to open it would hold up everything, Ctrl-C as well. */
function opened(path: string, there: Stats | undefined): number {
  if (!there?.isFIFO()) return openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o666);
  const asked = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    return openSync(path, 'w');
  } finally {
    closeSync(asked);
  }
}
