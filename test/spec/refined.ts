import { deepSet, defaultSet } from '../../models/sets.ts';
import type { RuleId } from '../../spec/rules.ts';

/** What of the machines is compared with the abstract protocol, and what cannot be. */

/** Of these `npm run spec:refine` looks at every transition: the whole default set. */
export const abstracted: readonly string[] = defaultSet;

/** Of these it looks at the begin, with `--deep`: each may be cut short after so many worlds. */
export const abstractedInPart: readonly string[] = deepSet;
export const WORLDS_IN_PART = 10_000;

/** Worlds of which `npm test` looks at every transition; `npm run spec` does so for the default set. */
export const exhausted: readonly string[] = [
  'adaptive',
  'set-back-far',
  'rest-update',
  'old-frames',
  'takeover',
  'rotten-commit',
  'rotten-tail',
];

/** Of the world of a mutant that many states are looked at. */
export const STATES_IN_TEST = 160_000;

/** Mutants that refinement tells by their rule; the world, where it is another than the mutant's own. */
export const noticed: ReadonlyMap<string, string | null> = new Map([
  ['answer-when-stored', null],
  ['acknowledge-before-flush', null],
  ['commit-before-own-flush', null],
  ['commit-by-maximum', null],
  ['commit-by-number', null],
  ['commit-without-evidence', null],
  ['evidence-without-vote', null],
  ['apply-beyond-commit', null],
  ['apply-before-durable-commit', null],
  ['forget-promise', null],
  ['promise-twice', null],
  ['promise-before-durable', null],
  ['serves-after-promise', null],
  ['accept-old-epoch', null],
  ['compare-only-maxima', null],
  ['initiator-becomes-primary', null],
  ['old-session', null],
  ['announce-before-durable', null],
  ['tell-before-mark', null],
  ['keep-only-what-the-primary-has', null],
  ['forget-repair', null],
  ['vote-of-a-blank', null],
  ['serve-early+read-before-parent', null],
  ['cut-without-repair', null],
  ['confirm-before-durable', null],
  ['evidence-of-an-earlier-question', null],
  ['accept-old-record', null],
  ['promise-during-store', null],
  ['carry-after-promise', null],
  ['serve-unconfirmed', null],
  ['serve-early', null],
  ['serve-inconsistent', null],
  ['enter-before-level', null],
  ['answer-for-the-cut', null],
  ['in-place-before-mark', null],
  ['bits-of-another-branch', null],
  ['damage-is-a-tail', null],
  ['retire-from-a-mixture', null],
  ['forced-gives-way', null],
  ['shared-numbers', null],
  ['forget-notes-at-restart', null],
  ['unasked-owes', null],
]);

/** Mutants that it tells, but by a neighbour of the rule that they break: what that rule keeps from happening. */
export const noticedAs: ReadonlyMap<string, RuleId> = new Map([
  ['redo-all', 'PRIMARY-20'],
  ['keep-commit-across-epochs', 'PRIMARY-20'],
  ['leave-without-record', 'PRIMARY-20'],
  ['no-majority', 'EPOCH-100'],
  ['return-of-the-cut', 'MIRROR-10'],
  ['role-survives-restart', 'EPOCH-40'],
  ['number-used-twice', 'EPOCH-20'],
  ['numbers-of-the-one-before', 'EPOCH-80'],
  ['in-place-forgets-shipped', 'RESYNC-70'],
  ['damage-is-a-tail+forget-what-was-committed', 'RECOVERY-40'],
  ['adopt-before-the-update-ends', 'PRIMARY-20'],
  ['mark-where-it-told', 'RESYNC-60'],
]);

const layout =
  'the abstract protocol has no layout of a sidefile, no bits and no contents of blocks';
const exports =
  'the abstract protocol exports nothing: it says what is cut, not what is kept of it';
const cost = 'it costs time or room, and allows no other behaviour';
const reads = 'reads of hosts are not abstracted: the worlds judge them (S8)';
const windows = 'the abstract protocol has no windows: any write may be sent at any time';
const plans =
  'the abstract protocol has no plans: what moves as blocks or writes is judged by what is held then';
const sessions = 'the abstract protocol notes nothing for longer than a session';
const memory = 'durable notes are no state of the abstract protocol, only what comes of them';
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
    'whoever may be forced may be forced at any time: nobody has to ask for it in the abstract protocol',
  ],
  ['never-initiate', cost],
  ['collect-for-ever', cost],
  ['window-of-streamed-only', windows],
  ['keep-the-stage-of-an-epoch-left', layout],
  ['leave-untold', 'what a primary is told of another epoch only steers when it gives up its own'],
  ['compare-by-notes', notes],
  ['send-only-newest', cost],
  ['read-without-evidence', reads],
  ['read-uncommitted', reads],
  [
    'trust-header-under-way',
    'it is not told in the first 150,000 states of its world; more were not looked at',
  ],
  [
    'end-below-what-was-shipped',
    'it is not told in the first 160,000 states of its world; more were not looked at',
  ],
  [
    'apply-beyond-hole',
    'what is settled counts as held there: only contents of volumes tell that it is not',
  ],
  ['retire-before-settled', 'a volume is what redo makes of it: settled and applied are one there'],
  ['retire-without-bits', layout],
  ['no-probe', 'any site may suspect another at any time'],
  [
    'in-place-unasked',
    'an update in place may begin at any time in the abstract protocol: it has no room to ask for',
  ],
  ['stop-lets-go', 'the abstract protocol has no policies: any member may be left out by a record'],
  ['forget-the-suspended', 'whom a primary sends to, and when, is free in the abstract protocol'],
  ['count-late-yes', 'any site may suspect another at any time'],
  [
    'ask-the-voteless',
    'any site may propose at any time: a proposal that nobody can win harms only time',
  ],
  [
    'initiate-without-vote',
    'any site may propose at any time: a proposal that nobody can win harms only time',
  ],
  ['no-consent', 'a loss must be recorded in the abstract protocol, not asked for'],
  [
    'discard-outlives-its-branch',
    'an operator may say again what he said of the branch before: the abstract protocol does not know whether he did',
  ],
  [
    'wish-for-who-is-level',
    'whom a primary waits for, and when, is not said in the abstract protocol',
  ],
  ['cut-without-export', exports],
  ['update-misses-new-writes', layout],
  ['update-without-bits', layout],
  ['verify-without-hold', layout],
  ['stage-before-applied', layout],
  ['send-beyond-window', windows],
  ['send-beyond-window+accept-beyond-window', windows],
  ['never-announce-window', windows],
  ['clear-bits-at-any-note', layout],
  ['ranges-without-bits', layout],
  ['always-towards-the-mirror', plans],
  ['ignore-the-digest', plans],
  ['ignore-the-base', plans],
  ['delta-of-retired', plans],
  ['clear-after-shipping', layout],
  ['update-keeps-bases', layout],
  ['stage-before-settled', layout],
  ['rank-before-position', 'the text lets any site that may become primary become it'],
  ['read-before-parent', reads],
  ['never-shrink', cost],
  [
    'one-session-for-all',
    'the abstract protocol has no sessions of updates: what is shipped is looked at when its mark is made',
  ],
  ['break-off-a-check', layout],
  ['credit-old-work', layout],
  ['forget-notes', memory],
  ['merge-notes', memory],
  ['no-giving-way', cost],
  ['keep-notes-across-epochs', sessions],
  ['mark-where-it-told+note-of-the-one-before', sessions],
  [
    'mark-where-it-told+member-by-number',
    'it is not told in the first 320,000 states of its world; more were not looked at',
  ],
  [
    'record-of-no-voter',
    'the abstract protocol elects on the newest record of all who are heard, also of who has no vote: nothing is told in all 100,335 states of its world',
  ],
  ['export-to-the-hole', exports],
  ['export-the-durable-c', exports],
  ['export-the-known-c', exports],
  ['export-what-is-stored', exports],
  ['cut-beside-its-export', exports],
  ['cut-what-has-no-place', exports],
  ['begin-before-released', layout],
  ['forget-a-check', layout],
  ['repair-behind-an-update', layout],
  ['unsent-of-any-session', layout],
  ['unsent-of-any-epoch', layout],
  ['lend-after-release+unsent-of-any-session', layout],
  ['forget-what-was-missed', layout],
  ['keep-account-as-mirror', layout],
  ['forget-what-was-lent', layout],
  [
    'ask-only-whom-it-streams-to',
    'it does less than the text allows: PRIMARY-30 of its worlds tells that hosts wait for ever',
  ],
  ['update-ends-a-check', layout],
  [
    'answers-of-any-epoch',
    'the abstract protocol has no answers about blocks: what is shipped is looked at when its mark is made',
  ],
  [
    'unheard-commit',
    'whoever may hear of c may hear of it later: PRIMARY-20 of its world tells that it waits for ever',
  ],
  [
    'fetch-of-streamed-only',
    'it does less than the text allows: L1 of its world tells that it stands still',
  ],
  ['hand-over-to-any', 'the text lets any site that may become primary become it'],
  ['heed-rivals', 'nobody has to suspect another at any time: it costs time'],
  ['sound-by-blocks-only', 'whoever may be sound again may be it later: it costs time'],
  ['enter-unlike', plans],
  ['handover-as-consent', 'a loss must be recorded in the abstract protocol, not asked for'],
  ['silent-while-suspended', 'any site may suspect another at any time'],
  ['end-in-any-session', sessions],
  ['awaited-confirmations-only', notes],
  ['hold-beyond', layout],
  ['forget-what-was-told', notes],
  ['keep-consent', 'a loss must be recorded in the abstract protocol, not asked for'],
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
  ...['stageCommit', 'stageCommitted', 'stageRefused', 'overwrite'],
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
