import type { Message } from '../../models/message.ts';
import type { Session, SiteId } from '../../models/words.ts';
import type { LoopbackNetwork } from '../../src/transport/loopback.ts';
import {
  type Frame,
  type LinkListener,
  nakedFrame,
  type Transport,
} from '../../src/transport/port.ts';

export type Wanted = (message: Message) => boolean;

/**
 * Frames on a connection of their own that does not move: others of the session overtake them. The
 * next session has connections of its own.
 */
export interface Held {
  readonly count: number;
  /** They go on, if their session still runs. */
  release(order?: 'as sent' | 'last first'): void;
  /** They arrive now, whatever became of their session. */
  arriveLate(): void;
}

export interface Delivered {
  readonly from: SiteId;
  readonly to: SiteId;
  readonly message: Message;
}

interface Waiting {
  readonly session: Session;
  readonly frame: Frame;
  readonly goOn: () => void;
}

interface Rule {
  readonly from: SiteId;
  readonly to: SiteId;
  readonly wanted: Wanted;
  /** Session of the first frame it held; 0: none yet. */
  session: Session;
  waiting: Waiting[];
  isOver: boolean;
}

/** Stands between sites and links: notes what is sent and arrives, holds back what a play asks for. */
export class Postman {
  /** What was put in between is nobody's word: that it is not believed is as it should be. */
  hasForged = false;
  readonly sent: Delivered[] = [];
  readonly delivered: Delivered[] = [];
  private readonly rules: Rule[] = [];
  private readonly listeners = new Map<SiteId, LinkListener>();

  constructor(network: LoopbackNetwork) {
    const plain = network.transportOf.bind(network);
    network.transportOf = (site) => this.between(site, plain(site));
  }

  hold(from: SiteId, to: SiteId, wanted: Wanted): Held {
    const rule: Rule = { from, to, wanted, session: 0, waiting: [], isOver: false };
    this.rules.push(rule);
    const end = () => {
      rule.isOver = true;
      const { waiting } = rule;
      rule.waiting = [];
      return waiting;
    };
    return {
      get count() {
        return rule.waiting.length;
      },
      release: (order = 'as sent') => {
        const waiting = end();
        for (const { goOn } of order === 'as sent' ? waiting : waiting.reverse()) goOn();
      },
      arriveLate: () => {
        for (const { session, frame } of end()) {
          this.listeners.get(to)?.received(from, session, frame);
        }
      },
    };
  }

  /** Every connection moves again. */
  releaseAll(): void {
    for (const rule of this.rules) {
      rule.isOver = true;
      for (const { goOn } of rule.waiting) goOn();
      rule.waiting = [];
    }
  }

  /** A frame that nobody sent arrives in the running session; its writes have no bytes unless given. */
  forge(
    from: SiteId,
    to: SiteId,
    session: Session,
    message: Message,
    payloads: readonly Uint8Array[] = bare(message),
  ): void {
    this.hasForged = true;
    this.listeners.get(to)?.received(from, session, { ...nakedFrame(message), payloads });
  }

  private between(site: SiteId, plain: Transport): Transport {
    return {
      open: (listener) => {
        this.listeners.set(site, listener);
        plain.open({
          incarnation: listener.incarnation,
          up: (peer, session, incarnation) => listener.up(peer, session, incarnation),
          down: (peer, session) => listener.down(peer, session),
          received: (from, session, frame) => {
            this.delivered.push({ from, to: site, message: frame.message });
            listener.received(from, session, frame);
          },
        });
      },
      send: (to, session, frame) => {
        const { message } = frame;
        this.sent.push({ from: site, to, message });
        const goOn = () => plain.send(to, session, frame);
        const rule = this.ruleFor(site, to, session, message);
        if (rule) {
          rule.session = session;
          rule.waiting.push({ session, frame, goOn });
        } else goOn();
      },
      reset: (peer, session) => plain.reset(peer, session),
      close: () => {
        this.listeners.delete(site);
        plain.close();
      },
    };
  }

  private ruleFor(from: SiteId, to: SiteId, session: Session, message: Message): Rule | undefined {
    return this.rules.find(
      (rule) =>
        !rule.isOver &&
        rule.from === from &&
        rule.to === to &&
        (rule.session === 0 || rule.session === session) &&
        rule.wanted(message),
    );
  }
}

/** What zeroes and trims carry. */
const bare = (message: Message): readonly Uint8Array[] =>
  message.type === 'write' ? message.entries.map(() => new Uint8Array(0)) : [];
