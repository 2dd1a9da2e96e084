import { closeSync, constants, openSync, statSync, writeSync } from 'node:fs';
import type { TraceEnd, TraceHeader, TraceLine } from './format.ts';
import type { TraceTarget } from './recorder.ts';

const heldBytesMost = 1 << 16;

/**
 * Writes a trace into a file, one line for each reaction. Throws where it cannot be opened. A run whose trace
 * cannot be written goes on without it: look at `fault` when it has ended.
 */
export class TraceFile implements TraceTarget {
  readonly path: string;
  /** Why the trace is not whole; null: it is. */
  fault: Error | null = null;
  private readonly file: number;
  private held: string[] = [];
  private bytes = 0;

  constructor(path: string) {
    this.path = path;
    this.file = opened(path);
  }

  header(header: TraceHeader): void {
    this.write(header);
  }

  line(line: TraceLine): void {
    this.write(line);
  }

  end(end: TraceEnd): void {
    this.write(end);
    this.empty();
    closeSync(this.file);
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
      for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at);
    } catch (error) {
      this.fault = error as Error;
    }
  }
}

/** A pipe that nobody reads is refused (ENXIO): to open it would hold up everything, Ctrl-C as well. */
function opened(path: string): number {
  if (!statSync(path, { throwIfNoEntry: false })?.isFIFO()) return openSync(path, 'w');
  const asked = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    return openSync(path, 'w');
  } finally {
    closeSync(asked);
  }
}
