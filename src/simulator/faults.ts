import { othersOf, type SiteId } from '../../models/words.ts';
import type { Arrangement } from '../runtime/arrangement.ts';
import type { Fault } from './scenario.ts';

/** Lets a fault begin. False: it cannot happen now (the site is down already, say). */
export function begin(arrangement: Arrangement, fault: Fault): boolean {
  const { network } = arrangement;
  switch (fault.kind) {
    case 'crash':
    case 'blank':
      if (!arrangement.loopOf(fault.site)) return false;
      void arrangement.crash(fault.site);
      return true;
    case 'isolate':
      for (const other of othersOf(fault.site)) network.part(fault.site, other);
      return true;
    case 'cut':
      network.cut(fault.from, fault.to);
      return true;
    case 'part':
      network.part(fault.from, fault.to);
      return true;
    case 'slow':
      network.slowDown(fault.factor);
      return true;
    case 'reset':
      network.drop(fault.from, fault.to);
      return true;
    case 'switchover': {
      const primary = arrangement.primary();
      if (!primary || primary.site.context.config.site === fault.site) return false;
      primary.operate({ name: 'switchover', to: fault.site });
      return true;
    }
    default:
      return fault satisfies never;
  }
}

/** Lets it end; doing so twice changes nothing. */
export function end(arrangement: Arrangement, fault: Fault): void {
  const { network } = arrangement;
  switch (fault.kind) {
    case 'crash':
      startSoon(arrangement, fault.site);
      break;
    case 'blank':
      if (arrangement.loopOf(fault.site)) return;
      void arrangement.replace(fault.site).catch(() => startSoon(arrangement, fault.site));
      break;
    case 'isolate':
      for (const other of othersOf(fault.site)) network.join(fault.site, other);
      break;
    case 'cut':
      network.heal(fault.from, fault.to);
      break;
    case 'part':
      network.join(fault.from, fault.to);
      break;
    case 'slow':
      network.slowDown(1);
      break;
    case 'reset':
    case 'switchover':
      break;
    default:
      fault satisfies never;
  }
}

function startSoon(arrangement: Arrangement, site: SiteId): void {
  void arrangement.start(site).catch(() => {});
}
