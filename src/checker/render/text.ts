import type { Change, Counterexample, Step } from '../counterexample.ts';
import type { Happening } from '../space.ts';
import type { Verdict } from '../verdict.ts';

/** A verdict as a person reads it: one line, and the counterexample as numbered steps. */
export function renderText(verdict: Verdict): string {
  const { notSaved, sentence } = verdict;
  const unsaved = notSaved === null ? '' : `\nNot saved: ${notSaved}.`;
  const head = `${sentence}\n${speed(verdict)}${unsaved}`;
  return verdict.counterexample === null ? head : `${head}\n\n${steps(verdict.counterexample)}`;
}

/** A counterexample as its numbered actions, no more. */
export function renderActions({
  loopFrom,
  noReturnFrom,
  steps,
}: Pick<Counterexample, 'loopFrom' | 'noReturnFrom' | 'steps'>): string {
  return steps
    .slice(1)
    .map(({ action, fault, number }) => {
      const loop = number - 1 === loopFrom ? ' (from here it repeats)' : '';
      const doom = number === noReturnFrom ? ' (the point of no return)' : '';
      return `  ${number}. ${action}${fault ? ' (fault)' : ''}${loop}${doom}`;
    })
    .join('\n');
}

function speed({ bytesPerState, calls, mode, rate, seconds, workers }: Verdict): string {
  const note = mode === 'random walk' ? 'Random walks: not exhaustive. ' : '';
  const crew = workers === 1 ? '1 worker' : `${workers} workers`;
  return `${note}${seconds.toFixed(1)} s, ${rate.toLocaleString('en-US')} states/s, ${crew}, ${bytesPerState.toFixed(0)} bytes a state, ${calls.toLocaleString('en-US')} calls.`;
}

function steps(counterexample: Counterexample): string {
  const { claim, loopFrom, noReturnFrom, rule } = counterexample;
  const lines = counterexample.steps.flatMap((step) => {
    const lead =
      loopFrom !== null && step.number === loopFrom + 1 ? ['  -- from here it repeats --'] : [];
    const doom = noReturnFrom === step.number ? ['  -- the point of no return --'] : [];
    return [...lead, ...stepLines(step), ...doom];
  });
  return [`${rule}: ${claim}`, ...lines].join('\n');
}

function stepLines(step: Step): readonly string[] {
  if (step.number === 0) return [`  0. start: ${JSON.stringify(step.world)}`];
  const fault = step.fault ? ' (fault)' : '';
  return [
    `  ${step.number}. ${step.action}${fault}`,
    ...step.happened.map((happening) => `       ${happeningText(happening)}`),
    ...step.changes.map((change) => `       ${changeText(change)}`),
  ];
}

function happeningText({ event, from, kind, to }: Happening): string {
  const way = from === '' ? `at ${to}` : `${from} -> ${to}`;
  return `${way}: ${JSON.stringify(event)} ${kind}`;
}

function changeText({ after, before, path }: Change): string {
  return `${path}: ${plain(before)} => ${plain(after)}`;
}

function plain(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
