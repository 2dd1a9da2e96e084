/**
 * The vocabulary of everything that can be checked: a plain `Model`, a `Composition` of communicating components, and the
 * properties that must hold in it. Only data and pure functions; the engine that explores them is `src/checker/`.
 *
 * States, events and messages are plain data: null, booleans, finite numbers, strings, arrays and objects of these.
 */
import { ownOf } from './own.ts';

/** What a component does with one event. `marks` name what happened, for coverage. */
export type Stepped<State> =
  | {
      readonly state: State;
      readonly outputs?: readonly Output[];
      readonly marks?: readonly string[];
    }
  | Refused;

/** The event is not possible now: the whole action that contains it does not happen. */
export interface Refused {
  readonly refused: true;
}

export const refused: Refused = { refused: true };

/** To a component: taken within the same action. To a channel: appended to it. */
export interface Output {
  readonly to: string;
  readonly event: unknown;
}

/** Something a component may do by itself: a disk that finishes, a time-out, a crash. */
export interface Move<Event> {
  readonly name: string;
  readonly event: Event;
  /** The counter this move draws from; without anything left in it, the move is impossible. */
  readonly budget?: string;
  /** A fault is never owed by anyone: liveness must hold without it. */
  readonly fault?: boolean;
}

/** A local, deterministic state machine. */
export interface Component<State, Event> {
  readonly initial: State;
  /** Further possible starts. Every combination over all components is an initial world. */
  readonly otherInitials?: readonly State[];
  step(state: State, event: Event): Stepped<State>;
  moves?(state: State): readonly Move<Event>[];
}

/** Messages on their way to one component. The message is the event, unless `arrival` makes one of it. */
export interface Channel<Message, State> {
  /** `set`: messages stay for ever and may arrive any number of times. */
  readonly order: 'fifo' | 'unordered' | 'set';
  readonly to: string;
  /** Use: diagrams only. */
  readonly from?: string;
  readonly initial?: readonly Message[];
  /** Largest number of messages in flight. */
  readonly capacity?: number;
  /** At capacity the sending action is impossible (`block`), the new message is lost (`drop`), or the model is wrong (`error`). */
  readonly whenFull?: 'block' | 'drop' | 'error';
  /** A message may be lost instead of arriving: a fault, drawing from the budget when one is named. */
  readonly lossy?: boolean | { readonly budget: string };
  /** What a message is called in names of actions, and in coverage; its `type` if nothing is said here. */
  kind?(message: Message): string;
  arrival?(message: Message): unknown;
  /** True if the receiver, as it is now, would never react to the message: it is dropped after each action. */
  silent?(message: Message, receiver: State): boolean;
}

/** What several parties do at once. */
export interface JointAction {
  readonly name: string;
  /** In this order; what one delivery causes happens before the next. */
  readonly deliver?: readonly (readonly [component: string, event: unknown])[];
  /** Emptied before the deliveries. */
  readonly clear?: readonly string[];
  readonly send?: readonly (readonly [channel: string, message: unknown])[];
  readonly budget?: string;
  readonly fault?: boolean;
}

/**
 * By name, the part that matters of a value that is read: who asks is given that instead of the value, and is asked once for all
 * values of which the same matters. A part is plain data; one that is kept in the value as it is costs least.
 */
export type Parts = Readonly<Record<string, (value: never) => unknown>>;

/** A rule that proposes joint actions from what it reads: components (state), channels (array of messages), budgets (what is left). */
export interface JointMove<Values extends readonly unknown[]> {
  readonly name: string;
  readonly reads: readonly string[];
  /** Values of one name with which nothing is offered whatever the others are. Use: most worlds need not be asked more. */
  readonly unless?: Readonly<Record<string, (value: never) => boolean>>;
  readonly parts?: Parts;
  generate(...values: Values): readonly JointAction[];
}

/** Components, channels and budgets live in one namespace; outputs, reads and properties refer to these names. */
export interface Composition {
  readonly name: string;
  readonly components: Readonly<Record<string, Component<unknown, unknown>>>;
  readonly channels?: Readonly<Record<string, Channel<unknown, unknown>>>;
  readonly joint?: readonly JointMove<readonly unknown[]>[];
  /** How often each class of move may happen in one run. */
  readonly budgets?: Readonly<Record<string, number>>;
  /** Further bounds within which a verdict holds, to be told with it. */
  readonly bounds?: Readonly<Record<string, number>>;
  readonly properties: readonly Property[];
  /** Marks that must be reached; one that is not is a coverage hole. */
  readonly mustReach?: readonly string[];
  /** Renamings under which the composition and its properties stay what they are: a whole group, the identity left out. */
  readonly symmetry?: readonly Renaming[];
}

/** Which component or channel takes the place of which, and how what they hold and say must be reworded for it. */
export interface Renaming {
  readonly names: Readonly<Record<string, string>>;
  /** Of the state of a component or one message of a channel, by its name before. */
  value?(value: unknown, name: string): unknown;
}

/** A million renamings and more of each state are no reduction. */
const permutedMost = 9;

/** Every order of the numbers from 0 to below `count`, but for the order itself. Throws a RangeError for more than 9. */
export function permutationsOf(count: number): readonly (readonly number[])[] {
  if (!(Number.isInteger(count) && count >= 0 && count <= permutedMost))
    throw new RangeError(
      `permutationsOf(${String(count)}): a count is a whole number from 0 to ${permutedMost}`,
    );
  let orders: readonly (readonly number[])[] = [[]];
  for (let number = 0; number < count; number++) {
    orders = orders.flatMap((order) =>
      Array.from({ length: number + 1 }, (_, at) => order.toSpliced(at, 0, number)),
    );
  }
  return orders.filter((order) => order.some((number, at) => number !== at));
}

export type ModelAction<State> =
  | readonly [name: string, next: State]
  | { readonly name: string; readonly next: State; readonly fault?: boolean };

/** Anything else: states, and what can happen in each. */
export interface Model<State> {
  readonly name: string;
  readonly initial: readonly State[];
  actions(state: State): Iterable<ModelAction<State>>;
  readonly properties: readonly Property[];
  /** All states that differ from this one only by a renaming under which nothing changes. */
  images?(state: State): Iterable<State>;
}

/** An action as a transition property sees it. */
export interface Occurred {
  readonly name: string;
  readonly fault: boolean;
  /** The event of a delivery or a local move, else null. */
  readonly event: unknown;
}

interface Claim {
  readonly rule: string;
  readonly sentence: string;
  /** Names whose values the predicate takes; null: the whole state, as one value. */
  readonly reads: readonly string[] | null;
}

/** Any function that answers yes or no about what its property reads. */
export type Predicate = (...values: never) => boolean;

export interface StateProperty extends Claim {
  readonly kind: 'always' | 'sometimes' | 'ends';
  readonly predicate: Predicate;
  readonly parts?: Parts;
}

export interface TransitionProperty extends Claim {
  readonly kind: 'transition';
  readonly predicate: (before: never, action: Occurred, after: never) => boolean;
  /**
   * What the predicate sees of a world, made once of each combination of what is read; worlds that are alike to it must be
   * the same object. Null: it takes the values that are read.
   */
  readonly sees: ((read: never) => object) | null;
  /** It is about what is read only, whatever the action, and nothing that leaves this as it was is wrong. */
  readonly onlyChanges: boolean;
}

export interface EventuallyProperty extends Claim {
  readonly kind: 'eventually';
  readonly predicate: Predicate;
  readonly fairness: Fairness;
  readonly from: 'anywhere' | 'start';
}

/**
 * Which endless runs are fair. `reachable`: only that the goal stays reachable without faults (every way out that is offered for
 * ever is taken some time). `weak`: besides, a move that stays possible is made. `strong`: besides, a move that becomes possible
 * again and again is made. `none`: any endless run counts, as long as it moves. A step that changes nothing is no step.
 */
export type Fairness = 'reachable' | 'weak' | 'strong' | 'none';

export type Property = StateProperty | TransitionProperty | EventuallyProperty;

/** Holds in every reachable state. */
export function always<Values extends readonly unknown[]>(
  rule: string,
  sentence: string,
  ...claim: Reading<Values>
): StateProperty {
  return { kind: 'always', rule, sentence, ...reading(claim) };
}

/** Holds in at least one reachable state; if it never does, the check has a hole. */
export function sometimes<Values extends readonly unknown[]>(
  rule: string,
  sentence: string,
  ...claim: Reading<Values>
): StateProperty {
  return { kind: 'sometimes', rule, sentence, ...reading(claim) };
}

/** Holds wherever nothing but faults can happen any more; where it does not, the state is a deadlock. */
export function ends<Values extends readonly unknown[]>(
  rule: string,
  sentence: string,
  ...claim: Reading<Values>
): StateProperty {
  return { kind: 'ends', rule, sentence, ...reading(claim) };
}

/** The same claim of parts of what it reads: its predicate takes those. */
export function ofParts(property: StateProperty, parts: Parts): StateProperty {
  return { ...property, parts };
}

/** What a predicate takes when its property reads these values. */
export function takenFrom(
  { parts = {}, reads }: StateProperty,
  values: readonly unknown[],
): readonly unknown[] {
  return values.map((value, at) => {
    const take = ownOf(parts, reads?.[at] ?? '') as ((value: unknown) => unknown) | undefined;
    return take === undefined ? value : take(value);
  });
}

/** Holds for every action; `before` and `after` are records of what is read. */
export function transition<World>(
  rule: string,
  sentence: string,
  reads: readonly string[] | null,
  predicate: (before: World, action: Occurred, after: World) => boolean,
): TransitionProperty {
  return { kind: 'transition', rule, sentence, reads, predicate, sees: null, onlyChanges: false };
}

/** Holds whenever something changes of what is read, by whatever action: each pair of before and after is asked about once. */
export function changes<World>(
  rule: string,
  sentence: string,
  reads: readonly string[] | null,
  predicate: (before: World, after: World) => boolean,
): TransitionProperty {
  return {
    kind: 'transition',
    rule,
    sentence,
    reads,
    predicate: (before, _, after) => predicate(before, after),
    sees: null,
    onlyChanges: true,
  };
}

/** The same of images of worlds: each pair of images is asked about once per kind of action and event. */
export function transitionOf<World, Image extends object>(
  rule: string,
  sentence: string,
  reads: readonly string[] | null,
  sees: (read: World) => Image,
  predicate: (before: Image, action: Occurred, after: Image) => boolean,
): TransitionProperty {
  return { kind: 'transition', rule, sentence, reads, predicate, sees, onlyChanges: false };
}

/**
 * Once faults stop, the goal comes: from every reachable state it stays reachable, and no fair endless run avoids it.
 * `from: 'start'`: it is enough that it comes once.
 */
export function eventually<Values extends readonly unknown[]>(
  rule: string,
  sentence: string,
  reads: readonly string[] | null,
  goal: (...values: Values) => boolean,
  options: { readonly fairness?: Fairness; readonly from?: 'anywhere' | 'start' } = {},
): EventuallyProperty {
  const { fairness = 'weak', from = 'anywhere' } = options;
  return {
    kind: 'eventually',
    rule,
    sentence,
    reads,
    predicate: goal as Predicate,
    fairness,
    from,
  };
}

/** Either `(state) => …` or `reads, (…values) => …`; what is read is what the verdict is remembered by, so read little. */
export type Reading<Values extends readonly unknown[]> =
  | readonly [predicate: (...values: Values) => boolean]
  | readonly [reads: readonly string[] | null, predicate: (...values: Values) => boolean];

function reading<Values extends readonly unknown[]>(claim: Reading<Values>) {
  return claim.length === 1
    ? { reads: null, predicate: claim[0] as Predicate }
    : { reads: claim[0], predicate: claim[1] as Predicate };
}
