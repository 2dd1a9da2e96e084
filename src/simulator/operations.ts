import type { Command } from '../../models/event.ts';
import type { SiteId } from '../../models/words.ts';
import type { Arrangement } from '../runtime/arrangement.ts';
import { HostError } from '../runtime/host-error.ts';
import type { Operation, OperationKind } from './fault.ts';

const toPrimaries: readonly OperationKind[] = [
  'switchover',
  'suspend',
  'verify',
  'admit',
  'resync',
];

/** Some are told to whoever is primary, some to the site they name. False: nobody could be told. */
export function operate(
  arrangement: Arrangement,
  { kind, site }: Operation,
  refused: (code: string) => void,
): boolean {
  const primary = arrangement.primary();
  const source = primary?.site.context.config.site;
  const isToPrimary = toPrimaries.includes(kind);
  const told = isToPrimary ? primary : arrangement.loopOf(site);
  if (!told || (isToPrimary && source === site)) return false;
  if (kind === 'resync') return resyncs(arrangement, source!, site, refused);
  told.operate(commandOf(kind, site, told.site.context.held.contiguous));
  return true;
}

function commandOf(kind: Exclude<OperationKind, 'resync'>, site: SiteId, held: number): Command {
  switch (kind) {
    case 'switchover':
      return { name: kind, to: site };
    case 'suspend':
    case 'verify':
      return { name: kind, peer: site };
    case 'admit':
      return { name: kind, site };
    case 'consent':
      return { name: kind, primary: site };
    case 'discard':
      return { name: kind, branch: site };
    case 'export':
      return { name: kind, above: Math.max(0, held - 2) };
    case 'takeOver':
    case 'force':
      return { name: kind };
    default:
      return kind satisfies never;
  }
}

/** Agrees to nothing: refused when it would give something up, or cannot be done now. */
function resyncs(
  arrangement: Arrangement,
  source: SiteId,
  target: SiteId,
  refused: (code: string) => void,
): boolean {
  try {
    arrangement.resync(source, target, []);
    return true;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    refused(error.code);
    return false;
  }
}
