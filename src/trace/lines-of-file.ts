import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { TraceError } from './trace-error.ts';

/** A line longer than that is of no trace: the largest are starts that say what they found. */
export const lineBytesMost = 1 << 26;

/** One line of a text file. */
export interface Line {
  readonly text: string;
  /** Does the file end within it? */
  readonly isLast: boolean;
}

/**
 * The lines of a file in UTF-8, without what ends them: a line feed, or a carriage return before it. Throws a
 * TraceError for a file that cannot be read, is no text, or whose line is longer than any may be.
 */
export async function* linesOfFile(
  path: string,
  most: number = lineBytesMost,
): AsyncGenerator<Line> {
  let at = 1;
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of bytesOf(path)) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      held.push(chunk.subarray(from, end));
      yield { text: textOf(path, at++, held), isLast: false };
      held = [];
      bytes = 0;
      from = end + 1;
    }
    held.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > most) throw malformed(path, at, `the line is longer than ${most} bytes`);
  }
  if (bytes > 0) yield { text: textOf(path, at, held), isLast: true };
}

async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Error('it is a directory, expected a file');
    // A pipe would have to be waited for, for as long as nobody writes into it.
    if (!found.isFile()) throw new Error('it is a pipe or a device, expected a file');
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new TraceError('trace-unreadable', path, 0, (cause as Error).message);
  }
}

function textOf(path: string, at: number, parts: readonly Buffer[]): string {
  const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  if (!isUtf8(whole)) throw malformed(path, at, 'expected text in UTF-8');
  const text = whole.toString('utf8');
  if (at === 1 && text.startsWith('\uFEFF')) {
    throw malformed(path, at, 'the file begins with a byte order mark, expected {');
  }
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

const malformed = (path: string, at: number, sentence: string): TraceError =>
  new TraceError('trace-malformed', path, at, sentence);
