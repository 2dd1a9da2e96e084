import type { Happening } from './space.ts';

/** What one action changed, by path into the named component. */
export interface Change {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Step {
  /** From 1; step 0 is the start. */
  readonly number: number;
  readonly action: string;
  readonly fault: boolean;
  readonly happened: readonly Happening[];
  readonly changes: readonly Change[];
  /** The world after the action, by name. */
  readonly world: Readonly<Record<string, unknown>>;
}

export interface Counterexample {
  readonly rule: string;
  readonly property: string;
  /** What the steps show, in one line. */
  readonly claim: string;
  readonly steps: readonly Step[];
  /** The step after which the rest repeats for ever; null where there is no loop. */
  readonly loopFrom: number | null;
  /** The first step after which the goal can no longer come; null where that is not the matter. */
  readonly noReturnFrom: number | null;
}
