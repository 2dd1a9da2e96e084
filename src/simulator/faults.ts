import { othersOf, type SiteId, siteIds } from '../../models/words.ts';
import type { Arrangement } from '../runtime/arrangement.ts';
import type { Fault } from './fault.ts';
import type { LeapingClock } from './leaping-clock.ts';
import type { Medium } from './medium.ts';
import { operate } from './operations.ts';

/** What faults happen to. */
export interface Victim {
  readonly arrangement: Arrangement;
  readonly media: readonly Medium[];
  readonly clock: LeapingClock;
  /** Is a lie of a disk still within what was agreed? */
  readonly mayStrike: () => boolean;
  /** An operator was refused, with that code. */
  readonly refused: (code: string) => void;
}

/** Lets a fault begin. False: it cannot happen now (the site is down already, say). */
export function begin(victim: Victim, fault: Fault): boolean {
  const { arrangement, clock } = victim;
  const { network } = arrangement;
  switch (fault.kind) {
    case 'crash':
    case 'blank':
      if (!arrangement.loopOf(fault.site)) return false;
      victim.media[fault.site]!.losesPower = fault.kind !== 'crash' || fault.how === 'power';
      void arrangement.crash(fault.site);
      return true;
    case 'restore':
      if (!arrangement.loopOf(fault.site)) return false;
      return told(arrangement, fault, victim.media[fault.site]!.snapshot());
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
    case 'leap':
      clock.leaps(fault.by);
      return true;
    case 'slowDisk':
    case 'failFlush':
    case 'shortWrite':
    case 'fullDisk':
    case 'hangDisk':
    case 'rot':
    case 'misdirect':
      return harm(victim, fault);
    default:
      return operate(arrangement, fault, victim.refused);
  }
}

/** A trace tells from when on a disk cannot be trusted. */
function told(
  arrangement: Arrangement,
  { site, kind }: { readonly site: SiteId; readonly kind: string },
  lies: boolean,
): boolean {
  if (lies) arrangement.diskLies(site, kind);
  return lies;
}

type OfDisk = Extract<
  Fault,
  { kind: 'slowDisk' | 'failFlush' | 'shortWrite' | 'fullDisk' | 'hangDisk' | 'rot' | 'misdirect' }
>;

function harm({ arrangement, media, mayStrike }: Victim, fault: OfDisk): boolean {
  const medium = media[fault.site]!;
  switch (fault.kind) {
    case 'slowDisk':
      medium.slowDown(fault.factor);
      return true;
    case 'failFlush':
      return medium.failFlush();
    case 'shortWrite':
      return medium.shortenWrite();
    case 'fullDisk':
      return medium.fill(true);
    case 'hangDisk':
      return medium.hang(true);
    case 'rot':
      return told(arrangement, fault, medium.rot(fault.file));
    case 'misdirect':
      return told(arrangement, fault, medium.misdirect(fault.file, mayStrike));
    default:
      return fault satisfies never;
  }
}

/** Lets it end; doing so twice changes nothing. */
export function end(victim: Victim, fault: Fault): void {
  const { arrangement, media } = victim;
  const { network } = arrangement;
  switch (fault.kind) {
    case 'crash':
      startSoon(arrangement, fault.site);
      break;
    case 'blank':
      if (arrangement.loopOf(fault.site)) return;
      void arrangement.replace(fault.site).catch(() => startSoon(arrangement, fault.site));
      break;
    case 'restore':
      void arrangement.crash(fault.site).then(() => {
        media[fault.site]!.restore();
        startSoon(arrangement, fault.site);
      });
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
    case 'slowDisk':
      media[fault.site]!.slowDown(1);
      break;
    case 'fullDisk':
      media[fault.site]!.fill(false);
      break;
    case 'hangDisk':
      media[fault.site]!.hang(false);
      break;
    case 'misdirect':
    case 'failFlush':
    case 'shortWrite':
      media[fault.site]!.calm();
      break;
    case 'suspend':
      for (const site of siteIds) {
        arrangement.loopOf(site)?.operate({ name: 'resume', peer: fault.site });
      }
      break;
    default:
      // The others leave nothing that could end.
      break;
  }
}

function startSoon(arrangement: Arrangement, site: SiteId): void {
  void arrangement.start(site).catch(() => {});
}
