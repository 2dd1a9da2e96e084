/** One measured line: what was measured, by which bound it is judged, and whether it holds. */
export interface Row {
  readonly part: 'speed' | 'bytes' | 'memory' | 'checker' | 'spin';
  readonly name: string;
  readonly measured: string;
  /** As the bound reads; empty: told for comparison only. */
  readonly target: string;
  /** null: nothing to judge, or not measurable yet. */
  readonly holds: boolean | null;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Lowest, median and highest of some ratios, as a person reads them. */
export function spread(values: readonly number[]): string {
  const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${percent(median(values))} (${percent(low)} to ${percent(high)})`;
}

export const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString('en')}/s`;
