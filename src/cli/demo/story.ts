import type { Happening } from '../../runtime/timeline.ts';

const names = ['site 0', 'site 1', 'site 2'] as const;
const nameOf = (site: number) => names[site] ?? `site ${site}`;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** A line of the timeline, in words; null: nothing a person wants to know. */
export function sentenceOf({ site, event }: Happening): string | null {
  const me = nameOf(site);
  switch (event.kind) {
    case 'started':
      return `${me} starts`;
    case 'ended':
      return event.how === 'crash' ? `${me} is killed` : null;
    case 'stoppedItself':
      return `${me} stops: ${event.reason}${event.cause ? ` (${event.cause})` : ''}`;
    case 'probing':
      return `${me} hears no primary and asks the others`;
    case 'proposing':
      return `${me} proposes epoch ${event.epoch}`;
    case 'promised':
      return `${me} promises epoch ${event.epoch} to ${nameOf(event.to)}`;
    case 'elected': {
      const loss =
        event.lossBeyond === null ? 'nothing is lost' : `lost beyond ${event.lossBeyond}`;
      const sync = event.syncSet.map(nameOf).join(', ') || 'nobody';
      return `epoch ${event.epoch}: ${nameOf(event.primary)} is primary, ${sync} in the sync set; both keep 1..${event.end}, ${loss}`;
    }
    case 'consentMissing':
      return `${me} waits for an operator: ${nameOf(event.primary)} would keep 1..${event.end} only`;
    case 'serving':
      return `${me} serves hosts in epoch ${event.epoch}, holding 1..${event.contiguous}`;
    case 'planned': {
      const lacks = event.count === 0 ? 'lacks nothing' : `lacks ${event.count} writes`;
      return `${me} plans for ${nameOf(event.peer)}: it holds 1..${event.from} and ${lacks} up to ${event.to}: ${event.verdict} (${event.reason}), ${event.blocks} blocks ${event.verdict === 'compare-blocks' ? 'to compare' : 'to move'}`;
    }
    case 'expected':
      return `${me} expects ${event.bytes} bytes for ${nameOf(event.peer)} to take ${event.milliseconds} ms`;
    case 'refused':
      return `${me} refuses to resync ${nameOf(event.peer)}: ${event.reason}`;
    case 'unlikePlans':
      return `${me} and ${nameOf(event.peer)} plan differently (digests ${event.own} and ${event.theirs}): nothing begins, both tell of themselves again`;
    case 'cut':
      return `${me} drops ${event.above + 1}..${event.through}; ${event.repaired} blocks to repair`;
    case 'exported':
      return `${me} exported ${event.count} writes of ${event.above + 1}..${event.through}`;
    case 'exportRefused':
      return `${me} has no copy of ${event.above + 1}..${event.through}: ${event.reason}`;
    case 'distrusted':
      return `${me} does not believe ${nameOf(event.peer)} (${event.message}: ${event.reason}) and ends its session`;
    case 'suspended':
      return `${me} suspends its leg to ${nameOf(event.peer)}`;
    case 'staged':
      return `${me} switches to the staged update: it stands at ${event.through}`;
    case 'differing':
      return `${me} finds ${event.blocks} blocks of ${nameOf(event.peer)} different at ${event.at}, and gives them again`;
    case 'converged':
      return `${me} and ${nameOf(event.peer)} have the same bytes in all blocks (the last compared at ${event.at})`;
    case 'unmended':
      return `${me} cannot mend ${event.blocks} blocks with ${nameOf(event.peer)}`;
    case 'unreadable':
      return `${me} cannot read blocks ${event.blocks.join(', ')} of its own volumes`;
    case 'mended':
      return `${me} was given ${event.blocks} blocks it could not read`;
    case 'level':
    case 'resized':
      return null;
    default:
      return event satisfies never;
  }
}

/** The whole timeline from a moment on, one line each; repeated lines once. */
export function storyOf(happenings: readonly Happening[], from: number): string[] {
  const lines: string[] = [];
  let last = '';
  for (const happening of happenings) {
    const sentence = sentenceOf(happening);
    if (sentence === null || sentence === last) continue;
    last = sentence;
    const at = ((happening.at - from) / 1000).toFixed(3).padStart(8);
    lines.push(`${at} s  ${sentence}`);
  }
  return lines;
}
