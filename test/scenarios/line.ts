import type { Message, MessageType } from '../../models/message.ts';
import type { SiteId } from '../../models/words.ts';
import type { Held, Wanted } from './postman.ts';
import type { Stage } from './stage.ts';

export interface Some {
  readonly type?: MessageType | readonly MessageType[];
  /** Frames that carry one of these writes. */
  readonly sequences?: readonly number[];
}

/** The link between two sites; what is said of one direction is said of `from` to `to`. */
export class Line {
  private readonly stage: Stage;
  private readonly from: SiteId;
  private readonly to: SiteId;

  constructor(stage: Stage, from: SiteId, to: SiteId) {
    this.stage = stage;
    this.from = from;
    this.to = to;
  }

  /** Both directions, with all that is in flight. */
  breaks(): void {
    this.stage.arrangement.network.part(this.from, this.to);
  }

  heals(): void {
    this.stage.arrangement.network.join(this.from, this.to);
  }

  /** This direction only. */
  fallsSilent(): void {
    this.stage.arrangement.network.cut(this.from, this.to);
  }

  /** The session ends; the next one comes by itself. */
  flaps(): void {
    this.stage.arrangement.network.drop(this.from, this.to);
  }

  /** Each frame of both directions takes so many milliseconds from now on. */
  takes(milliseconds: number): void {
    this.stage.latencies.set(this.from + this.to, milliseconds);
  }

  /** A frame that its sender never sent, in the running session. */
  forges(message: Message): void {
    const { session } = this.stage.sites[this.to].context.peers[this.from];
    this.stage.postman.forge(this.from, this.to, session, message);
  }

  /** Frames of this direction wait until told otherwise, as on a connection that is stuck. */
  holds(some: Some = {}): Held {
    return this.stage.postman.hold(this.from, this.to, wantedBy(some));
  }
}

function wantedBy({ type, sequences }: Some): Wanted {
  const types = type === undefined ? null : [type].flat();
  return (message) =>
    (types === null || types.includes(message.type)) &&
    (sequences === undefined || sequencesIn(message).some((one) => sequences.includes(one)));
}

const sequencesIn = (message: Message): number[] =>
  message.type === 'write' || message.type === 'fetched'
    ? message.entries.map(({ sequence }) => sequence)
    : [];
