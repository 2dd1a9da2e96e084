/** Exit codes that every command shares. Those of verdicts are in `src/checker/verdict.ts`. */
export const usageExit = 2;
export const notBuiltExit = 4;

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

export const notBuilt = (what: string, issue: number | null): CommandError =>
  new CommandError(
    'not-built',
    `${what}: not built yet (${issue === null ? 'no issue yet' : `issue ${issue}`})`,
    notBuiltExit,
  );

/**
 * Loads a part of the program that may not be written yet.
 * Errors: `not-built` when the part itself is missing; whatever else goes wrong in it is passed on.
 */
export async function partOf<Part>(
  path: string,
  load: (path: string) => Promise<unknown>,
  what: string,
  issue: number | null,
): Promise<Part> {
  try {
    return (await load(path)) as Part;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const stem = path.replace(/^[./]*/, '').replace(/\.ts$/, '');
    const missing =
      code === 'ERR_MODULE_NOT_FOUND' && message.split(' imported ')[0]!.includes(stem);
    throw missing ? notBuilt(what, issue) : error;
  }
}
