/**
 * Every statement of the protocol that once had a wording that a run broke, in the order of its text, and what shows
 * that it carries weight: weaknesses that take it away and are caught.
 */
export interface Attacked {
  /** Where it stands in the protocol's text. */
  readonly section: string;
  readonly statement: string;
  /** Names of mutants (models/mutants.ts) that are caught. */
  readonly mutants: readonly string[];
  /** What else shows it, or what is to be known of it. */
  readonly note?: string;
}

const attack = (
  section: string,
  statement: string,
  mutants: readonly string[],
  note?: string,
): Attacked => ({ section, statement, mutants, ...(note === undefined ? {} : { note }) });

export const attacked: readonly Attacked[] = [
  attack('1', 'no two epochs share a name', ['shared-numbers']),
  attack('1', 'a position lies on a history iff at or below the parent of every later record', [
    'return-of-the-cut',
  ]),
  attack('2.2', 'c is what all holders hold contiguously', ['commit-by-maximum']),
  attack('2.2', 'evidence: an answer, with a vote, in this epoch, to a request after the store', [
    'commit-without-evidence',
    'evidence-of-an-earlier-question',
    'evidence-without-vote',
  ]),
  attack('2.3', 'c is durable before it is applied; redo ends exactly there', [
    'apply-before-durable-commit',
    'redo-all',
  ]),
  attack('2.3', 'a record cuts c; a c of another epoch is ignored', ['keep-commit-across-epochs']),
  attack('2.4', 'nothing beyond settled is overwritten', ['retire-before-settled']),
  attack('2.4', 'only sequences up to settled + capacity are accepted', [
    'send-beyond-window+accept-beyond-window',
  ]),
  attack('2.4', 'nothing is sent beyond the window, and a window that moves is told unasked', [
    'send-beyond-window',
    'never-announce-window',
  ]),
  attack('2.6', 'notes belong to a session; frames of an older one are dropped', ['old-session']),
  attack('2.8', 'bits are cleared half by half, when the noted position reaches the mark', [
    'clear-bits-at-any-note',
  ]),
  attack('2.8', 'what is dropped without bits is noted contiguously; ranges get their bits', [
    'retire-without-bits',
    'ranges-without-bits',
  ]),
  attack('2.9', 'reads return committed writes only', ['read-uncommitted']),
  attack(
    '3.2',
    'numbers are stored before use; a record is durable before it is sent, and confirmed',
    ['number-used-twice', 'announce-before-durable', 'confirm-before-durable'],
  ),
  attack('3.3', 'a site that begins to promise does nothing more in older epochs', [
    'serves-after-promise',
    'accept-old-epoch',
  ]),
  attack(
    '3.3',
    'a summary is made after every store had ended',
    ['promise-during-store', 'carry-after-promise'],
    'what is stored later lies off the elected history: so the rule itself is asked (EPOCH-50)',
  ),
  attack(
    '3.4',
    'of two candidates the one of lower rank gives up',
    ['no-giving-way'],
    'it costs epochs, never data: held by how many numbers two candidates that talk use up',
  ),
  attack('3.5', 'an empty site, or one that shows less, has no vote', ['vote-of-a-blank']),
  attack('3.6', 'a primary that restarts serves only in a new epoch', ['role-survives-restart']),
  attack('3.8', 'without a holder the largest position decides', ['rank-before-position']),
  attack('3.9', 'a c known beyond the elected end makes nobody a holder', [
    'damage-is-a-tail+forget-what-was-committed',
  ]),
  attack('3.10', 'a mirror enters the sync set by a record and level, and leaves it by a record', [
    'leave-without-record',
    'enter-before-level',
  ]),
  attack(
    '4.2',
    'bits go to an inconsistent site only from a source on whose history its last update lies',
    ['bits-of-another-branch', 'ignore-the-base'],
  ),
  attack('4.3', 'the step that cuts marks what the volume may contain', [
    'cut-without-repair',
    'forget-repair',
  ]),
  attack('4.3', 'a forced branch is not given up for another one', ['forced-gives-way']),
  attack('4.6', 'a new write sets its bits before applied moves; clear, read, ship', [
    'update-misses-new-writes',
    'clear-after-shipping',
  ]),
  attack('4.6', 'after an update bases, notes and sidefile begin at its position', [
    'update-keeps-bases',
    'stage-before-settled',
    'stage-before-applied',
  ]),
  attack(
    '8',
    'a bad record is damage iff something flushed says that it was there',
    ['damage-is-a-tail'],
    'which record is damage is decided by the backend: test/backend/rot.test.ts',
  ),
];
