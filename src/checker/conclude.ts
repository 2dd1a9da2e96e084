import { askedElsewhere, spread } from './asked-again.ts';
import { CheckError } from './check-error.ts';
import type { Counterexample } from './counterexample.ts';
import { fingerprintOf, type Reworded } from './fingerprint.ts';
import type { InPieces } from './in-pieces.ts';
import { failureOf } from './liveness.ts';
import type { Monitor, Violation } from './monitor.ts';
import { isForWantOfMemory } from './no-room.ts';
import type { Explored } from './search.ts';
import type { Subject } from './source.ts';
import type { Space } from './space.ts';
import { SymmetricSpace } from './symmetric-space.ts';
import { Tracer } from './trace.ts';
import type {
  Coverage,
  MoveCoverage,
  PartialRun,
  PropertyOutcome,
  Verdict,
  VerdictKind,
} from './verdict.ts';

/** Of each claim: it may cost more than a step. */
const WORLDS_ASKED_AGAIN = 4;

const GOALS_AT_ONCE = 256;
const LOOK_MILLISECONDS = 100;

/** All that a finished or interrupted run knows. */
export interface Conclusion {
  readonly space: Space;
  readonly monitor: Monitor;
  readonly search: Explored;
  readonly subject: Subject;
  readonly cutShort: string | null;
  readonly begun: number;
  readonly mode: Verdict['mode'];
  readonly fingerprint: Reworded | null;
  readonly notSaved: string | null;
  /** Hears who interrupts, and looks at limits: why the run must end here, or null. */
  readonly look: () => Promise<string | null>;
}

interface Finding {
  readonly kind: VerdictKind;
  readonly counterexample: Counterexample | null;
  /** The eventual property that fails: those declared before it hold, those after it were not asked. */
  readonly unfulfilled: number | null;
  readonly reason: string | null;
}

/** Errors: `not-deterministic`. */
export async function conclude(run: Conclusion): Promise<Verdict> {
  askedElsewhere(() => {
    run.space.askAgain();
    claimAgain(run);
  });
  lendAgain(run);
  const coverage = coverageOf(run);
  const finding = await findingOf(run, coverage);
  const { search, space, subject } = run;
  const seconds = (performance.now() - run.begun) / 1000;
  const states = search.count;
  const bounds = boundsOf(subject);
  const facts = {
    kind: finding.kind,
    name: space.name,
    exhaustive: search.complete && search.violations.length === 0,
    mode: run.mode,
    workers: search.workers,
    states,
    represents: representedBy(run),
    generated: search.generated,
    depth: search.depth,
    seconds,
    rate: Math.round(states / Math.max(seconds, 1e-6)),
    bytesPerState: search.bytesUsed() / states,
    calls: search.calls,
    bounds,
    properties: outcomesOf(run, finding),
    coverage,
    counterexample: finding.counterexample,
    reason: finding.reason,
    partial: finding.kind === 'incomplete' ? partialOf(run) : null,
    fingerprint:
      run.fingerprint !== null && search.complete && search.violations.length === 0
        ? fingerprintOf(space, search, run.fingerprint)
        : null,
    notSaved: finding.kind === 'incomplete' ? run.notSaved : null,
  };
  return { ...facts, sentence: sentenceOf(facts) };
}

/** Where nothing is violated, each `always` is true in every world, and a `sometimes` where it was seen. */
function claimAgain({ monitor, search, space }: Conclusion): void {
  if (!search.complete || search.violations.length > 0) return;
  const world = new Int32Array(space.slots());
  const expectTrue = (index: number, number: number): void => {
    world.fill(0);
    search.read(number, world);
    if (monitor.evaluate(index, world)) return;
    const sentence = `property ${monitor.properties[index]!.rule} answered the same differently`;
    throw new CheckError('not-deterministic', sentence);
  };
  for (const [index, { kind }] of monitor.properties.entries()) {
    const witness = search.witnesses[index]!;
    if (kind === 'sometimes' && witness >= 0) expectTrue(index, witness);
    if (kind !== 'always') continue;
    for (const number of spread(search.count, WORLDS_ASKED_AGAIN)) expectTrue(index, number);
  }
}

/** Code that is not strict writes in vain to what is frozen: what it answers then is not what it says. */
function lendAgain({ monitor, search, space }: Conclusion): void {
  const world = new Int32Array(space.slots());
  for (const index of monitor.properties.keys()) {
    for (const number of spread(search.count, WORLDS_ASKED_AGAIN)) {
      world.fill(0);
      search.read(number, world);
      monitor.lend(index, world);
    }
  }
}

function representedBy({ search, space }: Conclusion): number | null {
  if (!(space instanceof SymmetricSpace) || !search.complete) return null;
  let sum = 0;
  const world = new Int32Array(space.slots());
  for (let number = 0; number < search.count; number++) {
    search.read(number, world);
    sum += space.orbit(world);
  }
  return sum;
}

function partialOf({ mode, monitor, search }: Conclusion): PartialRun {
  const undecided = monitor.properties.filter(
    ({ kind }, index) =>
      kind === 'eventually' || (kind === 'sometimes' && search.witnesses[index]! < 0),
  );
  return {
    coveredSteps: mode === 'random walk' ? null : search.depth,
    waiting: search.queue,
    undecided: [...new Set(undecided.map(({ rule }) => rule))],
  };
}

async function findingOf(run: Conclusion, coverage: Coverage): Promise<Finding> {
  const { monitor, cutShort, subject } = run;
  const violation = shortest(run);
  if (violation !== null) {
    const { kind } = monitor.properties[violation.property]!;
    const counterexample = explain(run, violation);
    return { ...nothing, kind: kind === 'ends' ? 'deadlock' : 'safety', counterexample };
  }
  if (cutShort !== null) return { ...nothing, kind: 'incomplete', reason: cutShort };
  if (subject.properties.length === 0) {
    return { ...nothing, kind: 'incomplete', reason: 'it has no property to check' };
  }
  const failure = await unlessCutShort(livenessFailure(run), run.look);
  if (typeof failure === 'string') return { ...nothing, kind: 'incomplete', reason: failure };
  if (failure !== null) return { ...nothing, kind: 'liveness', ...failure };
  if (coverage.holes.length > 0) {
    return { ...nothing, kind: 'coverage', reason: coverage.holes.join('; ') };
  }
  return { ...nothing, kind: 'exhausted' };
}

/** What comes of the work, or why it had to be given up. */
async function unlessCutShort<Result>(
  work: InPieces<Result>,
  look: Conclusion['look'],
): Promise<Result | string> {
  try {
    for (let lookAt = performance.now() + LOOK_MILLISECONDS; ; ) {
      const { done, value } = work.next();
      if (done) return value;
      if (performance.now() < lookAt) continue;
      const reason = await look();
      if (reason !== null) return `${reason} while it was decided what must come`;
      lookAt = performance.now() + LOOK_MILLISECONDS;
    }
  } catch (error) {
    if (isForWantOfMemory(error)) return 'the machine has no more memory to decide what must come';
    throw error;
  }
}

const nothing = { counterexample: null, unfulfilled: null, reason: null };

/** The violation with the fewest steps; among equals, of the property that was declared first. */
function shortest(run: Conclusion): Violation | null {
  const { violations } = run.search;
  const length = (violation: Violation) =>
    pathTo(run, violation.world).length + (violation.next === null ? 0 : 1);
  const ranked = violations
    .map((violation) => ({ violation, length: length(violation) }))
    .sort((a, b) => a.length - b.length || a.violation.property - b.violation.property);
  return ranked[0]?.violation ?? null;
}

function explain(run: Conclusion, violation: Violation): Counterexample {
  const property = run.monitor.properties[violation.property]!;
  const numbers = pathTo(run, violation.world);
  const path = numbers.map((number) => worldOf(run, number));
  if (violation.next !== null) path.push(violation.next);
  const when = path.length > 1 ? 'After these steps' : 'At the start';
  return {
    rule: property.rule,
    property: property.sentence,
    claim:
      property.kind === 'ends'
        ? `${when} nothing but faults can happen, and it is no fine end: ${property.sentence}.`
        : `${when} it is not true that ${property.sentence}.`,
    steps: new Tracer(run.space).steps(path, (move, step) => {
      // What is broken by an action may be fine by another that leads to the same.
      return violation.next === null || step < numbers.length || move === violation.move;
    }),
    loopFrom: null,
    noReturnFrom: null,
  };
}

/** The first eventual property, as declared, whose goal can fail to come. */
function* livenessFailure(
  run: Conclusion,
): InPieces<{ counterexample: Counterexample; unfulfilled: number } | null> {
  const { monitor, search, space } = run;
  const graph = search.graph();
  if (graph === null) return null;
  for (const [index, property] of monitor.properties.entries()) {
    if (property.kind !== 'eventually') continue;
    const goal = yield* goalWorlds(run, index);
    const failure = yield* failureOf(graph, goal, property);
    if (failure === null) continue;
    const path = failure.path.map((number) => worldOf(run, number));
    const last = path.length - 1;
    const suits = (move: number, step: number): boolean => {
      if (failure.kind === 'doomed' || step <= failure.loopFrom) return true;
      // What is lost may be what arrives and changes nothing: a loop is made of actions that are fair.
      const { fault, group } = space.moveClass(move);
      return !fault && group === graph.groupNames[failure.groups[step - failure.loopFrom - 1]!];
    };
    const counterexample = {
      rule: property.rule,
      property: property.sentence,
      claim:
        failure.kind === 'doomed'
          ? `After step ${last} it can never again come true, without a fault, that ${property.sentence}.`
          : `Steps ${failure.loopFrom + 1} to ${last} can repeat for ever, fairly, and it never comes true that ${property.sentence}.`,
      steps: new Tracer(space).steps(path, suits),
      loopFrom: failure.kind === 'lasso' ? failure.loopFrom : null,
      noReturnFrom: failure.kind === 'doomed' ? last : null,
    };
    return { counterexample, unfulfilled: index };
  }
  return null;
}

function* goalWorlds(run: Conclusion, property: number): InPieces<Uint8Array> {
  const { monitor, search, space } = run;
  const goal = new Uint8Array(search.count);
  const world = new Int32Array(space.slots());
  for (let number = 0; number < goal.length; number++) {
    if (number % GOALS_AT_ONCE === 0) yield;
    search.read(number, world);
    goal[number] = monitor.holds(property, world) ? 1 : 0;
  }
  return goal;
}

function pathTo(run: Conclusion, number: number): readonly number[] {
  const path: number[] = [];
  for (let at = number; at >= 0; at = run.search.parent(at)) path.push(at);
  return path.reverse();
}

function worldOf(run: Conclusion, number: number): Int32Array {
  const world = new Int32Array(run.space.slots());
  run.search.read(number, world);
  return world;
}

function coverageOf(run: Conclusion): Coverage {
  const { monitor, search, subject } = run;
  const marks = search.marks;
  const mustReach = 'components' in subject ? (subject.mustReach ?? []) : [];
  const holes = [
    ...monitor.properties
      .filter(({ kind }, index) => kind === 'sometimes' && search.witnesses[index]! < 0)
      .map(({ rule, sentence }) => `${rule} is never reached: ${sentence}`),
    ...mustReach.filter((mark) => !marks.has(mark)).map((mark) => `mark ${mark} is never reached`),
  ];
  return { moves: movesOf(run), marks: Object.fromEntries([...marks].sort()), holes };
}

/** Messages of one kind are one, though each is owed its arrival for itself. */
function movesOf({ search, space }: Conclusion): readonly MoveCoverage[] {
  const moves = new Map<string, MoveCoverage>();
  for (const [id, { by, fault, name }] of space.moveClasses().entries()) {
    const key = JSON.stringify([by, name, fault]);
    const { found, made } = moves.get(key) ?? { made: 0, found: 0 };
    const sums = { made: made + search.made(id), found: found + search.foundBy(id) };
    moves.set(key, { name, by, fault, ...sums });
  }
  return [...moves.values()];
}

function outcomesOf(run: Conclusion, finding: Finding): readonly PropertyOutcome[] {
  const { monitor, search } = run;
  const { kind: found, unfulfilled } = finding;
  const isWhole = found === 'exhausted' || found === 'coverage' || found === 'liveness';
  return monitor.properties.map(({ kind, rule, sentence }, index) => {
    const violated =
      search.violations.some(({ property }) => property === index) || index === unfulfilled;
    const isOpen = kind === 'eventually' && unfulfilled !== null && index > unfulfilled;
    const reached = search.witnesses[index]! >= 0;
    if (violated) return { rule, sentence, kind, outcome: 'violated' };
    if (kind === 'sometimes' && reached) return { rule, sentence, kind, outcome: 'reached' };
    if (!isWhole || isOpen) return { rule, sentence, kind, outcome: 'not decided' };
    return { rule, sentence, kind, outcome: kind === 'sometimes' ? 'never reached' : 'holds' };
  });
}

/** The bounds that a verdict is about. */
export function boundsOf(subject: Subject): Readonly<Record<string, number>> {
  if (!('components' in subject)) return {};
  // What must never be full bounds nothing.
  const capacities = Object.entries(subject.channels ?? {}).flatMap(
    ([name, { capacity, whenFull }]) =>
      capacity === undefined || whenFull === 'error'
        ? []
        : [[`capacity of ${name}`, capacity] as const],
  );
  return { ...subject.bounds, ...subject.budgets, ...Object.fromEntries(capacities) };
}

function sentenceOf(facts: Omit<Verdict, 'sentence'>): string {
  const standing =
    facts.represents === null ? '' : ` (standing for ${facts.represents.toLocaleString('en-US')})`;
  const size = `${facts.states.toLocaleString('en-US')} states${standing}, ${facts.generated.toLocaleString('en-US')} actions, depth ${facts.depth}`;
  const bounds = Object.entries(facts.bounds).map(([name, bound]) => `${name} ${bound}`);
  const within = bounds.length === 0 ? '' : ` within ${bounds.join(', ')}`;
  const { counterexample, name } = facts;
  switch (facts.kind) {
    case 'exhausted':
      return `${name}: every property holds in all of ${size}${within}.`;
    case 'coverage':
      return `${name}: nothing is violated in all of ${size}${within}, but ${facts.reason}.`;
    case 'incomplete':
      return `${name}: no proof, ${facts.reason}; so far ${size}${within}. ${partialText(facts)}`;
    default:
      return `${name}: ${counterexample?.rule} is violated (${facts.kind}) after ${(counterexample?.steps.length ?? 1) - 1} steps: ${counterexample?.property}. Seen: ${size}${within}.`;
  }
}

function partialText({ partial }: Omit<Verdict, 'sentence'>): string {
  const { coveredSteps, undecided, waiting } = partial!;
  const covered =
    coveredSteps === null
      ? 'Covered: the walks, no more.'
      : `Covered: all that up to ${coveredSteps} steps lead to.`;
  const rest = waiting === 0 ? '' : ` what follows from ${waiting.toLocaleString('en-US')} states`;
  const open = undecided.length === 0 ? '' : ` ${undecided.join(', ')}`;
  const missing = [rest, open].filter((part) => part !== '').join(';');
  return missing === '' ? covered : `${covered} Not covered:${missing}.`;
}
