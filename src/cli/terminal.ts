/** Where a command says what it has to say. */
export interface Terminal {
  /** Standard output: what was asked for. */
  print(text: string): void;
  /** Standard error: progress, and what is wrong with the question. */
  complain(text: string): void;
  /** Is a person watching standard error? Then progress may overwrite itself. */
  readonly watched: boolean;
}

export const processTerminal: Terminal = {
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
  watched: process.stderr.isTTY === true,
};
