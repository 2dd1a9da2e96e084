import type { Channel } from '../../models/model.ts';
import { guarded } from './check-error.ts';
import { Contents } from './contents.ts';
import type { Interner } from './interner.ts';
import { PairTable } from './pair-table.ts';
import type { MoveClass } from './space.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface PostSurroundings {
  readonly name: string;
  readonly slot: number;
  readonly channel: Channel<unknown, unknown>;
  readonly receiver: number;
  readonly events: Interner;
  readonly states: Interner;
  readonly vocabulary: Vocabulary;
  classId(moveClass: MoveClass): number;
  budget(name: string): number;
}

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
  private readonly eventIds: number[] = [];
  private readonly moveIds: number[] = [];
  private readonly kept = new PairTable();

  constructor(surroundings: PostSurroundings) {
    const { name, channel, vocabulary } = surroundings;
    this.surroundings = surroundings;
    this.slot = surroundings.slot;
    this.receiver = surroundings.receiver;
    this.from = channel.from ?? name;
    this.to = channel.to;
    this.contents = new Contents(name, channel, vocabulary);
    this.mayBeSilent = channel.silent !== undefined;
    const { lossy = false } = channel;
    const lossName = `${name} loses`;
    this.losing = lossy
      ? surroundings.classId({ name: lossName, by: name, fault: true, group: lossName })
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

  /** The event the receiver gets when the message arrives. */
  eventOf(message: number): number {
    const known = this.eventIds[message];
    if (known !== undefined) return known;
    const { channel, events, name } = this.surroundings;
    const value = events.value(message);
    const event =
      channel.arrival === undefined
        ? message
        : events.id(
            guarded('component-threw', `arrival of channel ${name}`, () => channel.arrival!(value)),
          );
    this.eventIds[message] = event;
    return event;
  }

  /** The move class of its arrival: per type of message, if messages have one. */
  moveOf(message: number): number {
    const known = this.moveIds[message];
    if (known !== undefined) return known;
    const { channel, classId, events, name: by } = this.surroundings;
    const kind = kindOf(events.value(message), channel, by);
    const name = kind === '' ? `${by} delivers` : `${by} delivers ${kind}`;
    const group = channel.order === 'fifo' ? `${by} delivers` : `${by} delivers ${message}`;
    const move = classId({ name, by, fault: false, group });
    this.moveIds[message] = move;
    return move;
  }

  /** The content without the messages that its receiver would ignore. */
  heard(content: number, receiverState: number): number {
    const known = this.kept.get(content, receiverState);
    if (known >= 0) return known;
    const { channel, events, name, states } = this.surroundings;
    const receiver = states.value(receiverState);
    const kept = this.contents.keepOnly(
      content,
      (message) =>
        !guarded('component-threw', `silent of channel ${name}`, () =>
          channel.silent!(events.value(message), receiver),
        ),
    );
    this.kept.add(content, receiverState, kept);
    return kept;
  }
}

function kindOf(message: unknown, channel: Channel<unknown, unknown>, by: string): string {
  if (channel.kind !== undefined) {
    return guarded('component-threw', `kind of channel ${by}`, () => channel.kind!(message));
  }
  const type = typeof message === 'string' ? message : (message as { type?: unknown } | null)?.type;
  return typeof type === 'string' ? type : '';
}
