import type { SiteId } from '../../../models/words.ts';
import type { GoodbyeReason } from '../wire/greeting.ts';

/** Why a link could not be set up at all: a closed list, each with its sentence. */
const sentences = {
  key: 'A link needs a key or certificates.',
  address: 'The address cannot be listened on.',
  option: 'An option is not possible.',
} as const;

export type LinkErrorCode = keyof typeof sentences;

export class LinkError extends Error {
  readonly code: LinkErrorCode;

  constructor(code: LinkErrorCode, detail: string) {
    super(`${sentences[code]} ${detail}`);
    this.name = 'LinkError';
    this.code = code;
  }
}

/** Why a connection ended: a reason that is told on the wire, or the network's. */
export type EndReason = GoodbyeReason | 'broken';

/** What an operator may want to know of a link; nothing is decided by it. */
export interface LinkIncident {
  /** Null: a stranger, or nobody yet. */
  readonly peer: SiteId | null;
  readonly reason: EndReason;
  /** Who found it. */
  readonly by: 'this site' | 'the peer';
  readonly sentence: string;
}
