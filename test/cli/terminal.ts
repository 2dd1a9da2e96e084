import { runCommandLine } from '../../src/cli/program.ts';

export interface Said {
  readonly exitCode: number;
  readonly printed: string;
  readonly complained: string;
}

/** Runs one command line in this process and keeps what it said. */
export async function say(line: string): Promise<Said> {
  const printed: string[] = [];
  const complained: string[] = [];
  const words = line.split(' ').filter((word) => word !== '');
  const exitCode = await runCommandLine(words, {
    print: (text) => void printed.push(text),
    complain: (text) => void complained.push(text),
    watched: false,
  });
  return { exitCode, printed: printed.join('\n'), complained: complained.join('\n') };
}
