import type { Progress } from '../check.ts';
import { exitCode, type Verdict } from '../verdict.ts';

/** The whole verdict as JSON, for programs. */
export function renderReport(verdict: Verdict): string {
  return JSON.stringify({ exitCode: exitCode(verdict), ...verdict }, null, 2);
}

/** One line of NDJSON. */
export function renderProgress(progress: Progress & { readonly name?: string }): string {
  return JSON.stringify({ type: 'progress', ...progress });
}
