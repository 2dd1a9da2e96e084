import { type Refinement, refinement } from '../../models/abstract/refinement.ts';
import { instances } from '../../models/instances.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../../src/checker/api.ts';
import { WORLDS_IN_PART } from './refined.ts';

/** What became of one world, told in lines. */
export interface Refined {
  readonly kind: 'world';
  readonly name: string;
  readonly fine: boolean;
  readonly lines: readonly string[];
  readonly states: number;
  readonly transitions: number;
  /** Different abstract states that a step had to lead between. */
  readonly pairs: number;
}

/** Looks at each transition of a world of this name; of the deep set only at the first worlds. */
export async function refineWorld(name: string, tellsCauses: boolean): Promise<Refined> {
  const bounds = instances.find((instance) => instance.name === name);
  if (!bounds) throw new Error(`there is no world ${name}: npx sidefile check --list`);
  const begun = performance.now();
  const refined = refinement();
  const limits = bounds.set === 'deep' ? { statesMax: WORLDS_IN_PART } : {};
  const { states, generated, kind } = await checkModel(worldOf(bounds, [refined.property]), limits);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const isThrough = kind === 'exhausted' || (kind === 'incomplete' && bounds.set === 'deep');
  const fine = isThrough && refined.failures.length === 0;
  const counts = `${states} worlds, ${generated} transitions, ${refined.pairs()} different`;
  const lines = [
    `${fine ? 'ok  ' : 'FAIL'} ${name} refines the abstract protocol: ${counts} (${seconds} s)`,
    ...refined.failures
      .slice(0, 1)
      .flatMap(({ action, unexplained }) => [
        `     ${unexplained.rules.join(' or ')}: ${unexplained.why}, at "${action}"`,
        ...unexplained.differs.map((difference) => `     ${difference}`),
      ]),
    ...(tellsCauses ? causesOf(refined) : []),
  ];
  const pairs = refined.pairs();
  return { kind: 'world', name, fine, lines, states, transitions: generated, pairs };
}

const causesOf = ({ causes }: Refinement): string[] =>
  [...causes].sort().flatMap(([cause, seen]) => {
    const often = [...seen].sort(([, one], [, other]) => other - one).slice(0, 5);
    return [`     ${cause}`, ...often.map(([steps, count]) => `       ${count} ways: ${steps}`)];
  });
