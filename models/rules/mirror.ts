import { toldOf, unionOfHoldings } from '../holding.ts';
import type { Message } from '../message.ts';
import { entriesOf } from '../sidefile-log.ts';
import {
  change,
  changePeer,
  emit,
  epochOf,
  isFenced,
  recordOf,
  type SiteContext,
  type Turn,
  weak,
} from '../site.ts';
import type { Sequence, SiteId } from '../words.ts';
import { isStageIdle } from './adopt.ts';
import { forgetConsent } from './consent.ts';
import { receive, windowEndOf } from './storage.ts';

/** A mirror's side of mirroring: it stores what the primary sends, and says what it holds. */

type Of<Type extends Message['type']> = {
  readonly from: SiteId;
  readonly message: Extract<Message, { type: Type }>;
};

/** Is this frame of the epoch this site stands in, and has it not begun to promise a newer one? */
export function isCurrent(site: SiteContext, event: { message: Message }): boolean {
  const { message } = event;
  if (!('epoch' in message)) return true;
  return weak(site, 'accept-old-epoch') || (message.epoch === epochOf(site) && !isFenced(site));
}

export function takeWriteFrame(turn: Turn, event: Of<'write'>): void {
  heardPrimary(turn, event.from);
  learnCommit(turn, event.message.committed, event.from);
  receive(turn, event.message.entries, []);
  // Nothing new in it (a repeat, or beyond the window): the primary wants to know all the same.
  const early = weak(turn.site, 'acknowledge-before-flush');
  if (early || turn.effects.every((effect) => effect.type !== 'store')) acknowledge(turn);
}

export function takeAdvance(turn: Turn, event: Of<'advance'>): void {
  heardPrimary(turn, event.from);
  learnCommit(turn, event.message.committed, event.from);
}

function heardPrimary(turn: Turn, from: SiteId): void {
  if (turn.site.peers[from].standing === epochOf(turn.site)) return;
  changePeer(turn, from, { standing: epochOf(turn.site) });
  forgetConsent(turn);
  // What moved since the summary it was told of.
  announceWindow(turn);
}

/** c tells what the primary and its whole sync set hold: notes about them come with it. */
function learnCommit(turn: Turn, committed: Sequence, from: SiteId): void {
  const { site } = turn;
  if (committed <= site.committed) return;
  change(turn, { committed });
  const known = [from, ...(recordOf(site)?.syncSet ?? [])];
  for (const holder of known) {
    if (holder === site.config.site) continue;
    if (turn.site.peers[holder].held.contiguous >= committed) continue;
    changePeer(turn, holder, { held: { contiguous: committed, ranges: [] } });
  }
}

/** Tells the standing primary what is held, and up to where there is room. */
export function acknowledge(turn: Turn): void {
  const { site } = turn;
  if (isFenced(site)) return;
  // What an update made of it is not durable before its mark, and what one in place has given up is
  // held no more: the end of the update tells.
  if (!isStageIdle(site.staging) || site.header.consistency.kind === 'inconsistent') return;
  const primary = recordOf(site)?.primary;
  if (primary === undefined || primary === site.config.site) return;
  const { session, standing } = site.peers[primary];
  if (session === 0 || standing !== epochOf(site)) return;
  change(turn, { windowTold: windowEndOf(site) });
  const early = weak(site, 'acknowledge-before-flush');
  emit(turn, {
    type: 'send',
    to: primary,
    session,
    message: {
      type: 'acknowledged',
      epoch: epochOf(site),
      held: early ? { contiguous: site.log.newest, ranges: [] } : toldOf(site.held),
      start: site.log.start,
      windowEnd: windowEndOf(site),
    },
  });
}

/** A mirror whose window moved says so unasked. */
export function announceWindow(turn: Turn): void {
  if (weak(turn.site, 'never-announce-window')) return;
  if (windowEndOf(turn.site) > turn.site.windowTold) acknowledge(turn);
}

/** No newer epoch can have a majority without this site, and it has promised none. */
export function giveEvidence(turn: Turn, event: Of<'ask'>): void {
  const { site } = turn;
  heardPrimary(turn, event.from);
  const { epoch, token } = event.message;
  emit(turn, {
    type: 'send',
    to: event.from,
    session: site.peers[event.from].session,
    message: { type: 'evidence', epoch, token },
  });
}

/** The primary informs of what the other mirror holds (claims 9, 10, 22-24, 28-31); confirmed (25). */
export function takeNotice(turn: Turn, event: Of<'notice'>): void {
  const { about, held, start, epoch } = event.message;
  const { site } = turn;
  heardPrimary(turn, event.from);
  if (!weak(site, 'ignore-notice')) {
    const isMember = recordOf(site)?.syncSet.includes(about) === true;
    const noted = site.peers[about].held;
    // c tells what a member holds: a notice of where its sidefile begins takes nothing back.
    changePeer(turn, about, {
      held: isMember ? toldOf(unionOfHoldings(noted, held)) : held,
      informed: held,
    });
    if (site.config.sidefile.basis === 'oldest') changePeer(turn, about, { start });
  }
  if (weak(site, 'never-confirm')) return;
  emit(turn, {
    type: 'send',
    to: event.from,
    session: site.peers[event.from].session,
    message: { type: 'noticed', epoch, about, held },
  });
}

/** A new primary fetches what it lacks of the elected history from this site's sidefile: a frame at a time, it asks again. */
export function giveEntries(turn: Turn, event: Of<'fetch'>): void {
  const { site } = turn;
  const { ranges, epoch } = event.message;
  const entries = ranges.flatMap(({ first, last }) => entriesOf(site.log, first, last));
  const wanted = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const { session } = site.peers[event.from];
  const message: Message =
    entries.length < wanted
      ? { type: 'gone', epoch, ranges }
      : { type: 'fetched', epoch, entries: entries.slice(0, site.config.frameEntries) };
  emit(turn, { type: 'send', to: event.from, session, message });
}
