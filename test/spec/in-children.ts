import { type ChildProcess, fork } from 'node:child_process';

/** As many at a time as CI has cores. */
const AT_ONCE = 2;

/** This program is a child of itself that works at what it is given. */
export const isChild = process.send !== undefined;

/** In a child: answers to each name it is given. */
export function workAs<Answer>(work: (name: string) => Promise<Answer>): void {
  process.on('message', async (name) => process.send!(await work(name as string)));
}

/**
 * Children of this program share the work: each is given one of `names` after the other, and `tell` hears
 * what it answers; of a name whose child ended, what `broken` makes of it.
 */
export async function inChildren<Answer>(
  names: readonly string[],
  tell: (answer: Answer) => void,
  broken: (name: string, why: string) => Answer,
): Promise<void> {
  const waiting = [...names];
  const worker = async (): Promise<void> => {
    let child = newChild();
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      const answer = await answerOf<Answer>(child, name);
      tell('answer' in answer ? answer.answer : broken(name, answer.why));
      if ('why' in answer) child = newChild();
    }
    child.disconnect();
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, names.length) }, worker));
}

function newChild(): ChildProcess {
  const [program, ...words] = process.argv.slice(1);
  return fork(program!, words, { execArgv: process.execArgv });
}

type Heard<Answer> = { readonly answer: Answer } | { readonly why: string };

function answerOf<Answer>(child: ChildProcess, name: string): Promise<Heard<Answer>> {
  return new Promise((resolve) => {
    const ended = (): void =>
      resolve({ why: `its process ended with ${child.exitCode ?? child.signalCode}` });
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.off('exit', ended);
      resolve({ answer: answer as Answer });
    });
    child.send(name);
  });
}
