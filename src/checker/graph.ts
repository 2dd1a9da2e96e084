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

/** The group of edges that are faults: stored only where a property asks what happens before its goal. */
export const FAULT_GROUP = 0xffff;
