import type { RuleId } from '../spec/rules.ts';
import type { Mutant } from './mutants.ts';

/** Weaknesses of which another rule hides the harm: most are caught by asking their rule of the sites (`Bounds.asks`). */
export const hiddenMutants: readonly Mutant[] = [
  {
    name: 'number-used-twice',
    rule: 'EPOCH-10',
    breaks: ['EPOCH-10'],
    instances: ['crossing'],
    harm: 'A candidate that restarts proposes the same number again; only EPOCH-20 still tells its two epochs apart.',
  },
  {
    name: 'accept-old-record',
    rule: 'EPOCH-30',
    breaks: ['EPOCH-30'],
    instances: ['older-record'],
    harm: 'A site takes on an epoch older than the one it promised; only EPOCH-40 keeps it from acting there.',
  },
  {
    name: 'promise-before-durable',
    rule: 'EPOCH-30',
    breaks: ['EPOCH-30'],
    instances: ['late-store'],
    harm: 'A site that loses its power right after its promise knows nothing of it, and may promise the same number to somebody else.',
  },
  {
    name: 'retire-from-a-mixture',
    rule: 'SIDEFILE-60',
    breaks: ['SIDEFILE-60'],
    instances: ['rotten-room'],
    harm: 'A site whose blocks cannot be trusted drops entries that only it has; if the primary is lost as well, more is given up than need be.',
  },
  {
    name: 'leave-untold',
    rule: 'EPOCH-40',
    breaks: ['EPOCH-40'],
    instances: ['left-unheard', 'told-while-readying'],
    harm: 'A primary whom its mirror left is told nothing: hosts wait for answers that cannot come, until a wait ends or a link comes back.',
  },
  {
    name: 'keep-the-stage-of-an-epoch-left',
    rule: 'EPOCH-40',
    breaks: ['EPOCH-40'],
    instances: ['forced-without-room'],
    harm: 'A site that was forced goes on with an update of the epoch before, gives up its blocks for it, and is primary with volumes that are no prefix of anything.',
  },
  {
    name: 'collect-for-ever',
    rule: 'HOST-20',
    breaks: ['HOST-20'],
    instances: ['giver-lost'],
    harm: 'A primary waits for what nobody that is left can give it, and neither serves nor says why.',
  },
  {
    name: 'window-of-streamed-only',
    rule: 'MIRROR-30',
    breaks: ['MIRROR-30'],
    instances: ['window-while-greeting'],
    harm: 'The word of a window that moved, told once, is dropped while its leg is greeted again: no write is sent any more.',
  },
  {
    name: 'promise-during-store',
    rule: 'EPOCH-50',
    breaks: ['EPOCH-50'],
    instances: ['late-store'],
    harm: 'The comparison misses a write that its site holds a moment later; only EPOCH-40 keeps it from counting.',
  },
  {
    name: 'carry-after-promise',
    rule: 'EPOCH-50',
    breaks: ['EPOCH-50'],
    instances: ['final-summary'],
    harm: 'A site redoes after a restart what the comparison did not know to be committed, and the new record may have cut.',
  },
  {
    name: 'keep-notes-across-epochs',
    rule: 'EPOCH-70',
    breaks: ['EPOCH-70'],
    instances: ['note-of-the-cut'],
    harm: 'A site is noted to hold what the history has cut, and so seems to show less than it held.',
  },
  {
    name: 'serve-unconfirmed',
    rule: 'EPOCH-80',
    breaks: ['EPOCH-80'],
    instances: ['crossing', 'primary-again'],
    harm: 'A site serves in an epoch that nobody else knows; only its evidence keeps it from acknowledging.',
  },
  {
    name: 'serve-early',
    rule: 'EPOCH-80',
    breaks: ['EPOCH-80'],
    instances: ['fills-first'],
    harm: 'A primary serves before it holds what was elected; only HOST-30 keeps old data from its readers.',
  },
  {
    name: 'serve-inconsistent',
    rule: 'EPOCH-80',
    breaks: ['EPOCH-80'],
    instances: ['lone-record'],
    harm: 'A primary that lost what it had promised to hold serves with volumes that nobody mends; only the overlay of its sidefile keeps readers from them.',
  },
  {
    name: 'no-giving-way',
    rule: 'EPOCH-90',
    breaks: ['EPOCH-90'],
    instances: ['crossing'],
    harm: 'Two sites that miss the primary at once both propose: each outbids the other, and epochs are used up.',
  },
  {
    name: 'count-late-yes',
    rule: 'EPOCH-90',
    breaks: ['EPOCH-90'],
    instances: ['late-yes'],
    harm: 'A site that heard no primary once takes the place of one that has long been heard again.',
  },
  {
    name: 'forget-notes',
    rule: 'EPOCH-100',
    breaks: ['EPOCH-100'],
    instances: ['flap'],
    harm: 'Nobody remembers after a restart what another site held: an older copy of its disk is not recognised.',
  },
  {
    name: 'numbers-of-the-one-before',
    rule: 'EPOCH-10',
    breaks: ['EPOCH-10'],
    instances: ['number-of-the-one-before'],
    harm: 'An empty site that took the place of another begins an epoch of a number that that one used: two records of one name, and what was cut of the one is found again as of the other.',
  },
  {
    name: 'forget-the-suspended',
    rule: 'LINK-30',
    breaks: ['LINK-30'],
    instances: ['halted-restart'],
    harm: 'A primary that restarts sends on to a mirror whose leg an operator suspended: what he meant to keep there is overwritten.',
  },
  {
    name: 'ask-the-voteless',
    rule: 'EPOCH-100',
    breaks: ['EPOCH-100'],
    instances: ['nobody-votes'],
    harm: 'A site that hears nobody with a vote asks for promises all the same: an empty one gives them, and follows no primary that an operator forced.',
  },
  {
    name: 'initiate-without-vote',
    rule: 'EPOCH-100',
    breaks: ['EPOCH-100'],
    instances: ['nobody-votes'],
    harm: 'A site whose promise counts for nothing proposes: all that comes of it is that others leave the epoch they serve.',
  },
  {
    name: 'enter-before-level',
    rule: 'EPOCH-140',
    breaks: ['EPOCH-140'],
    instances: ['enters-late'],
    harm: 'A holder of the new epoch lacks what was acknowledged; only EPOCH-130 keeps it from taking over.',
  },
  {
    name: 'silent-while-suspended',
    rule: 'EPOCH-140',
    breaks: ['EPOCH-140'],
    instances: ['halted'],
    harm: 'Mirrors whose legs are suspended hear no primary, and elect one: epoch follows epoch without any fault.',
  },
  {
    name: 'merge-notes',
    rule: 'LINK-10',
    breaks: ['S4'],
    instances: ['set-back-far'],
    harm: 'A mirror whose disk was set back is still noted to hold what it lost, and is never given it.',
  },
  {
    name: 'answer-for-the-cut',
    rule: 'HOST-20',
    breaks: ['S1'],
    instances: ['primary-again'],
    harm: 'A host is told that its write is done when another one got its sequence.',
  },
  {
    name: 'commit-by-number',
    rule: 'PRIMARY-20',
    breaks: ['S2'],
    instances: ['replaced-after-its-promise'],
    harm: 'A primary counts what an empty site stored that took the place of a member, and the member has promised another epoch away: a host is told of a write that this one cuts.',
  },
  {
    name: 'mark-where-it-told',
    rule: 'RESYNC-90',
    breaks: ['S3', 'S5'],
    instances: ['applied-since-it-told'],
    harm: 'An update ends behind what its target has applied and let go since it told of itself: its volumes lack a write that nobody gives it again.',
  },
  {
    name: 'end-in-any-session',
    rule: 'LINK-10',
    breaks: ['LINK-10'],
    instances: ['ended-in-another-session'],
    harm: 'The end of an update, told in a session it did not begin in, ends the one that began there: its source streams, its target waits for blocks for ever.',
  },
  {
    name: 'awaited-confirmations-only',
    rule: 'PRIMARY-50',
    breaks: ['PRIMARY-50'],
    instances: ['late-notice-of-a-leg'],
    harm: 'A notice that was overtaken takes back what a newer one told, and nobody tells it again: the sync mirror knows less of the async one than the primary does.',
  },
  {
    name: 'hold-beyond',
    rule: 'RESYNC-100',
    breaks: ['RESYNC-100'],
    instances: ['overtaken-hold'],
    harm: 'A mirror that is past the position it was asked for stands still there, where nothing is compared: its sidefile fills, and it never comes to the next one.',
  },
  {
    name: 'forget-what-was-told',
    rule: 'MIRROR-50',
    breaks: ['MIRROR-50'],
    instances: ['told-before-a-flap'],
    harm: 'The sync mirror forgets with its session to the async one what the primary told it of that, and is not told again: its sidefile stays large.',
  },
  {
    name: 'keep-consent',
    rule: 'EPOCH-130',
    breaks: ['EPOCH-130'],
    instances: ['agreed-to-nothing'],
    harm: 'A consent that was given while there was no loss is taken for one to a loss that nobody had seen yet.',
  },
];

/** A weakness that changes nothing: with it the graphs of these worlds are the very same. */
export interface Equivalent extends Mutant {
  /** How many states each of its worlds has, broken or not. */
  readonly states: Readonly<Record<string, number>>;
  readonly why: string;
}

const equivalent = (
  name: string,
  rule: RuleId,
  breaks: readonly string[],
  states: Readonly<Record<string, number>>,
  why: string,
): Equivalent => ({ name, rule, breaks, instances: Object.keys(states), states, why, harm: why });

export const equivalents: readonly Equivalent[] = [
  equivalent(
    'accept-beyond-window',
    'MIRROR-30',
    ['SIDEFILE-30', 'S5'],
    { 'slow-window': 642, adaptive: 453 },
    'PRIMARY-10 alone keeps every write within the window; with `send-beyond-window` it is caught',
  ),
  equivalent(
    'forget-what-was-committed',
    'EPOCH-130',
    ['S1', 'S2', 'EPOCH-130'],
    { 'rotten-commit': 7397, 'rotten-tail': 12_081 },
    'RECOVERY-40 alone makes nobody a holder that lost an entry; with `damage-is-a-tail` it is caught',
  ),
];
