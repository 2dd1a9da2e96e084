import { fdatasyncSync, readSync, writeSync, writevSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import {
  type CopiedByThread,
  flushFailed,
  type Stretch,
  shortWrite,
  sumsOf,
  unflushedMax,
  unpacked,
  workOf,
} from './copy.ts';

/** What a thread is asked to copy. Both files are open in this process and stay so until it answers. */
export interface CopyRequest {
  readonly number: number;
  readonly source: number;
  readonly target: number;
  /** Each: from, to, bytes, checksum. */
  readonly stretches: Float64Array;
  readonly unitBytes: number;
  /** Work of the target that was not flushed before: what is too much is flushed in the middle. */
  readonly unflushed: number;
}

export interface CopyAnswer {
  readonly number: number;
  readonly copied: CopiedByThread | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Copies at once, and holds up the thread that calls. */
export function answerTo(request: CopyRequest): CopyAnswer {
  try {
    const copied = copy(request);
    return { number: request.number, copied, error: null };
  } catch (error) {
    const { code = 'EIO', message } = error as NodeJS.ErrnoException;
    return { number: request.number, copied: null, error: { code, message } };
  }
}

function copy({ source, target, unitBytes, ...request }: CopyRequest): CopiedByThread {
  const stretches = unpacked(request.stretches);
  const sums: number[] = [];
  const run = new Run(target, request.unflushed);
  const copied = (count: number) => {
    run.write();
    return { stretches: count, sums: Uint32Array.from(sums), unflushed: run.unflushed };
  };
  window.open(source);
  for (const [index, stretch] of stretches.entries()) {
    if (!window.holds(stretch)) {
      run.write();
      window.load(stretches, index);
    }
    const content = window.of(stretch);
    if (crc32(content) !== stretch.checksum) return copied(index);
    run.add(content, stretch.to);
    for (const sum of sumsOf(content, unitBytes, stretch.checksum)) sums.push(sum);
  }
  return copied(stretches.length);
}

/** Neighbours on their way to the target, written together. It flushes the target after so much work. */
class Run {
  unflushed: number;
  private readonly target: number;
  private to = 0;
  private bytes = 0;
  private parts: Uint8Array[] = [];

  constructor(target: number, unflushed: number) {
    this.target = target;
    this.unflushed = unflushed;
    this.flushWhatIsTooMuch();
  }

  /** `content` stays as it is until `write`. */
  add(content: Uint8Array, to: number): void {
    if (to !== this.to + this.bytes || this.parts.length === partsMax) this.write();
    if (this.parts.length === 0) this.to = to;
    this.parts.push(content);
    this.bytes += content.length;
  }

  write(): void {
    const { target, to, bytes, parts } = this;
    if (parts.length === 0) return;
    this.parts = [];
    this.bytes = 0;
    const written =
      parts.length === 1
        ? writeSync(target, parts[0]!, 0, bytes, to)
        : writevSync(target, parts, to);
    if (written !== bytes) throw shortWrite(written, bytes);
    this.unflushed += workOf(bytes);
    this.flushWhatIsTooMuch();
  }

  private flushWhatIsTooMuch(): void {
    if (this.unflushed < unflushedMax) return;
    try {
      fdatasyncSync(this.target);
    } catch (error) {
      throw flushFailed(error as Error);
    }
    this.unflushed = 0;
  }
}

const partsMax = 64;

/** Stretches that lie near each other are read together. */
class Window {
  private source = -1;
  private from = 0;
  private filled = 0;
  private bytes: Uint8Array = new Uint8Array(0);

  open(source: number): void {
    this.source = source;
    this.filled = 0;
  }

  holds({ from, bytes }: Stretch): boolean {
    return from >= this.from && from + bytes <= this.from + this.filled;
  }

  /** As it is until the next `load`. */
  of({ from, bytes }: Stretch): Uint8Array {
    return this.bytes.subarray(from - this.from, from - this.from + bytes);
  }

  load(stretches: readonly Stretch[], index: number): void {
    const { from, bytes } = stretches[index]!;
    let end = from + bytes;
    for (let next = index + 1; next < stretches.length; next++) {
      const stretch = stretches[next]!;
      const isNear = stretch.from >= end && stretch.from - end <= bytes;
      if (!isNear || stretch.from + stretch.bytes - from > windowBytes) break;
      end = stretch.from + stretch.bytes;
    }
    if (end - from > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(windowBytes, end - from));
    }
    this.from = from;
    this.filled = readSync(this.source, this.bytes, 0, end - from, from);
    this.bytes.fill(0, this.filled, bytes);
  }
}

const windowBytes = 1 << 20;
const window = new Window();
