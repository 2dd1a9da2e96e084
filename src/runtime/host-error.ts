/** Why a host request failed: a closed list. Nothing was changed, but for `unknown-fate`. */
export type HostErrorCode =
  /** The volume, block or count is not there. */
  | 'range'
  /** The bytes are no whole number of blocks. */
  | 'payload-size'
  /** No site served the request within the bound: it was not done. */
  | 'no-primary'
  /** The primary has too many writes waiting, for longer than the bound: it was not done. */
  | 'busy'
  /** It may have been done, in whole or in part, and may show later, once. */
  | 'unknown-fate'
  /**
   * The content cannot be read: its disk does not give back what was written. Whoever serves now asks its mirrors for
   * it: ask again, from `mended` in the timeline on it is there. Where no mirror has it, it stays so until it is written.
   */
  | 'unreadable'
  /** The arrangement is stopped. */
  | 'stopped'
  /** Something would be lost that nobody agreed to lose: the sentence says what. */
  | 'needs-consent'
  /** There is no place for a copy of what a site holds. The sentence names the file and says what to do; the site goes on. */
  | 'no-place'
  /** Such an arrangement, site or command is not possible; the sentence says why. */
  | 'refused';

export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: HostErrorCode;

  constructor(code: HostErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.code = code;
  }
}
