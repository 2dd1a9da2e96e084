import type { TraceEnd, TraceHeader, TraceLine } from './format.ts';
import { type Line, linesOfFile } from './lines-of-file.ts';
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
  for await (const line of linesOfFile(path)) {
    at++;
    const value = parsed(path, at, line);
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

function parsed(path: string, at: number, { text, isLast }: Line): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const found = JSON.stringify(text.slice(0, 60));
    const cut = isLast ? ', and the file ends within it: was it cut short?' : '';
    throw malformed(path, at, `expected one JSON object, found ${found}${cut}`);
  }
  if (isDeeper(value, depthMost)) {
    throw malformed(path, at, `values lie deeper within each other than ${depthMost}`);
  }
  return value;
}

/** Nothing a trace tells lies deeper. */
const depthMost = 24;

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((inner) => isDeeper(inner, most - 1));
}

function shaped<Kind>(path: string, at: number, value: unknown, shape: Shape): Kind {
  const wrong = shape(value, at === 1 ? 'header' : 'line');
  if (wrong !== null) throw malformed(path, at, wrong);
  return value as Kind;
}

const malformed = (path: string, at: number, sentence: string): TraceError =>
  new TraceError('trace-malformed', path, at, sentence);
