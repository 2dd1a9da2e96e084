import { coverables } from '../../models/coverage.ts';
import { instances } from '../../models/instances.ts';
import { mirrorChart } from '../../models/mirror.ts';
import { primaryChart } from '../../models/primary.ts';
import { propertiesOf } from '../../models/properties.ts';
import { sidefileChart } from '../../models/sidefile.ts';
import { unreached } from '../../models/unreached.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';

/** Every guard of the three charts, answering wrongly on purpose: here and not in the charts. */
export const charts = { mirror: mirrorChart, primary: primaryChart, sidefile: sidefileChart };
export type ChartName = keyof typeof charts;

/** How it is wrong: it says the opposite, or the same whatever it is asked. */
export const wrongs = ['the opposite', 'always yes', 'always no'] as const;
export type Wrong = (typeof wrongs)[number];

export interface WrongGuard {
  readonly chart: ChartName;
  readonly guard: string;
  readonly says: Wrong;
}

type Guard = (asked: unknown, params: unknown) => boolean;
type Open = {
  implementations: { guards: Record<string, Guard> };
  transition: (...all: unknown[]) => unknown;
};

const openOf = (chart: ChartName): Open => charts[chart] as unknown as Open;

export const wrongGuards: readonly WrongGuard[] = (Object.keys(charts) as ChartName[]).flatMap(
  (chart) =>
    Object.keys(openOf(chart).implementations.guards).flatMap((guard) =>
      wrongs.map((says) => ({ chart, guard, says })),
    ),
);

/** A chart asks one guard no more often than this in one transition, or it turns in circles. */
const callsMax = 1000;

/** While `during` runs the guard is wrong. */
export async function whileWrong<Result>(
  { chart, guard, says }: WrongGuard,
  during: () => Promise<Result>,
): Promise<Result> {
  const open = openOf(chart);
  const { guards } = open.implementations;
  const right = guards[guard]!;
  const { transition } = open;
  let calls = 0;
  guards[guard] = (asked, params) => {
    if (++calls > callsMax) throw new Error(`${chart} turns in circles at ${guard}`);
    return says === 'the opposite' ? !right(asked, params) : says === 'always yes';
  };
  open.transition = (...all) => {
    calls = 0;
    return transition.apply(charts[chart], all);
  };
  try {
    return await during();
  } finally {
    guards[guard] = right;
    open.transition = transition;
  }
}

/** What a world says of a wrong guard. Red: how it is told; null: nothing tells it there. */
export interface Told {
  readonly world: string;
  readonly how:
    | 'statement'
    | 'deadlock'
    | 'error'
    | 'never reached'
    | 'number of states'
    | 'mark'
    | null;
  /** The rule whose statement it is, or what the error says. */
  readonly what: string;
  readonly states: number;
}

/** What it should be: how many worlds there are, and which marks are shown. */
export interface Right {
  readonly world: string;
  readonly states: number;
  readonly marks: readonly string[];
}

/** A right world is small; a wrong one may grow. */
const rightStatesMax = 9000;
const wrongStatesMax = 40_000;

export async function rightOf(world: string): Promise<Right | null> {
  const verdict = await visited(world, rightStatesMax);
  if (verdict.kind !== 'exhausted') return null;
  return { world, states: verdict.states, marks: Object.keys(verdict.coverage.marks) };
}

export async function toldBy(
  wrong: WrongGuard,
  { states: expected, world }: Pick<Right, 'states' | 'world'>,
): Promise<Told> {
  const told = (how: Told['how'], what: string, states = 0): Told => ({ world, how, what, states });
  try {
    const verdict = await whileWrong(wrong, () => visited(world, wrongStatesMax));
    const { counterexample, kind, properties, states } = verdict;
    if (counterexample !== null) {
      return told(kind === 'deadlock' ? 'deadlock' : 'statement', counterexample.rule, states);
    }
    const missed = properties.find(({ outcome }) => outcome === 'never reached');
    if (missed !== undefined && kind === 'coverage') {
      return told('never reached', missed.rule, states);
    }
    const differs = states !== expected;
    return told(differs ? 'number of states' : null, '', states);
  } catch (error) {
    return told('error', (error as Error).message.split('\n')[0]!.slice(0, 160));
  }
}

function visited(world: string, statesMax: number) {
  const bounds = instances.find(({ name }) => name === world)!;
  return checkModel(worldOf(bounds, propertiesOf(bounds)), { statesMax, secondsMax: 60 });
}

/** Does this world ask the guard, so that the wrong answer is given there? */
export const asks = ({ marks }: Right, wrong: WrongGuard): boolean => markOf(wrong, marks) !== null;

/**
 * What `sidefile check` misses where a guard always says the same: a mark that nothing shows any more and that
 * models/unreached.ts does not excuse. Null: there is none.
 */
export function missedBy(wrong: WrongGuard): string | null {
  if (wrong.says === 'the opposite') return null;
  const excused = new Set(unreached.map(({ mark }) => mark));
  return markOf(
    wrong,
    coverables.map(({ mark }) => mark).filter((mark) => !excused.has(mark)),
  );
}

function markOf({ chart, guard, says }: WrongGuard, marks: readonly string[]): string | null {
  const found = marks.find((mark) => {
    if (!mark.startsWith(chart) || !new RegExp(` if ${guard}[ ]`).test(mark)) return false;
    const declined = mark.endsWith(': declined');
    return says === 'the opposite' || declined === (says === 'always yes');
  });
  return found ?? null;
}
