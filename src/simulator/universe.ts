import { coverables } from '../../models/coverage.ts';
import type { AnswerCode, Report } from '../../models/effect.ts';
import type { Timer } from '../../models/event.ts';
import type { PlanReason } from '../../models/plan.ts';
import type { RefuseReason } from '../../models/refusal.ts';
import { commands } from '../runtime/commands.ts';
import type { HostErrorCode } from '../runtime/host-error.ts';
import type { DiskFileKind, FaultKind } from './fault.ts';

/**
 * Everything that simulated runs could exercise, named as `Coverage` counts it: what the charts and their
 * effects can do, and lists that are complete by their types.
 */
export function universe(): readonly string[] {
  const all = [
    ...faults.map((name) => `fault ${name}`),
    ...named('reason', planReasons),
    ...named('refusal', refusals),
    ...named('command', commands),
    ...named('timer', timers),
    ...named('answer', answers),
    ...named('host', { ...answers, ...hostCodes }),
    ...named('report', reports),
    ...coverables.filter(({ kind }) => kind !== 'guard').map(({ mark }) => mark),
  ];
  return [...new Set(all)];
}

const named = (what: string, list: Readonly<Record<string, true>>): string[] =>
  Object.keys(list).map((name) => `${what} ${name}`);

export const files: readonly string[] = Object.keys({
  header: true,
  sidefile: true,
  volume: true,
  stage: true,
} satisfies Record<DiskFileKind, true>);

const plainFaults: Record<Exclude<FaultKind, 'crash' | 'rot' | 'misdirect'>, true> = {
  blank: true,
  restore: true,
  failFlush: true,
  shortWrite: true,
  fullDisk: true,
  hangDisk: true,
  slowDisk: true,
  cut: true,
  part: true,
  isolate: true,
  reset: true,
  slow: true,
  leap: true,
  switchover: true,
  suspend: true,
  takeOver: true,
  verify: true,
  export: true,
  resync: true,
  admit: true,
  consent: true,
  discard: true,
  force: true,
};

const otherFaults: Record<Exclude<FaultKind, keyof typeof plainFaults>, true> = {
  crash: true,
  rot: true,
  misdirect: true,
};

export const faultKinds: readonly string[] = Object.keys({ ...plainFaults, ...otherFaults });

const faults: readonly string[] = [
  'crash, power',
  'crash, process',
  ...files.flatMap((file) => [`rot, ${file}`, `misdirect, ${file}`]),
  ...Object.keys(plainFaults),
];

const planReasons: Record<PlanReason, true> = {
  level: true,
  'sidefile covers': true,
  'blocks written again': true,
  'entries retired': true,
  'blocks to repair': true,
  'target is damaged': true,
  'target is blank': true,
  'bits begin beyond target': true,
  'shipped off the history': true,
};

const refusals: Record<RefuseReason, true> = {
  'different volumes': true,
  'no record on either side': true,
  'no common record': true,
  'two records of one name': true,
  'forced on both branches': true,
  'forced against another branch': true,
  'uncovered fork': true,
  'neither can give blocks': true,
};

const timers: Record<Timer, true> = { election: true, patience: true, retry: true, idle: true };

const answers: Record<AnswerCode, true> = {
  done: true,
  'unknown-fate': true,
  'not-primary': true,
  'not-serving': true,
  'refused-busy': true,
};

const hostCodes: Record<HostErrorCode, true> = {
  range: true,
  'payload-size': true,
  'no-primary': true,
  busy: true,
  'unknown-fate': true,
  unreadable: true,
  stopped: true,
  'needs-consent': true,
  'no-place': true,
  refused: true,
};

const reports: Record<Report['kind'], true> = {
  probing: true,
  proposing: true,
  promised: true,
  elected: true,
  consentMissing: true,
  serving: true,
  planned: true,
  unlikePlans: true,
  refused: true,
  cut: true,
  exported: true,
  exportRefused: true,
  level: true,
  suspended: true,
  staged: true,
  differing: true,
  converged: true,
  unmended: true,
  unreadable: true,
  mended: true,
  distrusted: true,
  resized: true,
};
