/**
 * The package's public face, in the order data flows: the arrangement that runs, the pure machines
 * it is made of, the comparison of two sites, and the checker that exhausts small worlds of them.
 */

export type { Wait } from '../models/diagnosis.ts';
export type { Discard, ResyncPreview } from '../models/direction.ts';
export type { AnswerCode, Effect, Report } from '../models/effect.ts';
export type { Command, HostWrite, SiteEvent, Timer } from '../models/event.ts';
export type { Header, Identity } from '../models/header.ts';
export type { EpochRecord, History } from '../models/history.ts';
export type { Message } from '../models/message.ts';
export { mirrorChart } from '../models/mirror.ts';
export {
  type Cut,
  type Direction,
  type Plan,
  type PlanReason,
  plan,
  planDigest,
  type RefuseReason,
  type Verdict as PlanVerdict,
} from '../models/plan.ts';
export { primaryChart } from '../models/primary.ts';
export { sidefileChart } from '../models/sidefile.ts';
export type { Found, SidefileConfig, SiteConfig, SiteContext } from '../models/site.ts';
export {
  boot,
  type Site,
  type StateValue,
  type Step as SiteStep,
  StepError,
  step,
  timersOf,
} from '../models/step.ts';
export type { Summary } from '../models/summary.ts';
export type { TrackedWrite } from '../models/tracked.ts';
export {
  type Block,
  type Entry,
  type Epoch,
  type Extent,
  type Holding,
  type Position,
  type Range,
  type Sequence,
  type SiteId,
  siteIds,
  type WriteKind,
} from '../models/words.ts';
export { type RuleData, rules } from '../spec/rules.ts';
export type { Place, SitePaths } from './backend/file.ts';
export {
  type Backend,
  BackendError,
  type BackendErrorCode,
  type StagedBlocks,
  type StoredWrite,
} from './backend/port.ts';
export type { Suffix } from './backend/suffix.ts';
export * from './checker/api.ts';
export { type Arrangement, createArrangement, openArrangement } from './runtime/arrangement.ts';
export type { ArrangementOptions } from './runtime/arrangement-options.ts';
export { HostError, type HostErrorCode } from './runtime/host-error.ts';
export type { ArrangementStatus, SiteStatus } from './runtime/status.ts';
export type { Happening as TimelineEntry } from './runtime/timeline.ts';
