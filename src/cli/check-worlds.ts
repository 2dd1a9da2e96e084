import { join } from 'node:path';
import {
  checkModel,
  exitCode,
  exitCodes,
  type Progress,
  renderProgress,
  renderText,
  type Verdict,
} from '../checker/api.ts';
import { limitsFrom } from '../checker/limits.ts';
import { coverageOf, coverageText } from './check-coverage.ts';
import { CommandError } from './command-error.ts';
import { folderFor } from './for-option.ts';
import { untilInterrupted } from './interrupted.ts';
import { worldNamed, worldsModule } from './protocol-worlds.ts';
import { keepCounterexample } from './save-counterexample.ts';
import type { Terminal } from './terminal.ts';
import { type WorldAsked, WorldLane } from './world-lanes.ts';

export interface CheckRequest {
  readonly workers: number;
  readonly seconds?: number;
  readonly states?: number;
  /** MiB. */
  readonly memory?: number;
  readonly save?: string;
  /** Folders, with one file for each world. */
  readonly checkpoint?: string;
  readonly resume?: string;
  readonly walks?: number;
  /** Of random walks. */
  readonly steps?: number;
  readonly seed?: number;
  readonly json?: true;
}

/** Which worlds, what is broken in them, and whether what they show is judged as a whole. */
export interface Chosen {
  readonly names: readonly string[];
  readonly weakness: string | null;
  readonly judgeCoverage: boolean;
}

/** Gravest first: of several verdicts the shell is told one. */
const gravity: readonly number[] = [12, 11, 13, 23, 22, 21, 0];

/**
 * Checks the worlds, tells what was found, and returns the exit code. With several workers so many worlds are visited side by side, each by
 * a thread of its own; workers that are left over share the worlds.
 */
export async function checkWorlds(
  { judgeCoverage, names, weakness }: Chosen,
  request: CheckRequest,
  terminal: Terminal,
): Promise<number> {
  for (const name of names) worldNamed(name); // a wrong name is told before hours of work
  refuseSharing(names, request);
  for (const option of ['checkpoint', 'save'] as const) {
    const folder = request[option];
    if (folder !== undefined) await folderFor(`--${option}`, folder);
  }
  const found = new Map<string, Verdict>();
  const keep = async (name: string, verdict: Verdict) => {
    found.set(name, verdict);
    if (!request.json) terminal.print(`${renderText(verdict)}\n`);
    if (request.save === undefined) return;
    await keepCounterexample(verdict, request.save, weakness, request.json, terminal);
  };
  const chosen = { judgeCoverage, names, weakness };
  await untilInterrupted((signal) => visitAll(chosen, request, terminal, signal, keep));
  return tell(found, chosen, request, terminal);
}

/** How many worlds are visited side by side, and by how many each. */
const lanesOf = (names: readonly string[], { workers }: CheckRequest) =>
  Math.min(workers, names.length);
const workersOf = ({ workers }: CheckRequest, lanes: number) => Math.floor(workers / lanes);

/** With fewer worlds than workers those left over would share a world, which none does that is saved, or walked at random. */
function refuseSharing(names: readonly string[], request: CheckRequest): void {
  const single = (['walks', 'checkpoint', 'resume'] as const).find(
    (option) => request[option] !== undefined,
  );
  if (single === undefined || workersOf(request, lanesOf(names, request)) === 1) return;
  const most = names.length * 2 - 1;
  const sentence = `--${single} is for one worker a world, and --workers ${request.workers} is more for ${names.length}: give at most ${most}`;
  throw new CommandError('usage', sentence);
}

async function visitAll(
  { names, weakness }: Chosen,
  request: CheckRequest,
  terminal: Terminal,
  interrupted: AbortSignal,
  keep: (name: string, verdict: Verdict) => Promise<void>,
): Promise<void> {
  const count = lanesOf(names, request);
  const lanes = Array.from({ length: count }, () => (count === 1 ? null : new WorldLane()));
  const failed = new AbortController();
  const signal = AbortSignal.any([interrupted, failed.signal]);
  const waiting = [...names];
  const work = async (lane: WorldLane | null) => {
    while (waiting.length > 0 && !signal.aborted) {
      const name = waiting.shift()!;
      const asked = askedOf(name, weakness, request, count);
      const progress = (now: Progress) => tellProgress(name, now, request, terminal);
      const verdict =
        lane === null
          ? await checkModel(asked.source, { ...asked.options, signal, onProgress: progress })
          : await lane.visit(asked, signal, progress);
      await keep(name, verdict);
    }
  };
  try {
    await Promise.all(lanes.map(work));
  } finally {
    failed.abort();
    await Promise.all(lanes.map((lane) => lane?.end()));
  }
}

function askedOf(
  name: string,
  weakness: string | null,
  request: CheckRequest,
  lanes: number,
): WorldAsked {
  const source = { module: worldsModule, export: 'worldNamed', arguments: [name, weakness] };
  return { source, options: optionsOf(name, request, lanes) };
}

function tellProgress(
  name: string,
  progress: Progress,
  { json }: CheckRequest,
  terminal: Terminal,
): void {
  if (json) terminal.complain(renderProgress({ name, ...progress }));
  else if (terminal.watched) terminal.complain(progressLine(name, progress));
}

function tell(
  found: ReadonlyMap<string, Verdict>,
  { judgeCoverage, names, weakness }: Chosen,
  { json }: CheckRequest,
  terminal: Terminal,
): number {
  const verdicts = names.flatMap((name) => found.get(name) ?? []);
  const coverage = coverageOf(verdicts);
  const codes = verdicts.map(exitCode);
  const skipped = names.filter((name) => !found.has(name));
  // What was interrupted before it began proves nothing either.
  if (skipped.length > 0) codes.push(exitCodes.incomplete);
  if (judgeCoverage && coverage.holes.length > 0) codes.push(exitCodes.coverage);
  const survives = weakness !== null && !codes.some((told) => told !== 0);
  if (survives) codes.push(exitCodes.survivor);
  const code = gravity.find((grave) => codes.includes(grave)) ?? exitCodes.incomplete;
  if (json) {
    terminal.print(JSON.stringify({ exitCode: code, verdicts, coverage, skipped }, null, 2));
    return code;
  }
  if (skipped.length > 0) terminal.print(`Not begun: ${skipped.join(', ')}.`);
  if (judgeCoverage) {
    // Of worlds that were not seen to their end nobody can say what they never show.
    const isWhole = skipped.length === 0 && verdicts.every(({ exhaustive }) => exhaustive);
    terminal.print(isWhole ? coverageText(coverage) : notJudged);
  }
  if (survives) terminal.print(`${weakness} is broken here, and none of these worlds notices.`);
  return code;
}

const notJudged = 'What these worlds show together is not judged: not each was seen to its end.';

/** Worlds that are visited side by side share what memory there is, if nothing is said. */
function optionsOf(name: string, request: CheckRequest, lanes: number): WorldAsked['options'] {
  const { checkpoint, memory, resume, seconds, seed = 1, states, steps = 100, walks } = request;
  const memoryBytesMax =
    memory === undefined ? limitsFrom({}).memoryBytesMax / lanes : memory * 2 ** 20;
  const file = (folder: string) => join(folder, `${name}.checkpoint`);
  return {
    workers: workersOf(request, lanes),
    memoryBytesMax,
    ...(seconds === undefined ? {} : { secondsMax: seconds }),
    ...(states === undefined ? {} : { statesMax: states }),
    ...(checkpoint === undefined ? {} : { checkpoint: { path: file(checkpoint) } }),
    ...(resume === undefined ? {} : { resume: file(resume) }),
    ...(walks === undefined ? {} : { walks: { count: walks, stepsMax: steps, seed } }),
  };
}

function progressLine(name: string, progress: Progress): string {
  const { depth, generated, memoryBytes, notSaved, queue, rate, states, statesExpected } = progress;
  const count = (value: number) => value.toLocaleString('en-US');
  const mebibytes = Math.round(memoryBytes / 2 ** 20);
  const left =
    statesExpected === null
      ? 'still growing'
      : `about ${count(statesExpected)} in all, ${count(Math.round((statesExpected - states) / Math.max(rate, 1)))} s more`;
  return `${name}: ${count(states)} states, ${count(generated)} actions, ${count(queue)} waiting, depth ${depth}, ${count(rate)}/s, ${mebibytes} MiB, ${left}${notSaved === null ? '' : `; not saved: ${notSaved}`}`;
}
