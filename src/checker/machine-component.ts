import {
  type AnyEventObject,
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
  initialTransition,
  type StateValue,
  transition,
} from 'xstate';
import type { Component, Move, Output, Stepped } from '../../models/model.ts';
import { ownOf } from '../../models/own.ts';
import { askedElsewhere } from './asked-again.ts';
import { CheckError, guarded } from './check-error.ts';
import { refuseMisspelt } from './misspelt.ts';
import { canonicalText } from './plain.ts';
import { textOf } from './text-of.ts';

/** Of one machine by one event. */
const STEPS_AT_ONCE_MOST = 10_000;

/** What a machine is, for the checker: nothing else of a snapshot matters. */
export interface MachineState<Context = unknown> {
  readonly value: StateValue;
  readonly context: Context;
}

export interface MachineOptions<Context> {
  /** What each action of the machine does to the world. Every action must be here; `() => []` for one that does nothing. */
  readonly effects?: Readonly<Record<string, (params: never) => readonly Output[]>>;
  readonly moves?: (state: MachineState<Context>) => readonly Move<AnyEventObject>[];
  /** Types of events that may arrive unhandled. Any other unhandled event is an error. */
  readonly ignores?: readonly string[];
  readonly input?: unknown;
}

/**
 * An XState machine as a component. Its transitions become marks, so coverage shows which were never taken.
 * Errors: `unsupported-machine`, `no-model`, `not-plain-data`, `not-deterministic`; when it is checked `unhandled-event`, `unknown-action`.
 */
export function machineComponent<Context = unknown>(
  given: AnyStateMachine,
  options: MachineOptions<Context> = {},
): Component<MachineState<Context>, AnyEventObject> {
  if (typeof given?.root?.states !== 'object') {
    throw new CheckError('unsupported-machine', `${textOf(given)} is no machine of XState 5`);
  }
  refuseMisspelt('no-model', 'machine', options, `what is said of machine ${given.id}`);
  const { ignores = [], moves } = options;
  const machine = bounded(given);
  heedful(machine, ignores);
  for (const node of nodesOf(machine.root)) refuseUnsupported(machine, node);
  const initial = initialState<Context>(machine, options.input);
  const text = canonicalText(initial, `the initial state of machine ${machine.id}`);
  askedElsewhere(() => {
    if (canonicalText(initialState(machine, options.input), machine.id) === text) return;
    const sentence = `machine ${machine.id} begins otherwise when it is asked again`;
    throw new CheckError('not-deterministic', sentence);
  });
  return {
    initial,
    step: (state, event) => stepOf(machine, state, event, options.effects ?? {}),
    ...(moves === undefined ? {} : { moves }),
  };
}

/** The same machine, but one step of it comes to an end: transitions that follow of themselves may go round for ever. */
function bounded(machine: AnyStateMachine): AnyStateMachine {
  const copy = machine.provide({});
  const { maxIterations = Number.POSITIVE_INFINITY } = copy.options ?? {};
  copy.options = { ...copy.options, maxIterations: Math.min(maxIterations, STEPS_AT_ONCE_MOST) };
  return copy;
}

/** From then on it refuses events that it would pass over in silence: also those that it raises, and all once it has ended. */
function heedful(machine: AnyStateMachine, ignores: readonly string[]): void {
  const ask = machine.getTransitionData.bind(machine);
  machine.getTransitionData = (snapshot, event) => {
    const hasEnded = snapshot.status !== 'active';
    const taken = hasEnded ? [] : ask(snapshot, event);
    const isHeard = taken.length > 0 || ignores.includes(event.type);
    if (isHeard || event.type.startsWith('xstate.done.state.')) return taken;
    const where = `${JSON.stringify(snapshot.value)}${hasEnded ? ', where it has ended' : ''}`;
    const sentence = `machine ${machine.id} does not handle ${JSON.stringify(event)} in ${where}`;
    throw new CheckError('unhandled-event', sentence);
  };
}

/** The marks that the machine's component can report: one for each transition, for `mustReach`. */
export function transitionMarks(machine: AnyStateMachine): readonly string[] {
  const all = nodesOf(machine.root).flatMap((node) => [...node.transitions.values()].flat());
  return [...new Set(all.map(markOf))].sort();
}

function stepOf<Context>(
  machine: AnyStateMachine,
  state: MachineState<Context>,
  event: AnyEventObject,
  effects: NonNullable<MachineOptions<Context>['effects']>,
): Stepped<MachineState<Context>> {
  const snapshot = machine.resolveState({ value: state.value, context: state.context });
  const taken = machine.getTransitionData(snapshot, event);
  if (taken.length === 0) return { state, marks: [`${machine.id} ignores ${event.type}`] };
  const [next, actions] = transition(machine, snapshot, event);
  const outputs = actions.flatMap(({ params, type }) => outputsOf(machine, type, params, effects));
  return { state: { value: next.value, context: next.context }, outputs, marks: taken.map(markOf) };
}

function outputsOf(
  machine: AnyStateMachine,
  type: string,
  params: unknown,
  effects: NonNullable<MachineOptions<unknown>['effects']>,
): readonly Output[] {
  if (isRaisedNow(type, params)) return [];
  if (type.startsWith('xstate.'))
    throw unsupported(
      machine,
      `uses ${type}${type === 'xstate.raise' ? ' with a delay' : ''}; what it does must be an action with an effect`,
    );
  const effect = ownOf(effects, type);
  if (effect === undefined) {
    throw new CheckError(
      'unknown-action',
      `machine ${machine.id} performs ${JSON.stringify(type)}, which no effect names`,
    );
  }
  return guarded('component-threw', `effect ${type} of machine ${machine.id}`, () =>
    effect(params as never),
  );
}

/** Such an event was taken already; one with a delay would be lost. */
const isRaisedNow = (type: string, params: unknown): boolean =>
  type === 'xstate.raise' && (params as { delay?: unknown } | undefined)?.delay === undefined;

function initialState<Context>(machine: AnyStateMachine, input: unknown): MachineState<Context> {
  const [snapshot, actions] = guarded('component-threw', `the start of machine ${machine.id}`, () =>
    initialTransition(machine, input as never),
  );
  const acts = actions.filter(({ params, type }) => !isRaisedNow(type, params));
  if (acts.length > 0)
    throw unsupported(machine, `performs ${acts[0]!.type} before its first event`);
  return { value: snapshot.value, context: snapshot.context };
}

function refuseUnsupported(machine: AnyStateMachine, node: AnyStateNode): void {
  if (node.invoke.length > 0)
    throw unsupported(machine, `invokes something in ${node.id}; make its result an event`);
  if (node.after.length > 0)
    throw unsupported(machine, `uses a delay in ${node.id}; make the time-out a move`);
  if (node.type === 'history')
    throw unsupported(machine, `remembers history in ${node.id}; keep it in the context`);
}

function nodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap((child) => nodesOf(child as AnyStateNode))];
}

function markOf({ eventType, guard, source, target }: AnyTransitionDefinition): string {
  const named = typeof guard === 'string' ? guard : (guard as { type?: string } | undefined)?.type;
  const when = named === undefined ? '' : ` if ${named}`;
  const to = target === undefined ? 'itself' : target.map(({ id }) => id).join(', ');
  return `${source.id} on ${eventType}${when} to ${to}`;
}

function unsupported(machine: AnyStateMachine, what: string): CheckError {
  return new CheckError('unsupported-machine', `machine ${machine.id} ${what}`);
}
