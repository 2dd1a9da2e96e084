import type { RuleId } from '../spec/rules.ts';
import { claimMutants } from './claim-mutants.ts';
import { hiddenMutants } from './hidden-mutants.ts';
import { storyMutants } from './story-mutants.ts';

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
  ...claimMutants,
  ...storyMutants,
  ...hiddenMutants,
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
    'forget-notes-at-restart',
    'EPOCH-100',
    ['S2'],
    ['set-back'],
    'Its first header after a start wipes what a site noted: an older copy of another one votes, and an acknowledged write is cut.',
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
    'trust-header-under-way',
    'MIRROR-20',
    ['S3'],
    ['loose'],
    'A mirror adopts a record, applies up to a c that a header still under way carries, and loses power.',
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
  mutant(
    'serves-after-promise',
    'EPOCH-40',
    ['S2', 'S8', 'S1'],
    ['partition'],
    'Two epochs acknowledge at once.',
  ),
  mutant(
    'accept-old-epoch',
    'EPOCH-40',
    ['S1', 'S2', 'S3', 'S4'],
    ['partition'],
    'A mirror stores and acknowledges for a primary that was replaced.',
  ),
  mutant(
    'no-probe',
    'EPOCH-90',
    ['EPOCH-90'],
    ['flap'],
    'A site that only lost its own link takes the primary’s place.',
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
    ['EPOCH-130'],
    ['alone-strict'],
    'Acknowledged writes are given up without anybody agreeing.',
  ),
  mutant(
    'cut-without-repair',
    'RECOVERY-30',
    ['S3'],
    ['alone'],
    'A returning site keeps blocks of writes that were given up.',
  ),
  mutant(
    'cut-without-export',
    'RECOVERY-30',
    ['RECOVERY-30'],
    ['alone'],
    'What hosts were told of and somebody agreed to lose cannot even be looked at any more.',
  ),
  mutant(
    'update-misses-new-writes',
    'RESYNC-80',
    ['S3'],
    ['ring'],
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
    ['lag'],
    'The mark empties a sidefile whose entries are not in the volume.',
  ),
  mutant(
    'never-inform',
    'PRIMARY-50',
    ['PRIMARY-50'],
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
  mutant(
    'announce-before-durable',
    'EPOCH-20',
    ['S1', 'S2'],
    ['disks'],
    'A record stands that its proposer loses with its power.',
  ),
  mutant(
    'confirm-before-durable',
    'EPOCH-20',
    ['S1', 'S4'],
    ['disks'],
    'A record is confirmed again while it is still being written.',
  ),
  mutant(
    'in-place-before-mark',
    'RESYNC-70',
    ['S3'],
    ['in-place'],
    'A loss of power leaves a volume half updated that nobody knows to be so.',
  ),
  mutant(
    'in-place-forgets-shipped',
    'RESYNC-50',
    ['S6'],
    ['in-place-branch'],
    'An update in place that died half way is completed by the bits of another branch.',
  ),
  mutant(
    'end-below-what-was-shipped',
    'RESYNC-90',
    ['S3', 'S6'],
    ['in-place-taken-over'],
    'An update ends below what an earlier one, in place, had shipped: blocks of later writes are told as of an earlier position.',
  ),
  mutant(
    'verify-without-hold',
    'RESYNC-100',
    ['RESYNC-100'],
    ['verified'],
    'Checksums of two positions are compared: what differs says nothing, and older blocks are given.',
  ),
  mutant(
    'tell-before-mark',
    'RESYNC-70',
    ['S4'],
    ['rest-update'],
    'A target tells a new session of what its mark has not made durable.',
  ),
];
