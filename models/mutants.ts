import type { RuleId } from '../spec/rules.ts';

/** One small, named change to the protocol, and the statement it must break. */
export interface Mutant {
  /** The weakness as the rules know it (`SiteConfig.weakness`). */
  readonly name: string;
  readonly rule: RuleId;
  /** What goes wrong without the rule, in one sentence. */
  readonly harm: string;
  /** Safety or liveness statements of which one must be violated. */
  readonly breaks: readonly string[];
  /** Worlds (models/instances.ts) in which it shows, the smallest first. */
  readonly instances: readonly string[];
}

const mutant = (
  name: string,
  rule: RuleId,
  breaks: readonly string[],
  instances: readonly string[],
  harm: string,
): Mutant => ({ name, rule, harm, breaks, instances });

export const mutants: readonly Mutant[] = [
  mutant(
    'acknowledge-before-flush',
    'MIRROR-10',
    ['S1', 'S4'],
    ['disks'],
    'The primary counts what a mirror loses with its power.',
  ),
  mutant(
    'commit-before-own-flush',
    'PRIMARY-20',
    ['S1'],
    ['disks'],
    'A host is told of a write the primary itself may lose.',
  ),
  mutant(
    'commit-by-maximum',
    'PRIMARY-20',
    ['S1'],
    ['holes'],
    'A write beyond a hole is acknowledged, and lost when the history ends at the hole.',
  ),
  mutant(
    'commit-without-evidence',
    'PRIMARY-30',
    ['S2', 'S8'],
    ['alone'],
    'A primary that lost its majority unnoticed goes on acknowledging.',
  ),
  mutant(
    'evidence-without-vote',
    'PRIMARY-30',
    ['S2', 'S8'],
    ['alone-replaced'],
    'A blank site shows evidence for what it may already have promised away.',
  ),
  mutant(
    'read-without-evidence',
    'HOST-30',
    ['S8'],
    ['cut-off-reader'],
    'A primary that was replaced returns old data.',
  ),
  mutant(
    'read-uncommitted',
    'HOST-30',
    ['S8'],
    ['reader'],
    'A host sees a write that is gone after the primary dies.',
  ),
  mutant(
    'read-before-parent',
    'HOST-30',
    ['S8'],
    ['reader'],
    'A new primary does not know yet how far c is, and returns what was overwritten.',
  ),
  mutant(
    'apply-beyond-commit',
    'MIRROR-20',
    ['S3'],
    ['takeover'],
    'A volume contains writes no history keeps.',
  ),
  mutant(
    'apply-before-durable-commit',
    'MIRROR-20',
    ['S3'],
    ['disks'],
    'After a crash redo ends before what the volume already contains.',
  ),
  mutant(
    'apply-beyond-hole',
    'MIRROR-20',
    ['S3'],
    ['holes'],
    'A volume misses a write in the middle.',
  ),
  mutant(
    'retire-before-settled',
    'SIDEFILE-60',
    ['S5', 'S3'],
    ['ring'],
    'An entry is overwritten before its block is durable in the volume.',
  ),
  mutant(
    'retire-without-bits',
    'SIDEFILE-70',
    ['S5', 'S3'],
    ['ring'],
    'What a lagging mirror lacks is dropped and forgotten.',
  ),
  mutant(
    'forget-promise',
    'EPOCH-30',
    ['S2'],
    ['duel'],
    'A restarted site promises the same epoch again: two majorities.',
  ),
  mutant(
    'promise-twice',
    'EPOCH-30',
    ['S2'],
    ['duel'],
    'A site promises an older number after a newer one.',
  ),
  mutant('number-used-twice', 'EPOCH-10', ['S2'], ['duel'], 'Two records have one name.'),
  mutant(
    'announce-before-durable',
    'EPOCH-20',
    ['S2'],
    ['disks'],
    'A record stands that its proposer loses with its power.',
  ),
  mutant(
    'serves-after-promise',
    'EPOCH-40',
    ['S2', 'S8', 'S1'],
    ['partition'],
    'Two epochs acknowledge at once.',
  ),
  mutant(
    'promise-during-store',
    'EPOCH-50',
    ['S1', 'S2'],
    ['disks'],
    'A summary misses a write that is acknowledged afterwards.',
  ),
  mutant(
    'accept-old-epoch',
    'EPOCH-40',
    ['S1', 'S2', 'S3', 'S4'],
    ['partition'],
    'A mirror stores and acknowledges for a primary that was replaced.',
  ),
  mutant(
    'accept-old-record',
    'EPOCH-30',
    ['S2'],
    ['duel'],
    'A site adopts an epoch older than its promise.',
  ),
  mutant(
    'keep-commit-across-epochs',
    'EPOCH-70',
    ['S3'],
    ['alone'],
    'c of a cut branch lets redo apply what was never committed.',
  ),
  mutant(
    'no-probe',
    'EPOCH-90',
    ['L3', 'COST-10'],
    ['flap'],
    'A site that only lost its own link takes the primary’s place.',
  ),
  mutant(
    'vote-of-a-blank',
    'EPOCH-100',
    ['S2'],
    ['replaced'],
    'An empty site votes acknowledged writes away.',
  ),
  mutant(
    'compare-only-maxima',
    'EPOCH-110',
    ['S1', 'S2', 'S3', 'S4'],
    ['holes'],
    'A hole is taken for held.',
  ),
  mutant(
    'initiator-becomes-primary',
    'EPOCH-120',
    ['S2', 'S1'],
    ['alone'],
    'Whoever asks first becomes primary, holder or not.',
  ),
  mutant(
    'no-consent',
    'EPOCH-130',
    ['CONSENT-10'],
    ['alone'],
    'Acknowledged writes are given up without anybody agreeing.',
  ),
  mutant('no-majority', 'EPOCH-80', ['S2', 'S8'], ['partition'], 'Two halves serve at once.'),
  mutant(
    'enter-before-level',
    'EPOCH-140',
    ['S1'],
    ['enter'],
    'A sync set member lacks writes that were acknowledged.',
  ),
  mutant(
    'serve-early',
    'EPOCH-80',
    ['S8', 'S3', 'S2'],
    ['collect'],
    'A primary serves before it holds the elected history.',
  ),
  mutant(
    'cut-without-repair',
    'RECOVERY-30',
    ['S3'],
    ['alone-consent'],
    'A returning site keeps blocks of writes that were given up.',
  ),
  mutant(
    'update-misses-new-writes',
    'RESYNC-80',
    ['S3'],
    ['ring-busy'],
    'A write during an update is missing from it.',
  ),
  mutant(
    'update-without-bits',
    'RESYNC-50',
    ['S3'],
    ['ring'],
    'An update leaves out blocks that were dropped with bits.',
  ),
  mutant(
    'stage-before-applied',
    'RESYNC-90',
    ['S3'],
    ['ring'],
    'The mark empties a sidefile whose entries are not in the volume.',
  ),
  mutant(
    'never-inform',
    'PRIMARY-50',
    ['COST-20'],
    ['takeover'],
    'The sync mirror keeps what the async one already holds.',
  ),
  mutant(
    'old-session',
    'LINK-10',
    ['S4', 'S1'],
    ['old-frames'],
    'An acknowledgement of a former life of a site counts.',
  ),
];
