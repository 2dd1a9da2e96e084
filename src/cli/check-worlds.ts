import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkModel,
  exitCode,
  type Progress,
  renderItf,
  renderMermaid,
  renderProgress,
  renderText,
  type Verdict,
} from '../checker/api.ts';
import { sequenceOf } from '../diagrams/counterexample.ts';
import { renderSequence } from '../diagrams/sequence.ts';
import { worldNamed } from './protocol-worlds.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly workers: number;
  readonly seconds?: number;
  readonly states?: number;
  readonly save?: string;
  readonly json?: true;
}

/** Gravest first: of several verdicts the shell is told one. */
const gravity = [12, 11, 13, 22, 23, 0];

/** Checks the worlds one after the other, tells what was found, and returns the exit code. */
export async function checkWorlds(
  names: readonly string[],
  options: Options,
  terminal: Terminal,
  weakness: string | null = null,
): Promise<number> {
  for (const name of names) worldNamed(name); // a wrong name is told before hours of work
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  process.once('SIGINT', stop);
  try {
    const verdicts: Verdict[] = [];
    for (const name of names) {
      if (interrupted.signal.aborted) break;
      const verdict = await checkWorld(name, weakness, options, terminal, interrupted.signal);
      verdicts.push(verdict);
      if (!options.json) terminal.print(`${renderText(verdict)}\n`);
      if (options.save !== undefined) await saveCounterexample(verdict, options.save);
    }
    const codes = verdicts.map(exitCode);
    const code = gravity.find((grave) => codes.includes(grave)) ?? Math.max(...codes);
    if (options.json) terminal.print(JSON.stringify({ exitCode: code, verdicts }, null, 2));
    return code;
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

async function checkWorld(
  name: string,
  weakness: string | null,
  { workers, seconds, states, json }: Options,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Verdict> {
  const module = new URL(import.meta.url.replace('check-worlds', 'protocol-worlds')).href;
  const subject =
    workers === 1
      ? worldNamed(name, weakness)
      : { module, export: 'worldNamed', arguments: [name, weakness] };
  return checkModel(subject, {
    signal,
    workers,
    ...(seconds === undefined ? {} : { secondsMax: seconds }),
    ...(states === undefined ? {} : { statesMax: states }),
    onProgress: (progress) => {
      if (json) terminal.complain(renderProgress(progress));
      else if (terminal.watched) terminal.complain(progressLine(name, progress));
    },
  });
}

function progressLine(name: string, { states, queue, depth, rate, memoryBytes }: Progress): string {
  const count = (value: number) => value.toLocaleString('en-US');
  const mebibytes = Math.round(memoryBytes / 2 ** 20);
  return `${name}: ${count(states)} states, ${count(queue)} waiting, depth ${depth}, ${count(rate)}/s, ${mebibytes} MiB`;
}

/** The counterexample in every form there is, beside each other. */
async function saveCounterexample(verdict: Verdict, folder: string): Promise<void> {
  const { counterexample, name } = verdict;
  if (counterexample === null) return;
  await mkdir(folder, { recursive: true });
  const save = (ending: string, text: string) => writeFile(join(folder, `${name}.${ending}`), text);
  await save('txt', `${renderText(verdict)}\n`);
  await save('mmd', renderMermaid(counterexample));
  await save('svg', renderSequence(sequenceOf(counterexample)));
  await save('itf.json', renderItf(counterexample));
}
