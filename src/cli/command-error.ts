/** Exit codes that every command shares. Those of verdicts are in `src/checker/verdict.ts`. */
export const usageExit = 2;
export const notBuiltExit = 4;
/** Ctrl-C, as shells tell it. */
export const interruptedExit = 130;

/** The command cannot be carried out as asked. The code is for programs, the sentence names the value. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: string;
  readonly exitCode: number;

  constructor(code: string, sentence: string, exitCode: number = usageExit) {
    super(sentence);
    this.code = code;
    this.exitCode = exitCode;
  }
}

export const notBuilt = (what: string): CommandError =>
  new CommandError('not-built', `${what}: not built yet`, notBuiltExit);
