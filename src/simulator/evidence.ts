import { type EpochRecord, type History, sameRecord } from '../../models/history.ts';
import type { SiteContext } from '../../models/site.ts';
import type { Epoch, Position, Sequence, SiteId } from '../../models/words.ts';
import type { Observed } from '../runtime/site-loop.ts';
import type { Journal } from './journal.ts';

/** A promise that was broken: which one, and how. */
export interface Violation {
  readonly rule: string;
  readonly sentence: string;
}

export interface Acknowledged {
  readonly position: Position;
  /** History on which the host was told. */
  readonly told: History;
  /** The sites that had to hold it. */
  readonly holders: readonly SiteId[];
}

/** What the checkers know of the run so far. */
export interface Evidence {
  readonly journal: Journal;
  readonly acknowledged: Acknowledged[];
  readonly records: Map<Epoch, EpochRecord>;
  /** The newest history any site was seen with. */
  newest: History;
  /** Who began to serve an epoch. */
  readonly serving: Map<Epoch, SiteId>;
  /** Largest c that the primary of an epoch reached. */
  readonly reached: Map<Epoch, Sequence>;
  /** By site; null: down. */
  readonly contexts: () => readonly (SiteContext | null)[];
  /** Was the site's disk set back to what it was once, and is that not repaired yet? */
  readonly isExcused: (site: SiteId) => boolean;
  /** Did its disk turn bits, or put a write elsewhere? */
  readonly hasLied: (site: SiteId) => boolean;
  readonly broken: (rule: string, sentence: string) => void;
}

export type Checker = (evidence: Evidence, site: SiteId, observed: Observed) => void;

export type Asked = Pick<Evidence, 'journal' | 'contexts' | 'isExcused' | 'hasLied' | 'broken'>;

export const newEvidence = (asked: Asked): Evidence => ({
  ...asked,
  acknowledged: [],
  records: new Map(),
  newest: [],
  serving: new Map(),
  reached: new Map(),
});

/**
 * May what was acknowledged be missing on this history? A record says so: that of a loss, or a forced
 * one. Two histories of which one has a forced record that the other does not know are nobody's fault
 * but the operator's.
 */
export function isWaived(history: History, { position, told }: Acknowledged): boolean {
  return (
    history.some(
      (record) =>
        record.epoch > position.epoch &&
        record.parent.sequence < position.sequence &&
        (record.lossBeyond !== null || record.how === 'forced'),
    ) ||
    hasForcedBeyond(history, told) ||
    hasForcedBeyond(told, history)
  );
}

const hasForcedBeyond = (one: History, other: History): boolean =>
  one.some(
    (record) => record.how === 'forced' && !other.some((known) => sameRecord(known, record)),
  );

export const nameOf = ({ epoch, sequence }: Position): string => `(${epoch}, ${sequence})`;
