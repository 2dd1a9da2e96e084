import { hasBlock } from './bits.ts';
import { type Choice, electAmong, hasVote } from './election.ts';
import type { Command } from './event.ts';
import type { EpochRecord } from './history.ts';
import { refusalOfBranches } from './refusal.ts';
import { newestSequence } from './rules/commit.ts';
import {
  decisionIf,
  decisionOf,
  hasOwnVote,
  hearsPrimary,
  isAllowed,
  mayForce,
} from './rules/epoch.ts';
import { isHighWater } from './rules/high-water.ts';
import { isHolding } from './rules/hold.ts';
import { lacksElected } from './rules/leg.ts';
import { isConnected } from './rules/link.ts';
import { hasNoGiver, hasVoice, isOutbid, mayAdmit } from './rules/service.ts';
import { isQuiet, windowEndOf } from './rules/storage.ts';
import { summaryOf } from './rules/summary.ts';
import { isOutrun } from './rules/update.ts';
import { type Check, epochOf, isNamed, recordOf, type SiteContext } from './site.ts';
import type { Site } from './step.ts';
import type { Summary } from './summary.ts';
import { othersOf, type Sequence, type SiteId, siteIds, thirdOf } from './words.ts';

/** What a site waits for that does not come of itself, and what an operator can say to it. */
export interface Wait {
  readonly site: SiteId;
  readonly what: string;
  /** Commands that help, each with what it costs known to whoever gives it; none: time or a repair does. */
  readonly helps: readonly Help[];
}

interface Help {
  readonly at: SiteId;
  readonly command: Command;
}

/** As far as the site itself knows. Empty: nothing but what ends by itself. */
export function waitsOf(site: Site, running: readonly Site[] = [site]): readonly Wait[] {
  return site.role === 'primary' ? waitsOfPrimary(site.context) : waitsOfMirror(site, running);
}

/**
 * What keeps an arrangement from serving, or from being whole, seen from all sites that run: L2 asks for
 * the consent or the force that is missing to be told.
 */
export function waitsOfAll(sites: readonly (Site | null)[]): readonly Wait[] {
  const running = sites.filter((site) => site !== null);
  const waits = running.flatMap((site) => waitsOf(site, running));
  const own = running.some(servesByVote) ? waits.map(withoutForce) : waits;
  return [
    ...own,
    ...lacksConsent(running),
    ...rivals(running),
    ...voiceless(running),
    ...givesWay(running),
  ];
}

/** A site that is blocked tries again now and then: what is missing then is missing meanwhile. */
function lacksConsent(running: readonly Site[]): readonly Wait[] {
  if (running.some((site) => isBlocked(site) || servesByVote(site))) return [];
  // Whose disk owes an election its answer says so of itself: nothing that is agreed to helps before.
  const able = running.filter((one) => one.role === 'mirror' && !isStoring(one));
  for (const { context } of able.filter((one) => mayInitiate(one.context))) {
    const heard = able.filter(({ context: other }) => {
      const { session } = context.peers[other.config.site];
      // Who hears a primary says no.
      return session !== 0 && !hearsPrimary(other, context.config.site);
    });
    // It proposes for a yes of who has a vote in its own record: who got one by a newer record is to be asked itself.
    if (!heard.some((one) => isNamed(context, one.context.config.site))) continue;
    const decision = decisionIf(
      context,
      heard.map((one) => summaryOf(one.context)),
    );
    if (decision !== null && !isAllowed(context, decision)) {
      return [waitForConsent(context, decision.choice, running)];
    }
  }
  return [];
}

const mayInitiate = (site: SiteContext): boolean => !hearsPrimary(site) && hasOwnVote(site);

const isBlocked = ({ state }: Site): boolean => (state as { role?: string }).role === 'blocked';

function waitForConsent(
  site: SiteContext,
  { primary, loss }: Choice,
  running: readonly Site[],
): Wait {
  if (primary === null) {
    // Who is damaged is not elected; its volumes may be a prefix all the same.
    const helps = ofNewest(running.filter(isForceable), running).map(forceOf);
    const what =
      'no site that it reaches can be elected: each is damaged, or its volumes are no prefix';
    return { site: site.config.site, what, helps };
  }
  const what = `no holder is left: site ${primary} can take over if what may have been acknowledged beyond ${loss} is given up`;
  return wait(site, what, { name: 'consent', primary });
}

/** Those that know the newest record of all that run, if any do: who is forced without it makes a branch beside that. */
function ofNewest(able: readonly Site[], running: readonly Site[]): readonly Site[] {
  const newest = Math.max(...running.map(({ context }) => epochOf(context)));
  const knowing = able.filter(({ context }) => epochOf(context) === newest);
  return knowing.length > 0 ? knowing : able;
}

/** Does it serve by a record that a majority stands behind, and reach one more site that has a vote in it? */
function servesByVote({ role, state, context }: Site): boolean {
  if (role !== 'primary' || recordOf(context)?.how === 'forced') return false;
  const { service } = state as { readonly service: string };
  const isServing = service === 'serving' || service === 'pausing';
  return isServing && othersOf(context.config.site).some((other) => hasVoice(context, other));
}

/** Who is cut off cannot know that others serve: forced, it would only make a branch that somebody must give up. */
const withoutForce = (wait: Wait): Wait => ({
  ...wait,
  helps: wait.helps.filter(({ command }) => command.name !== 'force'),
});

const wait = (site: SiteContext, what: string, ...commands: readonly Command[]): Wait => ({
  site: site.config.site,
  what,
  helps: commands.map((command) => ({ at: site.config.site, command })),
});

function waitsOfPrimary(site: SiteContext): readonly Wait[] {
  const record = recordOf(site)!;
  const others = othersOf(site.config.site);
  const waits: Wait[] = [];
  if (record.how === 'forced') {
    waits.push(wait(site, `epoch ${record.epoch} is forced: no majority stands behind it`));
  } else if (!others.some((other) => hasVoice(site, other)) && !isOutbid(site)) {
    // Who is outbid begins another epoch when its patience ends.
    const what = 'it reaches no other site with a vote: no write is acknowledged';
    waits.push(wait(site, what, ...(mayForce(site) ? [force] : [])));
  }
  if (hasNoGiver(site)) {
    const what = 'nobody it reaches has all that was elected: it serves nobody';
    waits.push(wait(site, what, ...(mayForce(site) ? [force] : [])));
  }
  for (const other of others) {
    const { phase, session } = site.peers[other];
    if (mayAdmit(site, { command: { name: 'admit', site: other } })) {
      const what = `site ${other} is filled and has no vote, and nobody is there to give it one`;
      waits.push(wait(site, what, { name: 'admit', site: other }));
    }
    if (site.peers[other].unlike) {
      waits.push(wait(site, `site ${other} plans otherwise: both must be of one version`));
    }
    if (site.header.halted.includes(other)) {
      const isOnlyGiver = hasNoGiver(site, other) && !hasNoGiver(site);
      const cost = isOnlyGiver
        ? ': nobody else has all that was elected, and it serves nobody'
        : '';
      const what = `its leg to site ${other} is suspended by an operator${cost}`;
      waits.push(wait(site, what, { name: 'resume', peer: other }));
    } else if (record.syncSet.includes(other) && phase !== 'streaming') {
      const away = session === 0 ? 'cannot be reached' : `is ${phase}`;
      const what = `site ${other} of its sync set ${away}`;
      if (site.config.onLegLoss === 'stop')
        waits.push(wait(site, `${what}, and policy is to stop`));
    }
    const lost = whatIsLost(site, other);
    if (lost !== null) waits.push(wait(site, lost));
    const slow = whatIsSlow(site, other) ?? whatIsFull(site, other);
    if (slow !== null) {
      const suspend: Command = { name: 'suspend', peer: other };
      waits.push(wait(site, slow, ...(mayDoWithout(site, other) ? [suspend] : [])));
    }
  }
  // Where something else is amiss its own disk waits for that.
  const own = waits.length === 0 ? whatIsOwn(site, record) : null;
  return own === null ? waits : [wait(site, own)];
}

/** What its update waits for that cannot be read here, where nobody who is streamed to is being asked for it. */
function whatIsLost(site: SiteContext, other: SiteId): string | null {
  const { ship } = site.peers[other];
  const owed = ship === null ? [] : site.rotten.filter((block) => hasBlock(ship.copy, block));
  const third = site.peers[thirdOf(site.config.site, other)];
  const isAsked = third.phase === 'streaming' && third.check?.step !== 'failed';
  if (owed.length === 0 || isAsked) return null;
  return `the update of site ${other} waits for block ${owed[0]}, which cannot be read here: another site has it, or a host writes it anew`;
}

/** What hosts wait for that only this mirror's disk can end: its link is well, so that no time-out does. */
function whatIsSlow(site: SiteContext, other: SiteId): string | null {
  const { check, phase, held } = site.peers[other];
  if (site.pending.length > 0 && isOwed(check) && !isAsked(site)) {
    return `hosts wait for room, that for a comparison, and that for an answer of site ${other}`;
  }
  if (site.pending.length > 0 && isOutrun(site, other) && !isOwnTurn(site, other)) {
    return `hosts wait for the end of an update that they outran, and that for site ${other}`;
  }
  const oldest = oldestAwaited(site);
  const third = thirdOf(site.config.site, other);
  const { syncSet } = recordOf(site)!;
  const isLast = !syncSet.includes(third) || site.peers[third].held.contiguous >= oldest;
  const isAwaited = syncSet.includes(other) && isLast && held.contiguous < oldest;
  if (!isAwaited || phase !== 'streaming' || site.held.contiguous < oldest) return null;
  return `write ${oldest} is stored by all but site ${other} of its sync set`;
}

/** The first write that hosts wait for: those who wrote it, or who read, which nobody may before what was elected is committed. Infinity: none. */
function oldestAwaited(site: SiteContext): Sequence {
  const { waiting, reads, committed } = site;
  const elected = recordOf(site)!.parent.sequence;
  const unread = reads.length > 0 && committed < elected ? [committed + 1] : [];
  return Math.min(...waiting.map(({ sequence }) => sequence), ...unread);
}

/** It takes no more before its disk has applied some of what it has: which nobody may before the primary's own has stored it. */
function whatIsFull(site: SiteContext, other: SiteId): string | null {
  const { phase, windowEnd, held } = site.peers[other];
  const isMember = recordOf(site)?.syncSet.includes(other) === true;
  if (site.pending.length === 0 || !isMember || phase !== 'streaming') return null;
  if (windowEnd > newestSequence(site) || held.contiguous > site.held.contiguous) return null;
  return `hosts wait for room in the sidefile of site ${other}`;
}

/**
 * The next word of an update is the primary's: it waits for what its own disk was asked for, or for a comparison with the other
 * mirror, until which it applies no more.
 */
function isOwnTurn(site: SiteContext, other: SiteId): boolean {
  const isHeld = isHolding(site.peers[thirdOf(site.config.site, other)].check);
  return (isAsked(site) || isHeld) && site.peers[other].ship?.inFlight === false;
}

/** Was its own disk asked for something that is not done? It reads no block of a comparison before that either. */
const isAsked = (site: SiteContext): boolean =>
  !isQuiet(site) || site.applying > site.applied || site.flushing !== 0;

/** What hosts wait for that only the primary's own disk can end, or several of them. */
function whatIsOwn(site: SiteContext, { syncSet }: EpochRecord): string | null {
  const newest = newestSequence(site);
  const me = site.config.site;
  const others = othersOf(me);
  const compared = others.find((other) => isOwed(site.peers[other].check));
  if (site.pending.length > 0 && compared !== undefined && isAsked(site))
    return `hosts wait for room, that for a comparison with site ${compared}, and that for the disk of site ${me} itself`;
  const outran = others.find((other) => isOutrun(site, other));
  if (site.pending.length > 0 && outran !== undefined && isOwnTurn(site, outran))
    return `hosts wait for the end of an update of site ${outran} that they outran, and that for the disk of site ${me} itself`;
  if (site.pending.length > 0 && windowEndOf(site) <= newest)
    return 'hosts wait for room in its own sidefile';
  if (lacksElected(site) && site.storing.length > 0)
    return 'it serves when its own disk has stored what was elected';
  const oldest = oldestAwaited(site);
  if (oldest === Number.POSITIVE_INFINITY) {
    // At high water the next one goes when the one before is stored, whether its host still waits or not.
    const isHeldUp = site.pending.length > 0 && site.storing.length > 0 && isHighWater(site);
    return isHeldUp ? `hosts wait for what site ${me} itself has not stored yet` : null;
  }
  const members = syncSet.filter((other) => site.peers[other].held.contiguous < oldest);
  const isOwn = site.held.contiguous < oldest;
  if (isOwn && members.length === 0)
    return `write ${oldest} is stored by all but site ${me} itself`;
  // Of one alone it is said with what helps. Who is not streamed to leaves, or that is said.
  const areSlow = members.every((other) => site.peers[other].phase === 'streaming');
  if (!areSlow || members.length + Number(isOwn) < 2) return null;
  return `write ${oldest} is not stored yet by sites ${(isOwn ? [me, ...members] : members).join(' and ')}`;
}

/** Is it the mirror's turn in a comparison? */
const isOwed = (check: Check | null): boolean =>
  isHolding(check) && check!.step !== 'held' && check!.step !== 'writing';

/** A member leaves by a record, to which somebody else must say yes. */
function mayDoWithout(site: SiteContext, other: SiteId): boolean {
  if (recordOf(site)?.syncSet.includes(other) !== true) return true;
  return site.config.onLegLoss !== 'stop' && hasVoice(site, thirdOf(site.config.site, other));
}

const force: Command = { name: 'force' };

/** States of a mirror that end when something is durable. */
const storing: readonly string[] = ['readying', 'recording', 'promising', 'adopting'];

const isStoring = ({ state, context }: Pick<Site, 'state' | 'context'>): boolean =>
  storing.includes((state as { readonly role: string }).role) && !isQuiet(context);

function waitsOfMirror({ state, context }: Site, running: readonly Site[]): readonly Wait[] {
  const { role } = state as { readonly role: string };
  if (role === 'stopped') return [wait(context, 'its disk failed: it must be started again')];
  if (context.header.history.length === 0) {
    return [wait(context, 'it is blank: a primary must fill it')];
  }
  const decision = role === 'blocked' ? decisionOf(context) : null;
  if (decision !== null) return [waitForConsent(context, decision.choice, running)];
  if (isStoring({ state, context })) {
    return [wait(context, `its disk has not stored yet what an election asks of it (${role})`)];
  }
  if (hearsPrimary(context)) return [];
  if (!isConnected(context)) {
    const what = 'it reaches no other site: alone it may not take over';
    return [wait(context, what, ...(mayForce(context) ? [force] : []))];
  }
  return [];
}

/** Branches that only an operator may choose between: each pair once. */
function rivals(running: readonly Site[]): readonly Wait[] {
  const servers = running.filter(servesByVote);
  return running.flatMap((one, index) =>
    running.slice(index + 1).flatMap((other): Wait[] => {
      const [own, theirs] = [one, other].map(({ context }) => context.header.history);
      if (own!.length === 0 || theirs!.length === 0) return [];
      const reason = refusalOfBranches(own!, theirs!);
      if (reason === null) return [];
      const ids = [one, other].map(({ context }) => context.config.site);
      const site = ids[0]!;
      const parts = `its branch and that of site ${ids[1]} part: ${reason}`;
      const stays = [one, other].filter((both) => !gaveUp(both));
      if (stays.length === 2) {
        // Not the one that a majority serves.
        const unserved = stays.filter((both) => !servers.some((server) => isOfOne(server, both)));
        const helps = (unserved.length > 0 ? unserved : stays).map(({ context: { config } }) => ({
          at: config.site,
          command: { name: 'discard', branch: config.site } as const,
        }));
        return [{ site, what: `${parts}; one must be given up`, helps }];
      }
      // Who gave up its branch has no say in the other: a majority comes about by force alone.
      if (running.some(({ role }) => role === 'primary')) return [];
      const what = `${parts}; one is given up, and nobody is primary of the other`;
      return [{ site, what, helps: stays.filter(isForceable).map(forceOf) }];
    }),
  );
}

/** Who was forced, and whose disk has not stored that yet, says so of itself: once more is of no use. */
const isForceable = (one: Site): boolean => mayForce(one.context) && !isStoring(one);

const forceOf = ({ context }: Site): Help => ({ at: context.config.site, command: force });

const isOfOne = (one: Site, other: Site): boolean =>
  refusalOfBranches(one.context.header.history, other.context.header.history) === null;

const gaveUp = ({ context }: Site): boolean => context.discard === context.config.site;

/** What was given up before there was another branch: its operator may have erred, and nobody asks him again. */
function givesWay(running: readonly Site[]): readonly Wait[] {
  const written = running.filter(({ context }) => context.header.history.length > 0);
  return written
    .filter((one) => gaveUp(one) && written.every((other) => isOfOne(one, other)))
    .map(({ context }) => {
      const what = 'an operator gave up its branch, and no site that runs has another one';
      return wait(
        context,
        `${what}: until its next epoch, or a restart, it gives way to one unasked`,
      );
    });
}

/**
 * Nobody is primary, and no two sites that have a vote talk to each other: another site is there now, one shows less than it held,
 * or their link is broken. A third site without a vote carries no word between them.
 */
function voiceless(running: readonly Site[]): readonly Wait[] {
  if (running.some(({ role }) => role === 'primary')) return [];
  const summaries = running.map(({ context }) => summaryOf(context));
  const { record, history } = electAmong(summaries);
  if (record === null) return [];
  const voters = summaries.filter((summary) => hasVote(summary, record, history, summaries));
  const talksTo = ({ site }: Summary) => siteIds.filter((other) => talks(running, site, other));
  const isMajority = voters.some((one) => voters.some(({ site }) => talksTo(one).includes(site)));
  // Who talks to nobody says so of itself.
  const areAlone = voters.length >= 2 && voters.every((one) => talksTo(one).length === 0);
  if (isMajority || areAlone) return [];
  const what = `${voters.length} of the sites that run have a vote in epoch ${record.epoch}, two that talk to each other are needed`;
  const helps = running.filter(isForceable).map(forceOf);
  return [{ site: (voters[0] ?? summaries[0]!).site, what, helps }];
}

const talks = (running: readonly Site[], one: SiteId, other: SiteId): boolean =>
  one !== other &&
  running.some(
    ({ context: { config, peers } }) => config.site === one && peers[other].session !== 0,
  );
