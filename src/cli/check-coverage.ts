import { type Coverable, coverables } from '../../models/coverage.ts';
import { type Unreached, unreached } from '../../models/unreached.ts';
import type { Verdict } from '../checker/api.ts';

/** How much of one kind was shown. */
export interface Shown {
  readonly kind: Coverable['kind'];
  readonly reached: number;
  readonly of: number;
}

/** What the worlds showed of the charts, the plan and their effects. */
export interface WorldCoverage {
  readonly inSum: readonly Shown[];
  readonly perInstance: readonly { readonly instance: string; readonly shown: readonly Shown[] }[];
  /** Never shown, and nobody wrote why. */
  readonly holes: readonly string[];
  /** Never shown, for a reason. */
  readonly excused: readonly { readonly mark: string; readonly why: string }[];
  /** Reasons for what is shown after all, or is not there any more. */
  readonly stale: readonly string[];
}

export function coverageOf(
  verdicts: readonly Verdict[],
  reasons: readonly Unreached[] = unreached,
): WorldCoverage {
  const marksOf = ({ coverage }: Verdict) => new Set(Object.keys(coverage.marks));
  const all = new Set(verdicts.flatMap((verdict) => [...marksOf(verdict)]));
  const why = new Map(reasons.map(({ mark, why: reason }) => [mark, reason]));
  const missing = coverables.filter(({ mark }) => !all.has(mark)).map(({ mark }) => mark);
  return {
    inSum: shownIn(all),
    perInstance: verdicts.map((verdict) => ({
      instance: verdict.name,
      shown: shownIn(marksOf(verdict)),
    })),
    holes: missing.filter((mark) => !why.has(mark)),
    excused: missing.flatMap((mark) => (why.has(mark) ? [{ mark, why: why.get(mark)! }] : [])),
    stale: [...why.keys()].filter((mark) => !missing.includes(mark)),
  };
}

function shownIn(marks: ReadonlySet<string>): readonly Shown[] {
  return (['transition', 'guard', 'verdict', 'effect'] as const).map((kind) => {
    const ofKind = coverables.filter((coverable) => coverable.kind === kind);
    return {
      kind,
      reached: ofKind.filter(({ mark }) => marks.has(mark)).length,
      of: ofKind.length,
    };
  });
}

/** A line for each world and one for all, and what is missing. */
export function coverageText({ excused, holes, inSum, perInstance, stale }: WorldCoverage): string {
  const width = Math.max(...perInstance.map(({ instance }) => instance.length));
  const line = (name: string, shown: readonly Shown[]) =>
    `  ${name.padEnd(width)}  ${shown.map(({ kind, reached, of }) => `${kindNames[kind]} ${reached}/${of}`).join(', ')}`;
  return [
    'Shown of the charts, the plan and their effects:',
    ...perInstance.map(({ instance, shown }) => line(instance, shown)),
    line('in sum', inSum),
    ...(excused.length === 0
      ? []
      : [`${excused.length} are never shown, each for a reason given.`]),
    ...holes.map((mark) => `never shown, and no reason is given: ${mark}`),
    ...stale.map((mark) => `a reason is given for what is shown, or is no more: ${mark}`),
  ].join('\n');
}

const kindNames = {
  transition: 'transitions',
  guard: 'guards declining',
  verdict: 'plan verdicts',
  effect: 'effects',
} as const;
