import type { Command } from './event.ts';
import { epochMost } from './fault-of-summary.ts';
import { newestOfHolding } from './holding.ts';
import { mayForce } from './rules/epoch.ts';
import { newestExported } from './rules/export.ts';
import { mayAdmit, maySwitch } from './rules/service.ts';
import { recordOf } from './site.ts';
import type { Site } from './step.ts';
import { othersOf, type SiteId, siteIds } from './words.ts';

/** Why a command cannot be carried out at this site as it stands; null: it can. Nothing is changed. */
export function refusalOfCommand(site: Site, command: Command): string | null {
  const me = site.context.config.site;
  const other = (value: SiteId): string | null =>
    othersOf(me).includes(value) ? null : `site ${value} is not within ${othersOf(me).join(', ')}`;
  switch (command.name) {
    case 'takeOver':
      return isPrimary(site) ? `site ${me} is the primary already` : null;
    case 'consent':
      if (!siteIds.includes(command.primary)) return `site ${command.primary} is not within 0..2`;
      return isPrimary(site) ? `site ${me} is the primary: a mirror that is blocked asks` : null;
    case 'force':
      if (!isEpoch(command.above ?? 0))
        return `epoch ${command.above} is no whole number within 0..${aboveMost}: beyond it no numbers would be left for the epochs to come`;
      return mayForce(site.context)
        ? null
        : `site ${me} is blank or its volumes are no prefix of any history: only a resync mends it`;
    case 'switchover':
      return other(command.to) ?? refusalOfSwitchover(site, command);
    case 'suspend':
    case 'resume':
      return other(command.peer) ?? refusalOfLegs(site);
    case 'verify':
      return other(command.peer) ?? refusalOfVerify(site, command.peer);
    case 'discard':
      if (command.branch !== me)
        return `site ${command.branch} gives up its branch itself: give that command to it, not to ${me}`;
      // What else it may give up shows later: a resync lets a branch be given up before the other one is forced.
      return site.context.header.history.length > 0
        ? null
        : `site ${me} is blank: it has no branch to give up`;
    case 'admit':
      return other(command.site) ?? refusalOfAdmission(site, command);
    case 'export': {
      const newest = newestOfHolding(site.context.held);
      const possible = Number.isSafeInteger(command.above) && command.above >= 0;
      if (!possible || command.above >= newest)
        return `site ${me} holds nothing beyond ${command.above}: its newest write is ${newest}`;
      return newestExported(site.context, command.above) === null
        ? `site ${me} keeps no write beyond ${command.above} in its sidefile: what it holds is in its volumes`
        : null;
    }
    default:
      return refusalOfOther(command);
  }
}

const aboveMost = epochMost / 2;
const isEpoch = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value <= aboveMost;

const isPrimary = (site: Site): boolean => site.role === 'primary';

/** While a primary changes its epoch it has no legs: what is said then would be lost. */
function refusalOfLegs({ role, context }: Site): string | null {
  if (role === 'primary') return null;
  const me = context.config.site;
  return recordOf(context)?.primary === me
    ? `site ${me} is changing its epoch: say it again once it serves`
    : `site ${me} is no primary: no legs`;
}

function refusalOfSwitchover(site: Site, command: Command & { name: 'switchover' }): string | null {
  const { service } = site.state as { readonly service?: string };
  if (!isPrimary(site) || service !== 'serving') {
    return `site ${site.context.config.site} does not serve: only who serves hands over`;
  }
  const { config } = site.context;
  const isFar = config.distances[command.to] === 'far' && !config.syncFar;
  if (isFar && !recordOf(site.context)!.syncSet.includes(command.to)) {
    return `site ${command.to} is far, and in no sync set: it could not be named without a loss; one that is near can`;
  }
  if (maySwitch(site.context, { command })) return null;
  const { phase } = site.context.peers[command.to];
  return `site ${command.to} is ${phase}, not streaming: it must be level first`;
}

function refusalOfVerify(site: Site, peer: SiteId): string | null {
  const { context } = site;
  if (!isPrimary(site))
    return `site ${context.config.site} is no primary: it has nothing to compare`;
  const { phase } = context.peers[peer];
  return phase === 'streaming' ? null : `site ${peer} is ${phase}, not streaming: resync it first`;
}

function refusalOfAdmission(site: Site, command: Command & { name: 'admit' }): string | null {
  const { context } = site;
  if (!isPrimary(site)) return `site ${context.config.site} is no primary: force one first`;
  if (mayAdmit(context, { command })) return null;
  const { phase } = context.peers[command.site];
  return phase === 'streaming'
    ? `site ${command.site} has a vote, or a site that has one is there: two votes admit by themselves`
    : `site ${command.site} is ${phase}, not streaming: it must be filled first`;
}

/** Whoever is not held to types may say anything. */
const refusalOfOther = (command: never): string =>
  `${(command as { readonly name?: unknown } | null)?.name} is no command`;
