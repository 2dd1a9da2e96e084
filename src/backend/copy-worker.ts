import { fdatasyncSync, readSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { type Copied, flushFailed, type Stretch, shortWrite, sumsOf, unpacked } from './copy.ts';

/** What the copying thread is asked for. Both files are open in this process and stay so until it answers. */
export interface CopyRequest {
  readonly number: number;
  readonly source: number;
  readonly target: number;
  /** Each: from, to, bytes, checksum. */
  readonly stretches: Float64Array;
  readonly unitBytes: number;
  /** Stretches after which it flushes the target, with what was copied before; then after each `flushEvery`. */
  readonly flushAfter: number;
  readonly flushEvery: number;
}

export interface CopyAnswer {
  readonly number: number;
  readonly copied: Copied | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

parentPort?.on('message', (request: CopyRequest) => {
  const answer = answerTo(request);
  parentPort!.postMessage(answer, answer.copied ? [answer.copied.sums.buffer as ArrayBuffer] : []);
});

function answerTo(request: CopyRequest): CopyAnswer {
  try {
    const copied = copy(request);
    return { number: request.number, copied, error: null };
  } catch (error) {
    const { code = 'EIO', message } = error as NodeJS.ErrnoException;
    return { number: request.number, copied: null, error: { code, message } };
  }
}

function copy(request: CopyRequest): Copied {
  const { source, target, unitBytes, flushAfter, flushEvery } = request;
  const stretches = unpacked(request.stretches);
  const sums: number[] = [];
  window.open(source);
  if (flushAfter === 0) flush(target);
  for (const [index, stretch] of stretches.entries()) {
    const content = window.at(stretches, index);
    if (crc32(content) !== stretch.checksum)
      return { stretches: index, sums: Uint32Array.from(sums) };
    const written = writeSync(target, content, 0, content.length, stretch.to);
    if (written !== content.length) throw shortWrite(written, content.length);
    sums.push(...sumsOf(content, unitBytes, stretch.checksum));
    if (index + 1 >= flushAfter && (index + 1 - flushAfter) % flushEvery === 0) flush(target);
  }
  return { stretches: stretches.length, sums: Uint32Array.from(sums) };
}

function flush(target: number): void {
  try {
    fdatasyncSync(target);
  } catch (error) {
    throw flushFailed(error as Error);
  }
}

/** Stretches that lie near each other are read together. */
class Window {
  private source = -1;
  private from = 0;
  private filled = 0;
  private bytes: Uint8Array = new Uint8Array(windowBytes);

  open(source: number): void {
    this.source = source;
    this.filled = 0;
  }

  at(stretches: readonly Stretch[], index: number): Uint8Array {
    const { from, bytes } = stretches[index]!;
    if (from < this.from || from + bytes > this.from + this.filled) this.load(stretches, index);
    return this.bytes.subarray(from - this.from, from - this.from + bytes);
  }

  private load(stretches: readonly Stretch[], index: number): void {
    const { from, bytes } = stretches[index]!;
    let end = from + bytes;
    for (let next = index + 1; next < stretches.length; next++) {
      const stretch = stretches[next]!;
      const isNear = stretch.from >= end && stretch.from - end <= bytes;
      if (!isNear || stretch.from + stretch.bytes - from > windowBytes) break;
      end = stretch.from + stretch.bytes;
    }
    if (end - from > this.bytes.length) this.bytes = new Uint8Array(end - from);
    this.from = from;
    this.filled = readSync(this.source, this.bytes, 0, end - from, from);
    this.bytes.fill(0, this.filled, bytes);
  }
}

const windowBytes = 1 << 20;
const window = new Window();
