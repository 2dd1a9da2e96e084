import type { Component, Output, Refused, Stepped } from '../../models/model.ts';
import { spread } from './asked-again.ts';
import { CheckError, guarded } from './check-error.ts';
import { isDoubted } from './doubts.ts';
import type { Facts, TellFact } from './facts.ts';
import { hashPair } from './hash.ts';
import { IntegerList } from './integer-list.ts';
import { Interner } from './interner.ts';
import { handed, lent } from './lent.ts';
import { refuseMisspelt } from './misspelt.ts';
import { PairTable } from './pair-table.ts';
import { textOf } from './text-of.ts';
import type { Vocabulary } from './vocabulary.ts';

export const REFUSED = -1;

/** Who claimed a question is the one to answer it. */
const neverKnown = (): boolean => false;

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
 * One component, each step of it computed once: (state id, event id) → row, the place of a new state and outputs.
 * A few, all of a small component, are asked for twice: `step` and `moves` must be deterministic (`isDoubted`).
 */
export class LocalMachine {
  readonly name: string;
  readonly states: Interner;
  calls = 0;
  /** All rows, one after the other: the state after it, or REFUSED; how many outputs; of each the target slot and the event id. */
  readonly rows = new IntegerList();
  /** Moves of states, one list after the other: how many; of each the move class, event id, budget slot (-1: free), row. */
  readonly moves = new IntegerList();
  private readonly component: Component<unknown, unknown>;
  private readonly surroundings: Surroundings;
  /** By state and event: where its row is. */
  private readonly rowAt = new PairTable();
  /** By state: where its moves are, plus one. */
  private readonly movesAt = new IntegerList();
  /** State and event of each row, in the order in which they were asked. */
  private readonly asked = new IntegerList();
  /** How many states have their moves there. */
  private movesKnown = 0;
  /** Questions whose marks an earlier run counted: a list, and the same to be looked up. */
  private before: Int32Array = new Int32Array(0);
  private readonly countedBefore = new PairTable();
  private readonly facts: Facts;
  private readonly tellRow: TellFact;
  private readonly tellMoves: TellFact;

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
    const { facts } = vocabulary;
    this.facts = facts;
    this.tellRow = facts.share((words, at, end) => this.keep(words, at, end));
    this.tellMoves = facts.share((words, at, end) => this.keepMoves(words, at, end));
  }

  initialIds(): readonly number[] {
    const { initial, otherInitials = [] } = this.component;
    return [initial, ...otherInitials].map((state) => this.states.id(state));
  }

  row(state: number, event: number): number {
    const row = this.rowAt.get(state, event);
    return row >= 0 ? row : this.firstTime(state, event);
  }

  /** Where the moves of a state are. */
  movesOf(state: number): number {
    const known = this.movesAt.at(state);
    return known > 0 ? known - 1 : this.firstMoves(state);
  }

  get isMoving(): boolean {
    return this.component.moves !== undefined;
  }

  /** Does it stay in this state, and say nothing? */
  isIdle(state: number, row: number): boolean {
    return this.rows.data[row] === state && this.rows.data[row + 1] === 0;
  }

  /** Some of what was asked, when all of it was. Errors: `not-deterministic`. */
  askAgain(): void {
    const { asked, calls, moves, movesAt } = this;
    for (const at of spread(asked.length / 2)) this.again(asked.at(at * 2), asked.at(at * 2 + 1));
    for (const state of spread(movesAt.length)) {
      const list = movesAt.at(state) - 1;
      if (list < 0) continue;
      const end = list + 1 + moves.at(list) * 4;
      this.offeredAgain(state, [...moves.data.subarray(list + 1, end)]);
    }
    this.calls = calls;
  }

  /** State and event of each question whose marks were counted, in this run or in those that it continues. */
  *questions(): Iterable<number> {
    const { asked, before } = this;
    yield* before;
    for (let at = 0; at < asked.length; at += 2) {
      const [state, event] = [asked.at(at), asked.at(at + 1)];
      if (this.countedBefore.get(state, event) < 0) yield* [state, event];
    }
  }

  /** What was asked in an earlier run is asked again, and counted no more. */
  recall(questions: Int32Array): void {
    this.before = questions;
    for (let at = 0; at < questions.length; at += 2) {
      this.countedBefore.add(questions[at]!, questions[at + 1]!, 1);
    }
  }

  /** Runs the step again, for the check that it is deterministic. */
  again(state: number, event: number): void {
    const first = this.rowAt.get(state, event);
    if (first < 0) return;
    const { result, outputs } = this.run(state, event, lent);
    const { data } = this.rows;
    const same =
      result === data[first] &&
      outputs.length === data[first + 1]! * 2 &&
      outputs.every((value, index) => value === data[first + 2 + index]);
    if (!same) {
      throw new CheckError(
        'not-deterministic',
        `component ${this.name} answered the same event differently: ${this.describe(state, event)}`,
      );
    }
  }

  private firstTime(state: number, event: number): number {
    const { facts, rowAt } = this;
    const question = hashPair(state, event);
    facts.claim(question);
    try {
      if (rowAt.get(state, event) < 0) this.ask(state, event);
    } finally {
      facts.release(question);
    }
    return rowAt.get(state, event);
  }

  /** What comes of it is a row from then on: the rows of all threads are the same. */
  private ask(state: number, event: number): void {
    const { result, outputs, marks } = this.run(state, event);
    if (this.countedBefore.get(state, event) < 0) {
      for (const label of marks) this.surroundings.mark(label);
    }
    this.tellRow([state, event, result, ...outputs], neverKnown);
    if (isDoubted(this.rowAt.size - 1)) this.again(state, event);
  }

  private keep(words: ArrayLike<number>, from: number, end: number): void {
    const { asked, rows } = this;
    asked.push(words[from]!);
    asked.push(words[from + 1]!);
    this.rowAt.add(words[from]!, words[from + 1]!, rows.length);
    rows.push(words[from + 2]!);
    rows.push((end - from - 3) / 2);
    for (let at = from + 3; at < end; at++) rows.push(words[at]!);
  }

  private run(state: number, event: number, hand = handed) {
    const given = [this.states.value(state), this.surroundings.events.value(event)];
    this.calls++;
    const who = () => `component ${this.name}, given ${this.describe(state, event)},`;
    const stepped = guarded('component-threw', who, () =>
      hand(who, given, (before, event) => this.component.step(before, event)),
    ) as Stepped<unknown> | undefined;
    if (typeof stepped !== 'object' || stepped === null || stepped instanceof Promise) {
      throw new CheckError(
        'bad-result',
        `component ${this.name} returned ${textOf(stepped)}, no { state }, for ${this.describe(state, event)}`,
      );
    }
    const whose = () => `what component ${this.name} returned for ${this.describe(state, event)}`;
    refuseMisspelt('bad-result', 'stepped', stepped, whose);
    if ('refused' in stepped && stepped.refused) return { result: REFUSED, outputs: [], marks: [] };
    const outputs: number[] = [];
    const { outputs: said = [], marks = [] } = stepped as Exclude<typeof stepped, Refused>;
    if (!isOutputs(said) || !isTexts(marks)) {
      const sentence = `component ${this.name} gave outputs that are no list of { to, event }, or marks that are no list of texts, for ${this.describe(state, event)}`;
      throw new CheckError('bad-result', sentence);
    }
    for (const output of said) {
      outputs.push(this.surroundings.target(output.to, `an output of component ${this.name}`));
      outputs.push(this.surroundings.events.id(output.event));
    }
    return { result: this.states.id((stepped as { state: unknown }).state), outputs, marks };
  }

  private firstMoves(state: number): number {
    const quadruples: number[] = [];
    for (const [moveClass, event, budget] of this.offeredIn(state)) {
      quadruples.push(moveClass, event, budget, this.row(state, event));
    }
    if (isDoubted(this.movesKnown)) this.offeredAgain(state, quadruples);
    this.tellMoves([state, ...quadruples], () => this.movesAt.at(state) > 0);
    return this.movesAt.at(state) - 1;
  }

  private offeredAgain(state: number, quadruples: readonly number[]): void {
    const again = this.offeredIn(state, lent).flat();
    const first = quadruples.filter((_, at) => at % 4 < 3);
    if (again.join() === first.join()) return;
    const told = JSON.stringify(this.states.value(state));
    const sentence = `component ${this.name} offered other moves in the same state ${told}`;
    throw new CheckError('not-deterministic', sentence);
  }

  /** Of each move: its class, event id and budget slot. */
  private offeredIn(state: number, hand = handed): readonly (readonly [number, number, number])[] {
    const who = () => `moves of component ${this.name}`;
    const moves = guarded('component-threw', who, () =>
      hand(who, [this.states.value(state)], (value) => this.component.moves?.(value) ?? []),
    );
    if (!Array.isArray(moves) || !moves.every(isMove)) {
      const sentence = `component ${this.name} offered ${textOf(moves)} as moves; they are a list of { name, event }`;
      throw new CheckError('bad-result', sentence);
    }
    return moves.map((move) => {
      refuseMisspelt('bad-result', 'move', move, `move ${move.name} of component ${this.name}`);
      const [moveClass, budget] = this.surroundings.move(this.name, move);
      return [moveClass, this.surroundings.events.id(move.event), budget];
    });
  }

  private keepMoves(words: ArrayLike<number>, from: number, end: number): void {
    const { moves } = this;
    this.movesKnown++;
    this.movesAt.set(words[from]!, moves.length + 1);
    moves.push((end - from - 1) / 4);
    for (let at = from + 1; at < end; at++) moves.push(words[at]!);
  }

  private describe(state: number, event: number): string {
    const { events } = this.surroundings;
    return `${JSON.stringify(events.value(event))} in ${JSON.stringify(this.states.value(state))}`;
  }
}

const isOutputs = (said: unknown): said is readonly Output[] =>
  Array.isArray(said) && said.every((output) => typeof output?.to === 'string');

const isTexts = (marks: unknown): marks is readonly string[] =>
  Array.isArray(marks) && marks.every((mark) => typeof mark === 'string');

const isMove = (move: { name?: unknown; fault?: unknown } | null | undefined): boolean =>
  typeof move?.name === 'string' && (move.fault === undefined || typeof move.fault === 'boolean');
