import { equivalents } from '../../models/hidden-mutants.ts';
import { type Mutant, mutants } from '../../models/mutants.ts';
import {
  type Counterexample,
  checkModel,
  exitCodes,
  renderActions,
  type Verdict,
} from '../checker/api.ts';
import type { CheckRequest } from './check-worlds.ts';
import { folderFor } from './for-option.ts';
import { type Graph, graphOf } from './graph-of.ts';
import { untilInterrupted } from './interrupted.ts';
import { mutantNamed } from './mutant.ts';
import { Pace, paceText } from './pace.ts';
import { worldAsked, worldNames, worldsModule } from './protocol-worlds.ts';
import { keepCounterexample } from './save-counterexample.ts';
import type { Terminal } from './terminal.ts';

/** What became of one broken rule. */
export interface Fate {
  readonly mutant: string;
  readonly rule: string;
  /** The statement that noticed it; null: none did. */
  readonly killedBy: string | null;
  readonly instance: string | null;
  readonly states: number;
  /** The shortest run that shows the harm; null where what shows it is that something is never reached. */
  readonly counterexample: Counterexample | null;
  /** Not noticed, and its graph is the correct one in each of its worlds: it breaks nothing there. */
  readonly equivalentIn: readonly string[];
  /** What it was expected to be noticed in and is not there to be checked, or was cut short. */
  readonly unclear: readonly string[];
  /** A world it may show in was not seen to its end: nothing is proved either way. */
  readonly isCutShort: boolean;
}

/**
 * Breaks one rule after the other, those that showed soonest first. Exit code 0 if each was noticed by a statement it must
 * break, or changes nothing. What was cut short, or not begun, is neither noticed nor a survivor: 23.
 */
export async function checkMutants(
  names: readonly string[],
  request: CheckRequest,
  terminal: Terminal,
): Promise<number> {
  const chosen = names.length === 0 ? [...mutants, ...equivalents] : names.map(mutantNamed);
  const originals = new Map<string, Promise<Graph>>();
  const fates: Fate[] = [];
  const pace = new Pace(chosen);
  if (request.save !== undefined) await folderFor('--save', request.save);
  await untilInterrupted(async (signal) => {
    for (const mutant of names.length === 0 ? pace.shortestFirst() : chosen) {
      if (signal.aborted) break;
      const fate = await fateOf(mutant, request, signal, originals, terminal);
      fates.push(fate);
      if (!request.json) terminal.print(textOf(fate));
      const progress = pace.after(mutant, fate.states);
      terminal.complain(
        request.json ? JSON.stringify({ type: 'progress', ...progress }) : paceText(progress),
      );
    }
  });
  return tellFates(fates, chosen.length, pace.seconds, request, terminal);
}

/** Tells what became of them, and returns the exit code. `asked`: how many there are; those without a fate were not begun. */
export function tellFates(
  fates: readonly Fate[],
  asked: number,
  seconds: number,
  { json }: Pick<CheckRequest, 'json'>,
  terminal: Terminal,
): number {
  const isNoticed = ({ killedBy }: Fate) => killedBy !== null;
  const equivalent = fates.filter(isEquivalent);
  const open = fates.filter((fate) => !isNoticed(fate) && fate.isCutShort);
  const survivors = fates.filter(
    (fate) => !isNoticed(fate) && !isEquivalent(fate) && !fate.isCutShort,
  );
  const notBegun = asked - fates.length;
  const exitCode =
    survivors.length > 0
      ? exitCodes.survivor
      : open.length + notBegun > 0
        ? exitCodes.incomplete
        : 0;
  const noticed = fates.filter(isNoticed).length;
  const summary = [
    `${noticed} of ${asked} mutants are noticed`,
    `${equivalent.length} are equivalent${listed(equivalent)}`,
    `${survivors.length} survive${listed(survivors)}`,
    ...(open.length > 0 ? [`${open.length} were cut short${listed(open)}`] : []),
    ...(notBegun > 0 ? [`${notBegun} were not begun`] : []),
  ].join(', ');
  const counts = {
    noticed,
    equivalent: equivalent.length,
    survived: survivors.length,
    cutShort: open.length,
    notBegun,
  };
  if (json) terminal.print(JSON.stringify({ exitCode, summary, ...counts, seconds, fates }));
  else terminal.print(summary);
  return exitCode;
}

const isEquivalent = ({ equivalentIn, killedBy, unclear }: Fate): boolean =>
  killedBy === null && equivalentIn.length > 0 && unclear.length === 0;

const listed = (fates: readonly Fate[]): string =>
  fates.length === 0 ? '' : ` (${fates.map(({ mutant }) => mutant).join(', ')})`;

async function fateOf(
  mutant: Mutant,
  request: CheckRequest,
  signal: AbortSignal,
  originals: Map<string, Promise<Graph>>,
  terminal: Terminal,
): Promise<Fate> {
  const { breaks, name, rule } = mutant;
  const unclear: string[] = [];
  const equivalentIn: string[] = [];
  const fate = {
    mutant: name,
    rule,
    killedBy: null,
    instance: null,
    counterexample: null,
    isCutShort: false,
  };
  let isCutShort = false;
  let states = 0;
  for (const instance of mutant.instances) {
    if (!worldNames.includes(instance)) {
      unclear.push(`there is no instance ${instance}`);
      continue;
    }
    const verdict = await broken(instance, mutant, request, signal);
    states += verdict.states;
    const killedBy = noticedBy(verdict, breaks);
    if (killedBy !== null) {
      if (request.save !== undefined)
        await keepCounterexample(verdict, `${request.save}/${name}`, name, request.json, terminal);
      const { counterexample } = verdict;
      return { ...fate, killedBy, instance, counterexample, states, equivalentIn, unclear };
    }
    if (verdict.kind === 'incomplete') {
      isCutShort = true;
      unclear.push(`${instance} was cut short: ${verdict.reason}`);
    } else if (await isSameGraph(instance, name, originals)) {
      equivalentIn.push(`${instance}, ${verdict.states.toLocaleString('en-US')} states`);
    } else unclear.push(`${instance} is another world, and nothing is violated`);
  }
  return { ...fate, states, equivalentIn, unclear, isCutShort };
}

/** Only the statements that it must break are asked: others may break sooner, and would end the search. */
function broken(
  instance: string,
  { breaks, name }: Mutant,
  { memory, seconds, states, workers }: CheckRequest,
  signal: AbortSignal,
): Promise<Verdict> {
  const asked = [instance, name, breaks] as const;
  const subject =
    workers === 1
      ? worldAsked(...asked)
      : { module: worldsModule, export: 'worldAsked', arguments: asked };
  return checkModel(subject, {
    workers,
    signal,
    ...(memory === undefined ? {} : { memoryBytesMax: memory * 2 ** 20 }),
    ...(seconds === undefined ? {} : { secondsMax: seconds }),
    ...(states === undefined ? {} : { statesMax: states }),
  });
}

function noticedBy(
  { counterexample, properties }: Verdict,
  breaks: readonly string[],
): string | null {
  if (counterexample !== null) return counterexample.rule;
  const unreached = properties.find(
    ({ outcome, rule }) => outcome === 'never reached' && breaks.includes(rule),
  );
  return unreached?.rule ?? null;
}

/** Asked of what is not noticed: can it be told from the protocol at all? The right graph is worked out once. */
async function isSameGraph(
  instance: string,
  name: string,
  originals: Map<string, Promise<Graph>>,
): Promise<boolean> {
  const right = originals.get(instance) ?? graphOf(instance);
  originals.set(instance, right);
  const { fingerprint } = await graphOf(instance, name);
  return fingerprint !== null && fingerprint === (await right).fingerprint;
}

function textOf(fate: Fate): string {
  const { counterexample, equivalentIn, instance, killedBy, mutant, rule, states, unclear } = fate;
  const count = states.toLocaleString('en-US');
  const notes = unclear.length > 0 ? ` (${unclear.join('; ')})` : '';
  const head = `${mutant} (${rule})`;
  if (isEquivalent(fate))
    return `${head}: is equivalent, the same graph in ${equivalentIn.join('; ')}`;
  if (killedBy === null && fate.isCutShort) return `${head}: is not decided${notes}`;
  if (killedBy === null) return `${head}: is NOT noticed in ${count} states${notes}`;
  if (counterexample === null) {
    return `${head}: ${killedBy} is never reached in ${instance}, ${count} states${notes}`;
  }
  const steps = counterexample.steps.length - 1;
  const trace = renderActions(counterexample);
  return `${head}: breaks ${killedBy} in ${instance} after ${steps} steps, ${count} states${notes}\n${trace}\n`;
}
