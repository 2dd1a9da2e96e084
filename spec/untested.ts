/**
 * Cells of the traceability table that stay empty on purpose, each with the reason. `subject` is a rule
 * id or `claim N`. An entry whose cell is no longer empty is reported as well, so the list cannot rot.
 */

export interface UntestedData {
  readonly subject: string;
  readonly column: 'transition' | 'property' | 'mutant' | 'test' | 'conformance';
  readonly reason: string;
}

export const untested = [
  {
    subject: 'claim 33',
    column: 'transition',
    reason: 'It speaks of the medium that carries the program; no machine changes state by it.',
  },
  {
    subject: 'claim 33',
    column: 'property',
    reason:
      'Worlds of the checker contain sites, not packages; the built package is imported by a test.',
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
    subject: 'LINK-40',
    column: 'conformance',
    reason: 'It recommends; whether and how much a host is slowed is a policy without a verdict.',
  },
] as const satisfies readonly UntestedData[];
