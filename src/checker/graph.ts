import { CheckError } from './check-error.ts';

/** A finished graph of worlds, as liveness sees it. */
export interface Graph {
  readonly count: number;
  /** How many worlds, from the first on, are initial. */
  readonly initials: number;
  readonly targets: Int32Array;
  readonly groups: Uint16Array;
  readonly groupNames: readonly string[];
  /** Where the edges of a world begin; they end where those of the next begin. */
  start(world: number): number;
  /** Who found a world first, or -1: a shortest way to it. */
  parent(world: number): number;
}

/** Errors: `impossible-bound` for more groups than have a number. */
export function refuseTooMany(groups: number, name: string): void {
  if (groups <= FAULT_GROUP) return;
  const sentence = `${name} has more than ${FAULT_GROUP} kinds of actions, too many to tell who owes what: name them without numbers`;
  throw new CheckError('impossible-bound', sentence);
}

/** The group of edges that are faults: stored only where a property asks what happens before its goal. */
export const FAULT_GROUP = 0xffff;
