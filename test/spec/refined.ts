import { defaultSet } from '../../models/sets.ts';

/** What of the machines is compared with the abstract protocol, and what cannot be. */

/** Worlds of the default set that are not refinements, and why. */
export const notAbstracted: ReadonlyMap<string, string> = new Map([
  [
    'in-place',
    'the abstract protocol updates beside the volume only: in place a site gives up its blocks first',
  ],
  ['no-room-at-once', 'as in-place'],
  ['rotten-commit', 'the abstract protocol loses no durable entry'],
  ['rotten-tail', 'the abstract protocol loses no durable entry'],
]);

/** Of these `npm run spec:refine` looks at every transition. */
export const abstracted: readonly string[] = defaultSet.filter((name) => !notAbstracted.has(name));

/** Worlds of which `npm test` looks at every transition; `npm run spec` does so for the default set. */
export const exhausted: readonly string[] = ['adaptive', 'rest-update', 'old-frames', 'takeover'];

/** Mutants that refinement tells by their rule; the world, where it is another than the mutant's own. */
export const noticed: ReadonlyMap<string, string | null> = new Map([
  ['answer-when-stored', null],
  ['acknowledge-before-flush', null],
  ['commit-before-own-flush', null],
  ['commit-by-maximum', null],
  ['commit-without-evidence', null],
  ['evidence-without-vote', null],
  ['apply-beyond-commit', null],
  ['apply-before-durable-commit', null],
  ['forget-promise', null],
  ['promise-twice', null],
  ['serves-after-promise', null],
  ['accept-old-epoch', null],
  ['compare-only-maxima', null],
  ['initiator-becomes-primary', null],
  ['old-session', null],
  ['announce-before-durable', null],
  ['tell-before-mark', null],
]);

const large = 'its world shows it only after more states than a test has time for';
const layout =
  'the abstract protocol has no layout of a sidefile, no bits and no contents of blocks';
const cost = 'it costs time or room, and allows no other behaviour';
const reads = 'reads of hosts are not abstracted: the worlds judge them (S8)';
const notes = 'what mirrors are told of each other only steers what is kept';

/** Mutants that refinement does not tell, and why. The properties of the worlds tell them. */
export const unnoticed: ReadonlyMap<string, string> = new Map([
  ['number-from-committed', 'its world ends before a write is numbered twice'],
  ['forward-after-store', cost],
  ['forget-confirmation', notes],
  ['ignore-notice', notes],
  ['never-confirm', notes],
  ['never-inform', notes],
  ['forget-location', layout],
  ['keep-every-write', layout],
  ['never-adapts', cost],
  ['any-distance', cost],
  [
    'force-unasked',
    'the abstract protocol has no operator: whoever may be forced may be forced any time',
  ],
  ['never-initiate', cost],
  ['compare-by-notes', notes],
  ['send-only-newest', cost],
  ['read-without-evidence', reads],
  ['read-uncommitted', reads],
  ['trust-header-under-way', large],
  ['apply-beyond-hole', large],
  ['confirm-before-durable', large],
  ['cut-without-repair', large],
  ['retire-before-settled', 'a volume is what redo makes of it: settled and applied are one there'],
  ['retire-without-bits', layout],
  ['no-probe', 'any site may suspect another at any time'],
  ['no-consent', 'the abstract protocol has no operator: a loss must be recorded, not asked for'],
  ['cut-without-export', layout],
  ['update-misses-new-writes', layout],
  ['update-without-bits', layout],
  ['verify-without-hold', layout],
  ['stage-before-applied', layout],
]);

/**
 * Events of machines that may change nothing in the abstract protocol: the list of silent steps. Host
 * writes, crashes, restarts and replacements are not among them: they always change something.
 */
export const silentCauses: ReadonlySet<string> = new Set([
  // a word that tells nothing new, or is about probing, bits, blocks and notices
  ...['acknowledged', 'advance', 'ask', 'evidence', 'notice', 'noticed', 'probe', 'probed'],
  ...[
    'promise',
    'propose',
    'refused',
    'record',
    'recordStored',
    'write',
    'fetch',
    'fetched',
    'gone',
  ],
  ...['stageBegin', 'stageReady', 'sums', 'sumsDiffer', 'blocks', 'blocksStored'],
  ...['stageCommit', 'stageCommitted'],
  // disk work that makes nothing durable that counts here, or what counts as done before
  ...['store', 'persist', 'apply', 'flush', 'stage', 'flushStage', 'applyStage'],
  // sessions and waits
  ...[
    'breaks',
    'heals',
    'election time-out',
    'patience time-out',
    'retry time-out',
    'idle time-out',
  ],
]);
