/** What a model's author needs, in one place. */
export * from '../../models/model.ts';

export { type CheckOptions, checkModel, type Progress } from './check.ts';
export { CheckError, type CheckErrorCode } from './check-error.ts';
export type { Change, Counterexample, Step } from './counterexample.ts';
export {
  type MachineOptions,
  type MachineState,
  machineComponent,
  transitionMarks,
} from './machine-component.ts';
export { renderCoverage } from './render/coverage.ts';
export { renderItf } from './render/itf.ts';
export { renderMermaid } from './render/mermaid.ts';
export { renderProgress, renderReport } from './render/report.ts';
export { renderActions, renderText } from './render/text.ts';
export type { Source, Subject } from './source.ts';
export { exitCode, exitCodes, type PartialRun, type Verdict, type VerdictKind } from './verdict.ts';
