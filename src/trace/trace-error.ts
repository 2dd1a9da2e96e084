export type TraceErrorCode =
  | 'trace-unreadable'
  /** Another file is where a trace was to be written. */
  | 'trace-exists'
  | 'trace-empty'
  | 'trace-malformed'
  | 'trace-truncated';

/** A file that is no trace, or not a whole one. The sentence begins with the file and, where there is one, its line. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly code: TraceErrorCode;
  readonly file: string;
  /** From 1; 0: the file as a whole. */
  readonly line: number;

  constructor(code: TraceErrorCode, file: string, line: number, sentence: string) {
    super(`${line === 0 ? file : `${file}:${line}`}: ${sentence}`);
    this.code = code;
    this.file = file;
    this.line = line;
  }
}
