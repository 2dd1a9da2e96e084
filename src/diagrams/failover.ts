import type { HostState } from '../../models/host.ts';
import { instances } from '../../models/instances.ts';
import type { Message } from '../../models/message.ts';
import { type Occurred, transition } from '../../models/model.ts';
import type { Frame } from '../../models/node.ts';
import { worldOf } from '../../models/world.ts';
import { checkModel } from '../checker/check.ts';
import type { Counterexample, Step } from '../checker/counterexample.ts';
import { type Row, renderSequence } from './sequence.ts';

const names: Readonly<Record<string, string>> = {
  host: 'host',
  P: 'primary',
  S: 'sync mirror',
  A: 'async mirror',
};

/**
 * A failover, drawn from the shortest run of the real machines in which an acknowledged write reaches
 * the async mirror from the sync mirror: found by denying that there is one.
 */
export async function renderFailover(): Promise<string> {
  const bounds = instances.find(({ name }) => name === 'takeover');
  if (bounds === undefined) throw new Error('the failover is drawn from the instance "takeover"');
  const denial = transition('STORY', 'no such run', null, isNotTheEnd);
  const { counterexample } = await checkModel(worldOf(bounds, [denial]));
  if (counterexample === null) throw new Error('no run of "takeover" shows a failover');
  return renderSequence({
    title: 'The primary is lost: the shortest run of the machines, as the checker finds it',
    participants: Object.values(names),
    rows: numbered(rowsOf(counterexample)),
  });
}

function isNotTheEnd(before: { readonly host: HostState }, { event }: Occurred): boolean {
  const told = before.host.writes[0]?.state === 'acknowledged';
  const { from, message } = (event ?? {}) as Partial<Frame>;
  return !(told && from === 1 && message?.type === 'write');
}

const rowsOf = ({ steps }: Counterexample): Row[] => [
  ...steps.slice(1).flatMap(rowsOfStep),
  note('Both mirrors hold the same writes; hosts go on at the new primary.', 'end'),
];

function rowsOfStep({ action, fault, happened }: Step): Row[] {
  const delivery = /^[PSA]{2} delivers/.test(action);
  const rows = happened.flatMap(({ kind, from, to, event }): Row[] => {
    const { message } = event as Partial<Frame>;
    if (message !== undefined) {
      if (kind !== 'arrives' && kind !== 'is lost') return [];
      return [row(from, to, wordsFor(message), kind), ...remarkOn(message, to)];
    }
    const { type } = event as { type?: string };
    if (to === 'P' && isHostWrite(event)) return [row('host', 'P', 'write', 'arrives')];
    return type === 'answered' ? [row(from, to, 'done', 'arrives')] : [];
  });
  if (delivery || action.startsWith('host')) return rows;
  return [
    note(
      action.replace(/\b[PSA]\b/g, (name) => `${names[name]}:`),
      fault ? 'fault' : 'step',
    ),
    ...rows,
  ];
}

const isHostWrite = (event: unknown): boolean =>
  (event as { event?: { type?: string } }).event?.type === 'host.write';

function wordsFor(message: Message): string {
  switch (message.type) {
    case 'write':
      return `write ${message.entries.map(({ sequence }) => sequence).join(', ')} (c = ${message.committed})`;
    case 'advance':
      return `c = ${message.committed}`;
    case 'acknowledged':
      return `stored up to ${message.held.contiguous}`;
    case 'probe':
      return 'probe: does a primary answer you?';
    case 'probed':
      return message.yes ? 'none does: go on' : 'one does: no';
    case 'propose':
      return `propose epoch ${message.epoch}`;
    case 'promise':
      return `promise, with the summary of its sidefile: holds up to ${message.summary.held.contiguous}`;
    case 'record':
      return 'the record of the new epoch';
    case 'recordStored':
      return 'the record is durable';
    default:
      return message.type;
  }
}

/** What a message leads to, where it is the point of the story. */
function remarkOn(message: Message, at: string): Row[] {
  if (message.type === 'promise')
    return [note('compares the two sidefiles by sequence', 'step', at)];
  if (message.type === 'recordStored')
    return [note('serves, and sends what is lacking', 'step', at)];
  return [];
}

const row = (from: string, to: string, text: string, fate: 'arrives' | 'is lost'): Row => ({
  kind: 'message',
  number: null,
  from: names[from] ?? from,
  to: names[to] ?? to,
  text,
  fate,
});

function note(text: string, tone: 'step' | 'fault' | 'end', at?: string): Row {
  const where = at === undefined ? {} : { at: names[at] ?? at };
  return { kind: 'note', number: null, text, tone, ...where };
}

/** Messages are counted, so that a text can speak of the fifth one. */
function numbered(rows: readonly Row[]): Row[] {
  let number = 0;
  return rows.map((one) => (one.kind === 'message' ? { ...one, number: ++number } : one));
}
