/** The 33 claims of the source document, each in one line of our own words. */

export interface ClaimData {
  readonly number: number;
  readonly summary: string;
  /** What it refines; null: it stands alone. */
  readonly of: number | null;
}

export const claims = [
  {
    number: 1,
    of: null,
    summary:
      'Two mirrors that may differ in how current they are: their sidefiles are compared, and the second mirror is brought forward by the outcome.',
  },
  { number: 2, of: 1, summary: 'It is given the writes that only the first sidefile contains.' },
  { number: 3, of: 1, summary: 'Writes are matched by their sequence numbers.' },
  {
    number: 4,
    of: 1,
    summary: 'Losing the primary makes the mirrors connect to each other, compare and update.',
  },
  {
    number: 5,
    of: 1,
    summary: 'Sidefiles of a fixed number of writes, the newest replacing the oldest.',
  },
  { number: 6, of: 1, summary: 'The room of the first sidefile adapts.' },
  { number: 7, of: 6, summary: 'What the second sidefile contains decides how much room.' },
  {
    number: 8,
    of: 7,
    summary: 'The decisive write is the oldest of the contiguous run there (basis o).',
  },
  {
    number: 9,
    of: 7,
    summary: 'Writes in the second sidefile are determined and the first mirror is told of them.',
  },
  {
    number: 10,
    of: 1,
    summary: 'A first-sidefile field says whether the second mirror has acknowledged a write.',
  },
  {
    number: 11,
    of: 1,
    summary: 'A third sidefile, of the primary, has such a field for the second mirror too.',
  },
  {
    number: 12,
    of: 11,
    summary:
      'The third sidefile also says whether the first mirror confirmed hearing of that acknowledgement.',
  },
  {
    number: 13,
    of: null,
    summary:
      'An arrangement of a forwarding primary and two mirrors with sidefiles, either of which can begin comparison and update.',
  },
  {
    number: 14,
    of: 13,
    summary: 'The first mirror itself sends the second what that one does not have yet.',
  },
  { number: 15, of: 13, summary: 'Both sidefiles keep sequence numbers and are sorted by them.' },
  {
    number: 16,
    of: 13,
    summary: 'When the primary is lost the initiator connects to the other mirror and proceeds.',
  },
  { number: 17, of: 13, summary: 'The first mirror is nearer to the primary than the second.' },
  { number: 18, of: 13, summary: 'Both mirrors overwrite the oldest write of a fixed sidefile.' },
  { number: 19, of: 13, summary: 'The first mirror adapts the room of its sidefile.' },
  { number: 20, of: 19, summary: 'It does so by the content of the second sidefile.' },
  {
    number: 21,
    of: 20,
    summary: 'The decisive write is the newest of the contiguous run there (basis n).',
  },
  {
    number: 22,
    of: 20,
    summary: 'The primary finds out what the second sidefile has and tells the first mirror.',
  },
  {
    number: 23,
    of: 13,
    summary: 'The first sidefile tracks per write the second mirror’s acknowledgement.',
  },
  {
    number: 24,
    of: 13,
    summary: 'With a third sidefile at the primary, the first sidefile tracks it just the same.',
  },
  {
    number: 25,
    of: 24,
    summary: 'The first sidefile also tracks that its own site confirmed hearing of it.',
  },
  {
    number: 26,
    of: 13,
    summary: 'An entry consists of place, data and a sequence number of its own.',
  },
  {
    number: 27,
    of: 13,
    summary: 'Forwarding is synchronous to the first mirror and asynchronous to the second.',
  },
  {
    number: 28,
    of: null,
    summary:
      'A first mirror that receives synchronously tracks in one sidefile what it and what the second mirror received.',
  },
  { number: 29, of: null, summary: 'A device built to do so: memory and a processor.' },
  {
    number: 30,
    of: null,
    summary:
      'Forwarding synchronously to the first mirror while telling it what the second acknowledged.',
  },
  {
    number: 31,
    of: null,
    summary: 'A primary built to do so: it forwards, collects acknowledgements and passes them on.',
  },
  {
    number: 32,
    of: null,
    summary:
      'The arrangement by function: storing, two times mirroring and tracking, comparing on loss of the primary, updating.',
  },
  { number: 33, of: 1, summary: 'Program code on a readable medium that carries out claim 1.' },
] as const satisfies readonly ClaimData[];
