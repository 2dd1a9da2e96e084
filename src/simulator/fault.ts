import type { SiteId } from '../../models/words.ts';

/** Milliseconds of simulated time. */
interface Timed {
  readonly at: number;
  readonly lasts: number;
}

interface OfSite extends Timed {
  readonly site: SiteId;
}

interface OfLink extends Timed {
  readonly from: SiteId;
  readonly to: SiteId;
}

/** The files of a site that a fault of its disk may hit. */
export type DiskFileKind = 'header' | 'sidefile' | 'volume' | 'stage';

/** A site ends: with its machine (what is not flushed may be lost, or torn), or alone. */
export type Crash = OfSite & { readonly kind: 'crash'; readonly how: 'power' | 'process' };

/** Its disk is replaced, by an empty one, or by a copy of itself of `lasts` ago. */
export type LostDisk = OfSite & { readonly kind: 'blank' | 'restore' };

/** The disk fails once and the site stops; full, or without an answer: until it ends. */
export type FailingDisk = OfSite & {
  readonly kind: 'failFlush' | 'shortWrite' | 'fullDisk' | 'hangDisk';
};

/** The disk lies: one bit turns, or the next write to that file lands elsewhere in it. */
export type LyingDisk = OfSite & {
  readonly kind: 'rot' | 'misdirect';
  readonly file: DiskFileKind;
};

export type SlowDisk = OfSite & { readonly kind: 'slowDisk'; readonly factor: number };

export type LinkFault =
  /** One direction or both. */
  | (OfLink & { readonly kind: 'cut' | 'part' })
  | (OfSite & { readonly kind: 'isolate' })
  | (OfLink & { readonly kind: 'reset' })
  | (Timed & { readonly kind: 'slow'; readonly factor: number });

/** What an operator does, wisely or not: `site` is told, or is what the primary is told about. */
export type Operation = OfSite & { readonly kind: OperationKind };

export type OperationKind =
  | 'switchover'
  | 'suspend'
  | 'takeOver'
  | 'verify'
  | 'export'
  /** From the primary, as far as nothing is given up by it. */
  | 'resync'
  | 'admit'
  | 'consent'
  | 'discard'
  | 'force';

/** Every clock shows a later time at once. */
export type Leap = Timed & { readonly kind: 'leap'; readonly by: number };

export type Fault =
  | Crash
  | LostDisk
  | FailingDisk
  | LyingDisk
  | SlowDisk
  | LinkFault
  | Operation
  | Leap;

export type FaultKind = Fault['kind'];

/** As it is counted: what happened to which part. */
export function faultName(fault: Fault): string {
  if (fault.kind === 'crash') return `crash, ${fault.how}`;
  if (fault.kind === 'rot' || fault.kind === 'misdirect') return `${fault.kind}, ${fault.file}`;
  return fault.kind;
}
