import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { Outcome } from './quint.ts';
import { hasten } from './quint-sooner.ts';

// A thread that is Quint's command line, call after call: each call says what a program of its own would (quint-thread.test.ts).
// Only what was parsed and checked of a text is kept, which takes longer than most calls.

interface Stage {
  readonly args: unknown;
  readonly path: string;
  /** Looks up the names of the text, and those that a call asks for; what one call asked for in vain is no matter of the next. */
  readonly resolver?: { readonly errors: unknown[] };
}
type Failure = { readonly stage: Stage };
/** What a stage ended in, as Quint has it. */
interface Ended {
  map(change: (stage: Stage) => Stage): Ended;
  mapLeft(change: (failure: Failure) => Failure): Ended;
}
type Work = (before: Stage) => Promise<Ended>;

/** Thrown where a program would end, so that nothing of it goes on. */
const exited = Symbol('exited');
let isAnswered = true;
let output = '';

const collect = (chunk: string | Uint8Array): boolean => {
  output += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
  return true;
};
process.stdout.write = collect;
process.stderr.write = collect;

/** The first end of a call is its end: yargs takes what is thrown for an error, and exits once more. */
function answer(code: number): void {
  if (isAnswered) return;
  isAnswered = true;
  parentPort!.postMessage({ code, output } satisfies Outcome);
}
process.exit = (code) => {
  answer(Number(code ?? 0));
  throw exited;
};
process.on('unhandledRejection', (error) => {
  if (error === exited) return;
  console.error(error);
  answer(1);
});

process.env.FORCE_COLOR = '0'; // also where the program that called has a terminal

const require = createRequire(import.meta.url);
const program = require.resolve('@informalsystems/quint/dist/src/cli.js');
const stages: Record<
  'parse' | 'typecheck',
  Work
> = require('@informalsystems/quint/dist/src/cliCommands.js');
hasten();
stages.parse = oncePerText(stages.parse);
stages.typecheck = oncePerText(stages.typecheck);

function oncePerText(work: Work): Work {
  const known = new Map<string, Promise<Ended>>();
  return async (before) => {
    const ended = known.get(before.path) ?? work(before);
    known.set(before.path, ended);
    const { args } = before;
    return (await ended)
      .map((stage) => {
        stage.resolver?.errors.splice(0);
        return { ...stage, args };
      })
      .mapLeft((failure) => ({ ...failure, stage: { ...failure.stage, args } }));
  };
}

parentPort!.on('message', (words: readonly string[]) => {
  isAnswered = false;
  output = '';
  process.argv = [process.execPath, program, ...words];
  delete require.cache[program];
  require(program);
});
