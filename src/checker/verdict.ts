import type { Counterexample } from './counterexample.ts';

export type VerdictKind =
  | 'exhausted'
  | 'deadlock'
  | 'safety'
  | 'liveness'
  | 'coverage'
  | 'incomplete';

/** What a shell is told. `survivor`: a mutant that no check noticed; only the command line gives it. */
export const exitCodes: Readonly<Record<VerdictKind | 'survivor', number>> = {
  exhausted: 0,
  deadlock: 11,
  safety: 12,
  liveness: 13,
  survivor: 21,
  coverage: 22,
  incomplete: 23,
};

export interface PropertyOutcome {
  readonly rule: string;
  readonly sentence: string;
  readonly kind: 'always' | 'sometimes' | 'ends' | 'transition' | 'eventually';
  readonly outcome: 'holds' | 'reached' | 'violated' | 'never reached' | 'not decided';
}

/** Of all actions of one name that are offered by the same: others may call theirs so too. */
export interface MoveCoverage {
  readonly name: string;
  /** `component`, `channel` or `joint move` and its name; '' in a plain model. */
  readonly by: string;
  readonly fault: boolean;
  /** How often the move was made. */
  readonly made: number;
  /** How often it led to a world not seen before. */
  readonly found: number;
}

export interface Coverage {
  readonly moves: readonly MoveCoverage[];
  /** Labels that steps reported; each counted once per step computed, not per world. */
  readonly marks: Readonly<Record<string, number>>;
  /** What had to be reached and was not. */
  readonly holes: readonly string[];
}

/** How far a run came that did not come to its end. */
export interface PartialRun {
  /** All worlds that so many steps can lead to were found, and asked what must always hold. Null: random walks. */
  readonly coveredSteps: number | null;
  /** Worlds whose actions were not made. */
  readonly waiting: number;
  /** Rules of which nothing can be said yet: what must be reached and was not, and what must come in the end. */
  readonly undecided: readonly string[];
}

export interface Verdict {
  readonly kind: VerdictKind;
  readonly name: string;
  /** One line for a person, with the bounds. */
  readonly sentence: string;
  /** Every reachable world was visited. False for random walks, runs cut short and runs that stopped at a violation. */
  readonly exhaustive: boolean;
  readonly mode: 'breadth first' | 'random walk';
  readonly workers: number;
  readonly states: number;
  /** How many states these stand for; null unless symmetric states were taken for one and all were visited. */
  readonly represents: number | null;
  readonly generated: number;
  /** Length of the longest of all shortest paths. */
  readonly depth: number;
  readonly seconds: number;
  /** Distinct states per second. */
  readonly rate: number;
  readonly bytesPerState: number;
  /** Calls into `step` of components, or into `actions` of a model. */
  readonly calls: number;
  readonly bounds: Readonly<Record<string, number>>;
  readonly properties: readonly PropertyOutcome[];
  readonly coverage: Coverage;
  readonly counterexample: Counterexample | null;
  /** Why the run is no proof, where it is none. */
  readonly reason: string | null;
  /** Of a run that was cut short: what it says, and what it does not. */
  readonly partial: PartialRun | null;
  /** Equal fingerprints are equal graphs; null unless asked for, and of runs that were not exhausted. */
  readonly fingerprint: string | null;
  /** Why a run that was cut short cannot be continued from the checkpoint it was to save, or null. */
  readonly notSaved: string | null;
}

export function exitCode(verdict: Verdict): number {
  return exitCodes[verdict.kind];
}
