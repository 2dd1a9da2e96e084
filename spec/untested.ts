/**
 * Cells of the traceability table that stay empty on purpose, each with the reason. `subject` is a rule
 * id, `claim N`, or `all`. An entry whose cell is no longer empty is reported as well, so the list cannot rot.
 */

export interface UntestedData {
  readonly subject: string;
  readonly column: 'transition' | 'property' | 'mutant' | 'test' | 'conformance';
  readonly reason: string;
}

export const untested = [
  {
    subject: 'RESYNC-110',
    column: 'transition',
    reason: 'It speaks of the medium that carries the program; no machine changes state by it.',
  },
  {
    subject: 'LINK-20',
    column: 'transition',
    reason:
      'A peer that is refused at the handshake never becomes a session: the transport decides, the charts never hear of it.',
  },
  {
    subject: 'RECOVERY-70',
    column: 'transition',
    reason:
      'Incarnation and boot are set when a site is created or starts, before its first event.',
  },
  {
    subject: 'SIDEFILE-20',
    column: 'mutant',
    reason:
      'The index knows no order but that of the sequences; to break it is to write another structure. A naive reference is compared with it in test/models/sidefile-log.test.ts.',
  },
  {
    subject: 'SIDEFILE-90',
    column: 'mutant',
    reason:
      'Two contents under one position take another broken rule first (EPOCH-10, HOST-10); that the site stops is a play.',
  },
  {
    subject: 'claim 8',
    column: 'mutant',
    reason:
      'No statement tells the two bases apart but by room: on basis n a sidefile is smaller, and safe all the same. The plays of SIDEFILE-50 read the room off running sites.',
  },
  {
    subject: 'SIDEFILE-50',
    column: 'mutant',
    reason:
      'No statement tells the two bases apart but by room: on basis n a sidefile is smaller, and safe all the same. The plays of SIDEFILE-50 read the room off running sites.',
  },
  {
    subject: 'LINK-40',
    column: 'mutant',
    reason:
      'It recommends; how much a host is slowed is a policy without a verdict. F18 plays all three stages of it.',
  },
  {
    subject: 'LINK-20',
    column: 'mutant',
    reason:
      'Worlds begin where a session is; strangers, wrong versions and bad checksums meet real sockets in test/transport.',
  },
  {
    subject: 'RESYNC-110',
    column: 'mutant',
    reason:
      'The only way to break it is not to ship the code, which the test of the package finds.',
  },
  {
    subject: 'RECOVERY-50',
    column: 'mutant',
    reason:
      'A world ends at the failure of a disk; that nothing goes on after one is shown flush by flush in test/backend/faults.test.ts.',
  },
  {
    subject: 'RECOVERY-70',
    column: 'mutant',
    reason:
      'Incarnations are given to a world, not drawn in it; what follows from a wrong one is EPOCH-100.',
  },
  {
    subject: 'claim 33',
    column: 'transition',
    reason: 'It speaks of the medium that carries the program; no machine changes state by it.',
  },
  {
    subject: 'claim 33',
    column: 'mutant',
    reason:
      'The only way to break it is not to ship the code, which the test of the package finds.',
  },
  {
    subject: 'all',
    column: 'conformance',
    reason:
      'The conformance kit is a piece of work of its own and not begun: `sidefile conform` says so, with exit code 4.',
  },
] as const satisfies readonly UntestedData[];
