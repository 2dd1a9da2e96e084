// What Quint's simulator does at each step of a run, done with less: the same runs, seed by seed, in three quarters of the time.

/** A module of Quint's package. Its functions call those of other modules by what these export at that time. */
// biome-ignore lint/suspicious/noExplicitAny: it has no types for these.
export type From = (module: string) => any;

export function hastenSteps(from: From): void {
  const values = from('runtime/impl/runtimeValue');
  const right: Right = from('runtime/impl/builtins').builtinLambda('Set')({}, []).constructor.right;
  notePicksIfTold(from('runtime/impl/VarStorage'));
  drawInWords(from('rng'));
  passOnWhatIsRight(right);
  askWithoutASet(from('runtime/impl/builtins'), values.rv, right);
  makeArrowsOnce(values.RuntimeValueLambda.prototype, right);
}

interface Register {
  value: unknown;
}
interface Storage {
  readonly nextVars: { forEach(look: (register: Register) => void): void };
}
type Kept = readonly (readonly [Register, unknown])[];
type NewStorage = new (tells: boolean, picks: unknown) => Storage;

/** At each `all` it copies what every `nondet` picked: up to a third of a run. Only a trace that is written with `--mbt` tells it. */
function notePicksIfTold(storage: { VarStorage: unknown }): void {
  const Telling = storage.VarStorage as NewStorage;
  const none = Object.assign(new Map(), { set: () => none });
  class Silent extends Telling {
    get nondetPicks(): unknown {
      return none;
    }
    set nondetPicks(_) {}
    snapshot(): Kept {
      const kept: [Register, unknown][] = [];
      this.nextVars.forEach((register) => void kept.push([register, register.value]));
      return kept;
    }
    recoverSnapshot(kept: Kept): void {
      for (const [register, value] of kept) register.value = value;
    }
  }
  storage.VarStorage = function newStorage(tells: boolean, picks: unknown) {
    return tells ? new Telling(tells, picks) : new Silent(tells, picks);
  };
}

interface Dice {
  getState(): bigint;
  setState(state: bigint): void;
  next(bound: bigint): bigint;
}

/** Its dice ("Squares", Widynski) divide numbers of any length: a tenth of a run. These cut words of 64 bits, and fall alike. */
function drawInWords(dice: { newRng: (state?: bigint) => Dice }): void {
  const { newRng } = dice;
  dice.newRng = (state) => {
    const its = newRng(state);
    const next = (bound: bigint): bigint => {
      if (bound < 1n || bound >> 32n > 0n) return its.next(bound);
      const at = its.getState();
      its.setState(at + 1n);
      return squares(at) % bound;
    };
    return { ...its, next };
  };
}

const key = 0xfb9e125878fa6cb3n; // the package's
const word = (number: bigint) => BigInt.asUintN(64, number);
const turned = (number: bigint) => (number >> 32n) | word(number << 32n);

function squares(counter: bigint): bigint {
  const one = word(counter * key);
  const other = word(one + key);
  let x = turned(word(one * one + one));
  x = turned(word(x * x + other));
  x = turned(word(x * x + one));
  return word(x * x + other) >> 32n;
}

/** What a step comes to: a value, or what is wrong (left). */
interface Outcome<Found = unknown> {
  readonly type: 'Left' | 'Right';
  readonly value: Found;
  mapLeft(change: unknown): Outcome;
  unwrap(otherwise?: unknown): unknown;
}
type Right = (value: unknown) => Outcome;

/** What is right stays what it is where only what is wrong is to change. */
function passOnWhatIsRight(right: Right): void {
  const outcomes: Outcome = Object.getPrototypeOf(right(null));
  const { mapLeft, unwrap } = outcomes;
  outcomes.mapLeft = function (change) {
    return this.type === 'Right' ? this : mapLeft.call(this, change);
  };
  outcomes.unwrap = function (otherwise) {
    return this.type === 'Right' ? this.value : unwrap.call(this, otherwise);
  };
}

type Arrow = (context: unknown, args: readonly unknown[]) => Outcome<{ toBool(): boolean }>;
interface Value {
  toArrow(): Arrow;
  toSet(): Iterable<unknown>;
}
type Operator = (context: unknown, args: readonly Value[]) => Outcome;

/** It makes a set of the answers to `exists` and `forall`, hashes and all, to look for one. All are asked, as ever. */
function askWithoutASet(
  builtins: { builtinLambda: (name: string) => Operator },
  values: { mkBool(value: boolean): unknown },
  right: Right,
): void {
  const { builtinLambda } = builtins;
  const asking =
    (wanted: boolean): Operator =>
    (context, [set, lambda]) => {
      const arrow = lambda!.toArrow();
      let isFound = false;
      for (const element of set!.toSet()) {
        const answer = arrow(context, [element]);
        if (answer.type === 'Left') return answer;
        if (answer.value.toBool() === wanted) isFound = true;
      }
      return right(values.mkBool(isFound === wanted));
    };
  const operators = new Map([
    ['exists', asking(true)],
    ['forall', asking(false)],
  ]);
  builtins.builtinLambda = (name) => operators.get(name) ?? builtinLambda(name);
}

interface Lambda {
  readonly registers: readonly Register[];
  readonly body: (context: unknown) => ReturnType<Arrow>;
  toArrow(): Arrow;
  arrow?: Arrow;
}

/** Each use of a lambda makes a function of it. */
function makeArrowsOnce(lambdas: Lambda, right: Right): void {
  const { toArrow } = lambdas;
  const arrowOf = (lambda: Lambda): Arrow => {
    const { registers, body } = lambda;
    const refusing = toArrow.call(lambda);
    return (context, args) => {
      if (args.length !== registers.length) return refusing(context, args);
      for (let place = 0; place < args.length; place++)
        registers[place]!.value = right(args[place]);
      return body(context);
    };
  };
  lambdas.toArrow = function () {
    this.arrow ??= arrowOf(this);
    return this.arrow;
  };
}
