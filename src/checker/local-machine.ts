import type { Component, Stepped } from '../../models/model.ts';
import { CheckError, guarded } from './check-error.ts';
import { IntegerList } from './integer-list.ts';
import { Interner } from './interner.ts';
import { PairTable } from './pair-table.ts';
import type { RowExchange, Vocabulary } from './vocabulary.ts';

export const REFUSED = -1;

/** What the composition must tell a local machine about the names it mentions. */
export interface Surroundings {
  readonly events: Interner;
  /** The slot of a component or channel; throws for another name. */
  target(name: string, saidBy: string): number;
  /** The move class and budget slot of a local move. */
  move(
    component: string,
    move: { name: string; fault?: boolean; budget?: string },
  ): [number, number];
  mark(label: string): void;
}

/**
 * One component, each step of it computed once: (state id, event id) → row, where a row is a new state and outputs.
 * Invariant: `step` of the component is never called twice for one pair.
 */
export class LocalMachine {
  readonly name: string;
  readonly states: Interner;
  calls = 0;
  /** Per row: the state after it, or REFUSED; where its outputs begin. They end where those of the next row begin. */
  readonly results = new IntegerList();
  readonly outputsAt = new IntegerList();
  /** Pairs of target slot and event id. */
  readonly outputs = new IntegerList();
  private readonly component: Component<unknown, unknown>;
  private readonly surroundings: Surroundings;
  private readonly rows = new PairTable();
  private readonly movesOf: Int32Array[] = [];
  private readonly vocabulary: Vocabulary;
  private readonly exchange: RowExchange | null;

  constructor(
    name: string,
    component: Component<unknown, unknown>,
    surroundings: Surroundings,
    vocabulary: Vocabulary,
  ) {
    this.name = name;
    this.component = component;
    this.surroundings = surroundings;
    this.states = new Interner(`state of ${name}`, vocabulary);
    this.outputsAt.push(0);
    this.vocabulary = vocabulary;
    this.exchange = vocabulary.source?.share?.(this) ?? null;
  }

  initialIds(): readonly number[] {
    const { initial, otherInitials = [] } = this.component;
    return [initial, ...otherInitials].map((state) => this.states.id(state));
  }

  row(state: number, event: number): number {
    const row = this.rows.get(state, event);
    return row >= 0 ? row : this.firstTime(state, event);
  }

  /** Local moves of a state: quadruples of move class, event id, budget slot (-1: free), row. */
  moves(state: number): Int32Array {
    return this.movesOf[state] ?? this.firstMoves(state);
  }

  /** Runs the step again, for the check that it is deterministic. */
  again(state: number, event: number): void {
    const first = this.rows.get(state, event);
    if (first < 0) return;
    const { result, outputs } = this.run(state, event);
    const from = this.outputsAt.data[first]!;
    const to = this.outputsAt.data[first + 1]!;
    const same =
      result === this.results.data[first] &&
      outputs.length === to - from &&
      outputs.every((value, index) => value === this.outputs.data[from + index]);
    if (!same) {
      throw new CheckError(
        'not-deterministic',
        `component ${this.name} answered the same event differently: ${this.describe(state, event)}`,
      );
    }
  }

  private firstTime(state: number, event: number): number {
    if (this.exchange !== null) {
      this.vocabulary.source!.sync();
      const told = this.rows.get(state, event);
      if (told >= 0) return told;
    }
    const { result, outputs, marks } = this.run(state, event);
    for (const label of marks) this.surroundings.mark(label);
    this.exchange?.tell([state, event, result, ...outputs]);
    const told = this.rows.get(state, event);
    const row = told >= 0 ? told : this.keep(state, event, result, outputs);
    if (row % 64 === 0) this.again(state, event);
    return row;
  }

  /** What another thread computed, or this one before it told it. */
  learnRow(row: ArrayLike<number>): void {
    const [state, event, result, ...outputs] = Array.from(row);
    if (this.rows.get(state!, event!) < 0) this.keep(state!, event!, result!, outputs);
  }

  private keep(state: number, event: number, result: number, outputs: readonly number[]): number {
    const row = this.results.length;
    this.results.push(result);
    for (const value of outputs) this.outputs.push(value);
    this.outputsAt.push(this.outputs.length);
    this.rows.add(state, event, row);
    return row;
  }

  private run(state: number, event: number) {
    this.calls++;
    const stepped = guarded(
      'component-threw',
      () => `component ${this.name}, given ${this.describe(state, event)},`,
      () => this.component.step(this.states.value(state), this.surroundings.events.value(event)),
    ) as Stepped<unknown> | undefined;
    if (typeof stepped !== 'object' || stepped === null) {
      throw new CheckError(
        'bad-result',
        `component ${this.name} returned no { state } for ${this.describe(state, event)}`,
      );
    }
    if ('refused' in stepped) return { result: REFUSED, outputs: [], marks: [] };
    const outputs: number[] = [];
    for (const output of stepped.outputs ?? []) {
      outputs.push(this.surroundings.target(output.to, `an output of component ${this.name}`));
      outputs.push(this.surroundings.events.id(output.event));
    }
    return { result: this.states.id(stepped.state), outputs, marks: stepped.marks ?? [] };
  }

  private firstMoves(state: number): Int32Array {
    const value = this.states.value(state);
    const moves = guarded(
      'component-threw',
      `moves of component ${this.name}`,
      () => this.component.moves?.(value) ?? [],
    );
    const quadruples: number[] = [];
    for (const move of moves) {
      const [moveClass, budget] = this.surroundings.move(this.name, move);
      const event = this.surroundings.events.id(move.event);
      quadruples.push(moveClass, event, budget, this.row(state, event));
    }
    const packed = Int32Array.from(quadruples);
    this.movesOf[state] = packed;
    return packed;
  }

  private describe(state: number, event: number): string {
    const { events } = this.surroundings;
    return `${JSON.stringify(events.value(event))} in ${JSON.stringify(this.states.value(state))}`;
  }
}
