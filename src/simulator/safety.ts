import type { Checker } from './evidence.ts';
import { plansAreKept } from './safety-of-plans.ts';
import {
  appliedOnlyGrows,
  dropsAreCovered,
  nobodyIsDistrusted,
  notesAreTrue,
} from './safety-of-sites.ts';
import {
  acknowledgedIsHeld,
  commitIsHeld,
  durableStays,
  historiesAgree,
  onlyCommittedIsApplied,
  positionsAreUnique,
} from './safety-of-writes.ts';

/**
 * What is asked at every step of every site, for one run: some of them remember what they saw. S3, S7
 * and S9 of bytes are asked whenever a volume stands still (`VolumeAudit`), S8 at every read (`ReadChecker`).
 */
export const everyStep = (): readonly Checker[] => [
  positionsAreUnique,
  commitIsHeld,
  acknowledgedIsHeld,
  durableStays(),
  historiesAgree,
  onlyCommittedIsApplied,
  notesAreTrue,
  dropsAreCovered,
  plansAreKept(),
  appliedOnlyGrows,
  nobodyIsDistrusted,
];
