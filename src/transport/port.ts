import type { Message } from '../../models/message.ts';
import type { Session, SiteId } from '../../models/words.ts';

/** A message with what charts never see: payloads of entries or blocks, checksums of runs. */
export interface Frame {
  readonly message: Message;
  /** `write`, `fetched`: one per entry (empty for zeroes and trim). `blocks`: one per block. */
  readonly payloads: readonly Uint8Array[];
  /** `sums`: the CRC-32 of each block of each run, run after run. */
  readonly sums: readonly number[];
}

export const nakedFrame = (message: Message): Frame => ({ message, payloads: [], sums: [] });

/** What a site hears of its links. */
export interface LinkListener {
  /** Of the site that listens: the other end of each session hears of it. */
  readonly incarnation: number;
  /** A session with this peer begins. Its number was never used before between the two. `incarnation`: of the peer. */
  up(peer: SiteId, session: Session, incarnation: number): void;
  /** The session is over; what was in flight may be lost. */
  down(peer: SiteId, session: Session): void;
  /** Also frames of a session that is over may come: the site drops them. */
  received(from: SiteId, session: Session, frame: Frame): void;
}

/**
 * The links of one site.
 *
 * What a transport owes its site:
 *  1. At most one session with a peer at a time; `up` and `down` alternate, for each peer.
 *  2. A session exists only while both directions answer: both ends hear `down` within a bound after
 *     one direction falls silent.
 *  3. A session may have several lanes. Frames of one lane arrive in the order they were sent; frames
 *     of two lanes in any order. No frame arrives twice, none arrives changed.
 *  4. A frame sent in a session that is over goes nowhere.
 *  5. Sessions come back by themselves.
 */
export interface Transport {
  open(listener: LinkListener): void;
  send(to: SiteId, session: Session, frame: Frame): void;
  /** Ends this session: what was to be sent in it cannot be sent. A new one follows. */
  reset(peer: SiteId, session: Session): void;
  close(): void;
}
