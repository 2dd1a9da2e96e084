/**
 * What the arrangement as a whole promises when every site keeps the rules. Safety (S) holds at every
 * instant, liveness (L) once failures have stopped. Each follows from the rules that name it.
 */

export interface GuaranteeData {
  readonly id: `${'S' | 'L'}${number}`;
  readonly title: string;
  readonly statement: string;
  /** Why it follows from the rules that serve it. */
  readonly reason: string;
}

export const guarantees = [
  {
    id: 'S1',
    title: 'Acknowledged is kept',
    statement:
      'A write a host was told of is durably held by each holder of its epoch, but for one that is marked damaged or inconsistent, on which nobody counts. After a takeover by a holder the new primary reads it back; after any other takeover exactly what lies beyond the recorded R is gone.',
    reason:
      'Success waits for the committed position, which waits for every holder’s durable store; a takeover elects all that two promisers reach, one of whom was a holder, or says on record that none was.',
  },
  {
    id: 'S2',
    title: 'One writer, one history',
    statement:
      'An epoch has one primary. An acknowledged write is part of the history of every newer record, unless it lies beyond that record’s R or behind a forced epoch.',
    reason:
      'Two majorities of three share a site, whose durable promise fences the older epoch before its summary is made; names of epochs and positions are never used twice.',
  },
  {
    id: 'S3',
    title: 'Every volume is a prefix',
    statement:
      'Each site’s volumes, after redo, contain the first so many writes of one order and nothing else, unless the site is durably marked inconsistent.',
    reason:
      'Writes are applied in order and only when committed; blocks without an order are staged behind one mark; a cut that reaches into the volumes marks them in the same step.',
  },
  {
    id: 'S4',
    title: 'A note is true',
    statement:
      'A site noted to hold a write does hold it durably, in the session the note belongs to.',
    reason:
      'Only what is durable is acknowledged, and notes die with the session, before the disk they describe can have changed hands.',
  },
  {
    id: 'S5',
    title: 'Nothing is forgotten without a trace',
    statement:
      'An entry leaves a sidefile only when it is settled and each other site is known to hold it or has its bits set, or when the history cuts it.',
    reason:
      'Dropping waits for the settled position and for the bits or the base, each durable first; bits are cleared only behind what is noted.',
  },
  {
    id: 'S6',
    title: 'A comparison is fair and complete',
    statement:
      'The plan for two sites is the same from either side, and carrying it out makes their write sets and their bytes equal.',
    reason:
      'It is a function of two summaries made of durable facts; what neither sidefile covers, a bitmap with a sufficient base or a comparison of all blocks does.',
  },
  {
    id: 'S7',
    title: 'No resync goes backwards',
    statement: 'No resync replaces newer data of the elected history by older.',
    reason:
      'Direction follows from positions on one history; between branches that both may count there is no plan; new writes during an update take part in it.',
  },
  {
    id: 'S8',
    title: 'Hosts see one disk',
    statement:
      'Reads and writes of each block are linearizable across takeovers, except beyond a recorded R or in a forced epoch. A write of unknown fate appears once or never.',
    reason:
      'Reads return what is committed and are confirmed after they arrived; a replaced primary cannot get the confirmation.',
  },
  {
    id: 'S9',
    title: 'Nothing is invented',
    statement: 'No read returns bytes that no host wrote; before the first write there are zeroes.',
    reason:
      'Entries are whole and checked by their checksum wherever they are read, and redo mends what a crash left half done.',
  },
  {
    id: 'L1',
    title: 'The mirrors become equal',
    statement:
      'After any failure the write set and the bytes of the async mirror become those of the sync mirror, and those of every other reachable site.',
    reason:
      'Whoever can talk compares, and every outcome of a comparison but a refusal has a procedure that ends. This is what the arrangement is for.',
  },
  {
    id: 'L2',
    title: 'Service returns',
    statement:
      'Hosts can write again whenever two sites with a vote can talk, one of them a holder of the newest epoch either knows of, and policy is not `stop`; otherwise the status names the consent or the force that is missing.',
    reason:
      'Such two can promise, elect and name a primary without anybody else; who that is does not depend on who began.',
  },
  {
    id: 'L3',
    title: 'Nothing waits for ever',
    statement: 'No wait, suspended leg, stage or duel of candidates is permanent.',
    reason:
      'Waits of hosts are bounded, windows are told when they move, candidates are ordered, updates end in a bounded pause, stages die with their source.',
  },
  {
    id: 'L4',
    title: 'Sidefiles shrink again',
    statement: 'When nothing lags, the capacity of the sidefile returns to its target for that.',
    reason:
      'Capacity follows what is noted of the async mirror, notices reach the sync mirror and are repeated until confirmed, and bits are given up once passed.',
  },
] as const satisfies readonly GuaranteeData[];
