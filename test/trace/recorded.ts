import { run } from '../../src/simulator/run.ts';
import { type Scenario, scenarioOf } from '../../src/simulator/scenario.ts';
import type { TraceHeader, TraceLine } from '../../src/trace/format.ts';
import { ObservableOnly } from '../../src/trace/observable.ts';
import type { Read } from '../../src/trace/reading.ts';
import type { TraceTarget } from '../../src/trace/recorder.ts';

/** A trace in memory, as a file of it would be read. */
export interface Recorded {
  readonly header: TraceHeader;
  readonly lines: readonly TraceLine[];
}

/** What a short simulated run does; plain data, as if it had been written and read again. */
export async function record(
  seed: number,
  level: 'full' | 'observable',
  patch: Partial<Scenario> = {},
): Promise<Recorded> {
  return recordRun({ ...scenarioOf({ seed, media: 'sound' }), ...patch }, level);
}

/** The same of a run as a whole. */
export async function recordRun(
  scenario: Scenario,
  level: 'full' | 'observable',
): Promise<Recorded> {
  const lines: TraceLine[] = [];
  let header: TraceHeader | null = null;
  const target: TraceTarget = {
    header(value) {
      header = value;
    },
    line(value) {
      lines.push(value);
    },
    end() {},
  };
  await run(scenario, false, level === 'full' ? target : new ObservableOnly(target));
  return JSON.parse(JSON.stringify({ header, lines }));
}

/** As the reader of a file gives it. */
export function readOf({ header, lines }: Recorded): Read[] {
  const ends = [0, 1, 2].map((site) => lines.filter((line) => line.site === site).length);
  return [
    { kind: 'header', at: 1, header },
    ...lines.map((line, index) => ({ kind: 'line' as const, at: index + 2, line })),
    { kind: 'end', at: lines.length + 2, end: { ends: ends as [number, number, number] } },
  ];
}

export const textOf = (recorded: Recorded): string =>
  readOf(recorded)
    .map((read) =>
      JSON.stringify(
        read.kind === 'header' ? read.header : read.kind === 'line' ? read.line : read.end,
      ),
    )
    .join('\n')
    .concat('\n');
