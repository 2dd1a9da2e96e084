import { closeSync, openSync, writeSync } from 'node:fs';
import type { TraceEnd, TraceHeader, TraceLine } from './format.ts';
import type { TraceTarget } from './recorder.ts';

const heldBytesMost = 1 << 16;

/** Writes a trace into a file, one line for each reaction. Throws what the file system throws. */
export class TraceFile implements TraceTarget {
  private readonly file: number;
  private held: string[] = [];
  private bytes = 0;

  constructor(path: string) {
    this.file = openSync(path, 'w');
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
    writeSync(this.file, this.held.join(''));
    this.held = [];
    this.bytes = 0;
  }
}
