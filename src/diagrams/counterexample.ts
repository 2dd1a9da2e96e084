import type { Counterexample } from '../checker/counterexample.ts';
import type { Happening } from '../checker/space.ts';
import type { Row, SequenceDiagram } from './sequence.ts';

const fates: Readonly<Record<Happening['kind'], 'arrives' | 'is sent' | 'is lost'>> = {
  arrives: 'arrives',
  'is told': 'arrives',
  happens: 'arrives',
  'is sent': 'is sent',
  'is lost': 'is lost',
  'is ignored': 'is lost',
  'is full': 'is lost',
};

/** A counterexample as a picture of who told whom what. */
export function sequenceOf(counterexample: Counterexample): SequenceDiagram {
  const { claim, loopFrom, noReturnFrom, rule, steps } = counterexample;
  const rows = steps.slice(1).flatMap((step): Row[] => [
    ...(loopFrom !== null && step.number === loopFrom + 1 ? [mark('from here it repeats')] : []),
    {
      kind: 'note',
      number: step.number,
      text: `${step.action}${step.fault ? ' (fault)' : ''}`,
      tone: step.fault ? 'fault' : 'step',
    },
    ...step.happened.map(rowOf),
    ...(noReturnFrom === step.number ? [mark('the point of no return')] : []),
  ]);
  return {
    title: `${rule}: ${claim}`,
    participants: participantsOf(counterexample),
    rows: [...rows, mark(claim)],
  };
}

const mark = (text: string): Row => ({ kind: 'note', number: null, text, tone: 'end' });

function rowOf({ event, from, kind, to }: Happening): Row {
  return {
    kind: 'message',
    number: null,
    from: from === '' ? to : from,
    to,
    text: shortText(event),
    detail: JSON.stringify(event),
    fate: fates[kind],
  };
}

/** In the order of the world's components; who takes no part is left out. */
function participantsOf({ steps }: Counterexample): readonly string[] {
  const happened = steps.flatMap((step) => step.happened);
  const present = new Set(happened.flatMap(({ from, to }) => (from === '' ? [to] : [from, to])));
  const ordered = Object.keys(steps[0]!.world).filter((name) => present.delete(name));
  return [...ordered, ...present];
}

/** What an event is called and the numbers in it: `write epoch 3, committed 1`. */
export function shortText(event: unknown): string {
  if (typeof event !== 'object' || event === null) return String(event);
  const { event: inner, message } = event as { event?: unknown; message?: unknown };
  if (isObject(message)) return shortText(message);
  if (isObject(inner)) return shortText(inner);
  const { type, ...rest } = event as { type?: unknown } & Record<string, unknown>;
  const shown = Object.entries(rest)
    .filter(([, value]) => ['number', 'string', 'boolean'].includes(typeof value))
    .slice(0, 3)
    .map(([name, value]) => `${name} ${value}`);
  return [String(type ?? ''), shown.join(', ')].filter((part) => part !== '').join(' ');
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
