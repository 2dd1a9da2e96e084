import type { Interner } from './interner.ts';
import { PairTable } from './pair-table.ts';
import { Structures } from './structures.ts';

/** Who decides the id of a value not known yet, when several threads must agree. */
export interface IdSource {
  /** Other threads give ids at the same time. */
  readonly shared: boolean;
  register(interner: Interner): void;
  /** If shared: sees to it that the text of a value has an id. */
  settle(interner: Interner, text: string): void;
  /** If shared: learns of a machine's steps what others computed, and tells others what this thread did. */
  share?(machine: SharesRows): RowExchange;
  /** Learns what other threads added. */
  sync(): void;
}

/** A machine whose rows are computed by one thread for all. */
export interface SharesRows {
  learnRow(row: ArrayLike<number>): void;
}

/** Numbers of a row: state, event, result, and outputs as pairs of target and event. */
export interface RowExchange {
  tell(row: readonly number[]): void;
}

/** What the interners of one space have in common: each value is kept once, whoever gave it an id. */
export class Vocabulary {
  readonly structures = new Structures();
  /** By interner and structure. */
  readonly ids = new PairTable(4096);
  readonly source: IdSource | null;
  private readonly interners: Interner[] = [];

  constructor(source: IdSource | null = null) {
    this.source = source;
  }

  enter(interner: Interner): number {
    return this.interners.push(interner) - 1;
  }
}
