import { type Mutant, mutants } from '../../models/mutants.ts';
import {
  type Counterexample,
  checkModel,
  exitCodes,
  renderActions,
  type Verdict,
} from '../checker/api.ts';
import type { CheckRequest } from './check-worlds.ts';
import { mutantNamed } from './mutant.ts';
import { worldNamed, worldNames } from './protocol-worlds.ts';
import { saveCounterexample } from './save-counterexample.ts';
import type { Terminal } from './terminal.ts';

/** What became of one broken rule. */
interface Fate {
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
}

/** Breaks one rule after the other. Exit code 0 if each was noticed by a statement it must break. */
export async function checkMutants(
  names: readonly string[],
  request: CheckRequest,
  terminal: Terminal,
): Promise<number> {
  const chosen = names.length === 0 ? mutants : names.map(mutantNamed);
  const originals = new Map<string, Promise<string | null>>();
  const fates: Fate[] = [];
  for (const mutant of chosen) {
    const fate = await fateOf(mutant, request, originals);
    fates.push(fate);
    if (!request.json) terminal.print(textOf(fate));
  }
  const survivors = fates.filter((fate) => fate.killedBy === null && !isEquivalent(fate));
  const equivalent = fates.filter(isEquivalent);
  const exitCode = survivors.length > 0 ? exitCodes.survivor : 0;
  const summary = `${fates.length - survivors.length - equivalent.length} of ${fates.length} mutants are noticed, ${equivalent.length} are equivalent${listed(equivalent)}, ${survivors.length} survive${listed(survivors)}`;
  if (request.json) terminal.print(JSON.stringify({ exitCode, summary, fates }));
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
  originals: Map<string, Promise<string | null>>,
): Promise<Fate> {
  const { breaks, name, rule } = mutant;
  const unclear: string[] = [];
  const equivalentIn: string[] = [];
  const fate = { mutant: name, rule, killedBy: null, instance: null, counterexample: null };
  let states = 0;
  for (const instance of mutant.instances) {
    if (!worldNames.includes(instance)) {
      unclear.push(`there is no instance ${instance}`);
      continue;
    }
    const verdict = await broken(instance, mutant, request);
    states += verdict.states;
    const killedBy = noticedBy(verdict, breaks);
    if (killedBy !== null) {
      if (request.save !== undefined)
        await saveCounterexample(verdict, `${request.save}/${name}`, name);
      const { counterexample } = verdict;
      return { ...fate, killedBy, instance, counterexample, states, equivalentIn, unclear };
    }
    if (verdict.kind === 'incomplete') unclear.push(`${instance} was cut short: ${verdict.reason}`);
    else if (verdict.fingerprint === (await original(instance, originals))) {
      equivalentIn.push(`${instance}, ${verdict.states.toLocaleString('en-US')} states`);
    } else unclear.push(`${instance} is another world, and nothing is violated`);
  }
  return { ...fate, states, equivalentIn, unclear };
}

/** Only the statements that it must break are asked: others may break sooner, and would end the search. */
function broken(
  instance: string,
  { breaks, name }: Mutant,
  request: CheckRequest,
): Promise<Verdict> {
  const world = worldNamed(instance, name);
  const properties = world.properties.filter(({ rule }) => breaks.includes(rule));
  const { seconds, states } = request;
  return checkModel(
    { ...world, properties },
    {
      ...(seconds === undefined ? {} : { secondsMax: seconds }),
      ...(states === undefined ? {} : { statesMax: states }),
      fingerprint: { read: `"weakness":${JSON.stringify(name)}`, as: '"weakness":null' },
    },
  );
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

/** The graph of a world in which nothing is broken; worked out once. */
function original(
  instance: string,
  originals: Map<string, Promise<string | null>>,
): Promise<string | null> {
  const known = originals.get(instance);
  if (known !== undefined) return known;
  const found = checkModel(worldNamed(instance), { fingerprint: { read: '', as: '' } }).then(
    ({ fingerprint }) => fingerprint,
  );
  originals.set(instance, found);
  return found;
}

function textOf(fate: Fate): string {
  const { counterexample, equivalentIn, instance, killedBy, mutant, rule, states, unclear } = fate;
  const count = states.toLocaleString('en-US');
  const notes = unclear.length > 0 ? ` (${unclear.join('; ')})` : '';
  const head = `${mutant} (${rule})`;
  if (isEquivalent(fate))
    return `${head}: is equivalent, the same graph in ${equivalentIn.join('; ')}`;
  if (killedBy === null) return `${head}: is NOT noticed in ${count} states${notes}`;
  if (counterexample === null) {
    return `${head}: ${killedBy} is never reached in ${instance}, ${count} states${notes}`;
  }
  const steps = counterexample.steps.length - 1;
  const trace = renderActions(counterexample);
  return `${head}: breaks ${killedBy} in ${instance} after ${steps} steps, ${count} states${notes}\n${trace}\n`;
}
