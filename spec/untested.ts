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
    subject: 'RECOVERY-40',
    column: 'transition',
    reason:
      'Decided once, when a site starts (`boot` in models/site.ts), before there is a state to leave.',
  },
  {
    subject: 'RECOVERY-60',
    column: 'transition',
    reason: 'Checksums are compared by the backend; a chart never sees a payload.',
  },
  {
    subject: 'RECOVERY-70',
    column: 'transition',
    reason:
      'Incarnation and boot are set when a site is created or starts, before its first event.',
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
    subject: 'claim 17',
    column: 'mutant',
    reason:
      'Distance is configuration: a swapped class is another legal arrangement, not a wrong one.',
  },
  {
    subject: 'all',
    column: 'conformance',
    reason:
      'The conformance kit is a piece of work of its own and not begun: `sidefile conform` says so, with exit code 4.',
  },
] as const satisfies readonly UntestedData[];
