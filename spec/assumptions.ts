/**
 * What the environment may do to an arrangement, and what it does not do. These bind whoever tests: a
 * verdict drawn outside of them is void. They ask nothing of an implementation.
 */

export interface AssumptionData {
  readonly id: `A-${number}`;
  readonly title: string;
  readonly statement: string;
  /** What it means for a test. */
  readonly test: string;
}

export const assumptions = [
  {
    id: 'A-10',
    title: 'Three sites, no malice',
    statement:
      'An arrangement has three sites. A site deviates by stopping, by losing what was not durable and by bad media, never by design, and nobody forges a frame with a right checksum.',
    test: 'A subject is never confronted with a peer that lies; a tester playing a peer keeps the rules itself, except where a test says that it sends garbage.',
  },
  {
    id: 'A-20',
    title: 'Links',
    statement:
      'A connection delivers in order what it delivers. It may break at any time and then loses what was in flight; it may deliver in one direction only, be slow without limit, and be one of several between the same two sites.',
    test: 'Loss, delay and reordering are made by breaking, delaying and using several connections, never by taking a frame out of the middle of one.',
  },
  {
    id: 'A-30',
    title: 'Crashes',
    statement:
      'A site may stop between any two durable steps and restarts with exactly what was durable. It may restart before anybody suspected it.',
    test: 'A kill is followed by a start on the same media; a start on other media is a restore and counts as a new incarnation.',
  },
  {
    id: 'A-40',
    title: 'Media',
    statement:
      'What a flush has reported durable stays, but for rot that a checksum reveals. What was not flushed may be lost, torn or kept in any mixture. A flush may fail, a medium may be full, a write may land in a wrong place.',
    test: 'Power loss is simulated below the subject’s writes, not by discarding what it was told is safe.',
  },
  {
    id: 'A-50',
    title: 'Atomic header',
    statement:
      'One update of a site’s header is one atomic durable step, for instance two copies with generation and checksum written in turn.',
    test: 'No test tears both copies of one header at once; whoever does looks at a site lost to its media.',
  },
  {
    id: 'A-60',
    title: 'Suspicion',
    statement:
      'A site’s belief that another is inoperative may be wrong at any time, late or early, and differ between sites.',
    test: 'A takeover from a healthy primary is a legal stimulus; only its consequences are judged.',
  },
  {
    id: 'A-70',
    title: 'Time',
    statement:
      'Clocks jump, stand still and disagree. Timers run off at some time, with no relation between sites.',
    test: 'Verdicts are drawn from the order of observed events, never from time stamps of different sites.',
  },
  {
    id: 'A-80',
    title: 'Failures end',
    statement:
      'Liveness is promised for the time after the last failure, while every message sent over a standing connection and every started store ends.',
    test: 'A liveness verdict waits until faults have stopped and names its bound; running out of it is reported as not shown, together with what was still waiting.',
  },
  {
    id: 'A-90',
    title: 'Randomness',
    statement: 'Two incarnations drawn at random are never equal.',
    test: 'A tester that replays randomness gives each created or restored site its own.',
  },
  {
    id: 'A-100',
    title: 'Operators',
    statement:
      'Commands come from an operator who means them: consent and force only after looking at the status, media copied or moved only as a restore.',
    test: 'What a test forces or consents to is taken out of what S1, S2 and S8 promise, by the record that says so and nothing wider.',
  },
  {
    id: 'A-110',
    title: 'Hosts',
    statement:
      'A host sends whole blocks, may have many requests outstanding and accepts either order for overlapping ones it did not wait for.',
    test: 'A write answered with unknown fate is tried as happened and as not happened; both are right until a read decides.',
  },
  {
    id: 'A-120',
    title: 'Exercised or inconclusive',
    statement: 'A rule is shown by a run in which what it speaks about did happen.',
    test: 'A run whose stimulus did not take place is inconclusive; it is never counted as conformant.',
  },
  {
    id: 'A-130',
    title: 'Worlds that are large enough',
    statement:
      'Some flaws show only with two stores in flight at a site, a store that ends after a promise, a primary that restarts between sending and storing, two connections per leg, an empty sync set with a late suspicion, a blank return, two forces, a host that reads, a volume flushed apart from being written, a sidefile of two with a hole, frames of an old session, an update cut off by an epoch, or a record only its proposer has.',
    test: 'A campaign that claims a guarantee contains each of these at least once, and says where.',
  },
] as const satisfies readonly AssumptionData[];
