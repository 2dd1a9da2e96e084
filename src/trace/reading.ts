import { type FileHandle, open } from 'node:fs/promises';
import type { TraceEnd, TraceHeader, TraceLine } from './format.ts';
import type { Shape } from './shape.ts';
import { endShape, headerShape, lineShape } from './shapes.ts';
import { TraceError } from './trace-error.ts';

/** One line of a trace file, and where it stands there. */
export type Read =
  | { readonly kind: 'header'; readonly at: number; readonly header: TraceHeader }
  | { readonly kind: 'line'; readonly at: number; readonly line: TraceLine }
  | { readonly kind: 'end'; readonly at: number; readonly end: TraceEnd };

/** The lines of a trace file. Throws a TraceError at the first that is none. */
export async function* readTrace(path: string): AsyncGenerator<Read> {
  let at = 0;
  let ended = false;
  for await (const text of linesOf(path)) {
    at++;
    const value = parsed(path, at, text);
    if (ended) throw malformed(path, at, 'there is a line behind the last one');
    if (at === 1) {
      yield { kind: 'header', at, header: shaped<TraceHeader>(path, at, value, headerShape) };
    } else if (typeof value === 'object' && value !== null && 'ends' in value) {
      ended = true;
      yield { kind: 'end', at, end: shaped<TraceEnd>(path, at, value, endShape) };
    } else yield { kind: 'line', at, line: shaped<TraceLine>(path, at, value, lineShape) };
  }
  if (at === 0)
    throw new TraceError('trace-empty', path, 0, 'the file is empty, expected a header');
  if (!ended) {
    const sentence = 'the trace was cut short, expected a last line {"ends": [...]}';
    throw new TraceError('trace-truncated', path, at, sentence);
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  let file: FileHandle | null = null;
  try {
    file = await open(path);
    yield* file.readLines();
  } catch (cause) {
    throw new TraceError('trace-unreadable', path, 0, (cause as Error).message);
  } finally {
    await file?.close();
  }
}

function parsed(path: string, at: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(
      path,
      at,
      `expected one JSON object, found ${JSON.stringify(text.slice(0, 60))}`,
    );
  }
}

function shaped<Kind>(path: string, at: number, value: unknown, shape: Shape): Kind {
  const wrong = shape(value, at === 1 ? 'header' : 'line');
  if (wrong !== null) throw malformed(path, at, wrong);
  return value as Kind;
}

const malformed = (path: string, at: number, sentence: string): TraceError =>
  new TraceError('trace-malformed', path, at, sentence);
