import { type Facts, nobodyElse, type TellFact } from './facts.ts';
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
  /** Learns what other threads added. */
  sync(): void;
}

/** What the interners of one space have in common: each value is kept once, whoever gave it an id. */
export class Vocabulary {
  readonly structures: Structures;
  /** By interner and structure. */
  readonly ids = new PairTable(4096);
  readonly source: IdSource | null;
  readonly facts: Facts;
  private readonly interners: Interner[] = [];
  private readonly tellId: TellFact;

  constructor(
    source: IdSource | null = null,
    facts: Facts = nobodyElse,
    structures = new Structures(facts),
  ) {
    this.source = source;
    this.facts = facts;
    this.structures = structures;
    this.tellId = facts.share((words, from) => {
      const [interner, structure] = [words[from]!, words[from + 1]!];
      this.ids.add(interner, structure, this.interners[interner]!.keep(structure));
    });
  }

  /** The next id of an interner, for a structure that has none. */
  giveId(interner: number, structure: number): number {
    this.tellId([interner, structure], () => this.ids.get(interner, structure) >= 0);
    return this.ids.get(interner, structure);
  }

  /** Learns what other threads added. */
  catchUp(): void {
    this.source?.sync();
    this.facts.read();
  }

  enter(interner: Interner): number {
    return this.interners.push(interner) - 1;
  }
}
