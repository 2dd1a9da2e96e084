import type { Message } from '../../models/message.ts';
import type { Frame } from '../../models/node.ts';
import type { Counterexample, Step } from '../checker/counterexample.ts';
import type { Row } from './sequence.ts';

/** Who takes part in a story, as a person calls them. */
export const names: Readonly<Record<string, string>> = {
  host: 'host',
  P: 'primary',
  S: 'sync mirror',
  A: 'async mirror',
};

/** A run of the world told message by message; `closing` is what it came to. */
export const rowsOfRun = ({ steps }: Counterexample, closing: string): readonly Row[] =>
  numbered([...steps.slice(1).flatMap(rowsOfStep), note(closing, 'end')]);

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
  return [note(toldAction(action), fault ? 'fault' : 'step'), ...rows];
}

const toldAction = (action: string): string =>
  action
    .replace(/^link ([PSA])([PSA])/, (_, one, other) => `link of ${names[one]} and ${names[other]}`)
    .replace(/^([PSA]):? /, (_, name) => `${names[name]}: `);

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
      return 'the record of the new epoch, with the summary of its sidefile';
    case 'notice':
      return `inform: the ${names['PSA'[message.about]!]} holds up to ${message.held.contiguous}`;
    case 'noticed':
      return 'confirmed: noted';
    case 'stageBegin':
      return 'begin an update beside the volume';
    case 'stageReady':
      return 'ready for blocks';
    case 'blocks':
      return `blocks ${message.blocks.join(', ')}`;
    case 'blocksStored':
      return 'blocks are stored beside the volume';
    case 'stageCommit':
      return `commit the stage at ${message.through}`;
    case 'stageCommitted':
      return 'the mark is durable, the volume stands there';
    case 'recordStored':
      return 'the record is durable; summary, and digest of the plan';
    default:
      return message.type;
  }
}

/** What a message leads to, where it is the point of the story. */
function remarkOn(message: Message, at: string): Row[] {
  if (message.type === 'promise')
    return [note('compares the two sidefiles by sequence', 'step', at)];
  if (message.type === 'recordStored')
    return [note('plans what it lacks, and how to give it', 'step', at)];
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
