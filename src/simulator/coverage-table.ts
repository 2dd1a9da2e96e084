import { type Unexercised, unexercised } from './unexercised.ts';
import { universe } from './universe.ts';

export interface CoverageTable {
  /** Every name, with how often it happened; those of no list (a start that failed, say) as well. */
  readonly rows: readonly (readonly [name: string, count: number])[];
  /** At zero, and it is known why. */
  readonly reasoned: readonly { readonly name: string; readonly why: string }[];
  /** At zero, and nothing says why: too few runs, or a hole. */
  readonly unexplained: readonly string[];
  /** Reasons for what did happen, or for what cannot. */
  readonly stale: readonly string[];
}

/** What was exercised, against everything that could be. */
export function coverageTable(
  counts: ReadonlyMap<string, number>,
  reasons: readonly Unexercised[] = unexercised,
): CoverageTable {
  const all = universe();
  const known = new Set(all);
  const whys = new Map(reasons.flatMap(({ why, names }) => names.map((name) => [name, why])));
  const names = [...new Set([...all, ...counts.keys()])].sort();
  const atZero = all.filter((name) => !counts.get(name));
  return {
    rows: names.map((name) => [name, counts.get(name) ?? 0] as const),
    reasoned: atZero
      .filter((name) => whys.has(name))
      .map((name) => ({ name, why: whys.get(name)! })),
    unexplained: atZero.filter((name) => !whys.has(name)),
    stale: [...whys.keys()].filter((name) => !known.has(name) || counts.get(name)),
  };
}
