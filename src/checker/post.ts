import type { Channel } from '../../models/model.ts';
import { spread } from './asked-again.ts';
import { CheckError, guarded } from './check-error.ts';
import { Contents } from './contents.ts';
import type { TellFact } from './facts.ts';
import { IntegerList } from './integer-list.ts';
import type { Interner } from './interner.ts';
import type { LocalMachine } from './local-machine.ts';
import { PairTable } from './pair-table.ts';
import type { MoveClass } from './space.ts';
import { textOf } from './text-of.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface PostSurroundings {
  readonly name: string;
  readonly slot: number;
  readonly channel: Channel<unknown, unknown>;
  readonly receiver: number;
  readonly events: Interner;
  readonly machine: LocalMachine;
  readonly vocabulary: Vocabulary;
  classId(moveClass: MoveClass): number;
  budget(name: string): number;
}

/** Of an arrival in the list of a post: where each of its numbers is. */
export const MESSAGE = 0;
export const EVENT = 1;
export const MOVE = 2;
/** IDLE, or the row of the receiver. */
export const ROW = 3;
/** The content of the channel afterwards. */
export const CONTENT = 4;
export const ARRIVAL_LENGTH = 5;
/** Instead of a row: nothing at all changes. */
export const IDLE = -1;

/** A channel with its receiver: what may arrive, as which event, and what would fall on deaf ears. */
export class Post {
  readonly slot: number;
  readonly receiver: number;
  readonly from: string;
  readonly to: string;
  readonly contents: Contents;
  readonly mayBeSilent: boolean;
  /** The move class of losing a message, or -1. */
  readonly losing: number;
  /** The budget slot losses draw from, or -1. */
  readonly lossBudget: number;
  private readonly surroundings: PostSurroundings;
  /** By content and state of the receiver, whenever its channel was asked what is silent. */
  private readonly askedHeard = new IntegerList();
  private readonly eventIds: number[] = [];
  private readonly moveIds: number[] = [];
  /** Lists of arrivals: how many, then the numbers of each. */
  readonly arrivals = new IntegerList();
  /** By content and state of the receiver: what is left of it, and where the list of its arrivals is. */
  private readonly met = new PairTable();
  /** What `arrivalsOf` was last asked: worlds expanded one after the other are much alike. */
  private lastContent = -1;
  private lastReceiver = -1;
  private lastList = -1;
  private readonly tellArrivals: TellFact;
  private readonly tellHeard: TellFact;

  constructor(surroundings: PostSurroundings) {
    const { name, channel, vocabulary } = surroundings;
    this.surroundings = surroundings;
    this.slot = surroundings.slot;
    this.receiver = surroundings.receiver;
    this.from = channel.from ?? name;
    this.to = channel.to;
    this.contents = new Contents(name, channel, vocabulary);
    this.mayBeSilent = channel.silent !== undefined;
    const { facts } = vocabulary;
    this.tellArrivals = facts.share((words, at, end) =>
      this.keepArrivals(words[at]!, words[at + 1]!, words, at + 2, end),
    );
    this.tellHeard = facts.share((words, at) => {
      this.askedHeard.push(words[at]!);
      this.askedHeard.push(words[at + 1]!);
      this.met.set(words[at]!, words[at + 1]!, words[at + 2]!);
    });
    const { lossy = false } = channel;
    const lossName = `${name} loses`;
    this.losing = lossy
      ? surroundings.classId({
          name: lossName,
          by: `channel ${name}`,
          fault: true,
          group: lossName,
        })
      : -1;
    this.lossBudget = typeof lossy === 'object' ? surroundings.budget(lossy.budget) : -1;
  }

  initialContent(): number {
    let content = 0;
    for (const message of this.surroundings.channel.initial ?? []) {
      content = this.contents.send(content, this.surroundings.events.id(message));
    }
    return content;
  }

  /** Where the list is of all that may arrive of this content at a receiver in this state. */
  arrivalsOf(content: number, receiver: number): number {
    if (content === this.lastContent && receiver === this.lastReceiver) return this.lastList;
    const known = this.met.getOther(content, receiver);
    const list = known >= 0 ? known : this.firstArrivals(content, receiver);
    this.lastContent = content;
    this.lastReceiver = receiver;
    this.lastList = list;
    return list;
  }

  private firstArrivals(content: number, receiver: number): number {
    const { machine } = this.surroundings;
    const choices = this.contents.next(content);
    const numbers = choices.flatMap((message) => {
      const event = this.eventOf(message);
      const after = this.contents.arrive(content, message);
      const row = machine.row(receiver, event);
      const isIdle = after === content && machine.isIdle(receiver, row);
      return [message, event, this.moveOf(message), isIdle ? IDLE : row, after];
    });
    const known = () => this.met.getOther(content, receiver);
    this.tellArrivals([content, receiver, ...numbers], () => known() >= 0);
    return known();
  }

  private keepArrivals(
    content: number,
    receiver: number,
    numbers: ArrayLike<number>,
    from: number,
    end: number,
  ): void {
    const list = this.arrivals.length;
    this.arrivals.push((end - from) / ARRIVAL_LENGTH);
    for (let at = from; at < end; at++) this.arrivals.push(numbers[at]!);
    this.met.setOther(content, receiver, list);
  }

  /** The event the receiver gets when the message arrives. */
  private eventOf(message: number): number {
    const known = this.eventIds[message];
    if (known !== undefined) return known;
    const event = this.askEvent(message);
    this.eventIds[message] = event;
    return event;
  }

  private askEvent(message: number): number {
    const { channel, events, name } = this.surroundings;
    if (channel.arrival === undefined) return message;
    const value = events.value(message);
    return events.id(
      guarded('component-threw', `arrival of channel ${name}`, () => channel.arrival!(value)),
    );
  }

  /** Some of what its channel was asked, when all of it was. Errors: `not-deterministic`. */
  askAgain(): void {
    const { askedHeard, eventIds } = this;
    for (const message of spread(eventIds.length)) {
      const event = eventIds[message];
      if (event !== undefined && this.askEvent(message) !== event) throw this.fickle('arrival');
    }
    for (const at of spread(askedHeard.length / 2)) {
      const content = askedHeard.at(at * 2);
      const receiver = askedHeard.at(at * 2 + 1);
      if (this.askHeard(content, receiver) !== this.met.get(content, receiver))
        throw this.fickle('silent');
    }
  }

  private fickle(what: string): CheckError {
    const sentence = `${what} of channel ${this.surroundings.name} answered the same differently`;
    return new CheckError('not-deterministic', sentence);
  }

  /** The move class of its arrival: per type of message, if messages have one. */
  private moveOf(message: number): number {
    const known = this.moveIds[message];
    if (known !== undefined) return known;
    const { channel, classId, events, name: by } = this.surroundings;
    const kind = kindOf(events.value(message), channel, by);
    const name = kind === '' ? `${by} delivers` : `${by} delivers ${kind}`;
    const group = channel.order === 'fifo' ? `${by} delivers` : `${by} delivers ${message}`;
    const move = classId({ name, by: `channel ${by}`, fault: false, group });
    this.moveIds[message] = move;
    return move;
  }

  /** The content without the messages that its receiver would ignore. */
  heard(content: number, receiverState: number): number {
    const known = this.met.get(content, receiverState);
    return known >= 0 ? known : this.firstHeard(content, receiverState);
  }

  /** Apart, as its closure would cost each call of `heard` memory. */
  private firstHeard(content: number, receiverState: number): number {
    const kept = this.askHeard(content, receiverState);
    const isKnown = () => this.met.get(content, receiverState) >= 0;
    this.tellHeard([content, receiverState, kept], isKnown);
    return kept;
  }

  private askHeard(content: number, receiverState: number): number {
    const { channel, events, machine, name } = this.surroundings;
    const receiver = machine.states.value(receiverState);
    return this.contents.keepOnly(content, (message) => {
      const isSilent = guarded('component-threw', `silent of channel ${name}`, () =>
        channel.silent!(events.value(message), receiver),
      );
      if (typeof isSilent === 'boolean') return !isSilent;
      const sentence = `silent of channel ${name} answered ${textOf(isSilent)}, not true or false`;
      throw new CheckError('bad-result', sentence);
    });
  }
}

function kindOf(message: unknown, channel: Channel<unknown, unknown>, by: string): string {
  if (channel.kind !== undefined) {
    const kind = guarded('component-threw', `kind of channel ${by}`, () => channel.kind!(message));
    if (typeof kind === 'string') return kind;
    throw new CheckError('bad-result', `kind of channel ${by} is ${textOf(kind)}, not a text`);
  }
  const type = typeof message === 'string' ? message : (message as { type?: unknown } | null)?.type;
  return typeof type === 'string' ? type : '';
}
