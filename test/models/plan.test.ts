import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchanged, plan, planDigest } from '../../models/plan.ts';
import { newPair, type Rules, summaryOf } from './pair.ts';
import { execute } from './pair-plan.ts';
import { rules } from './pair-rules.ts';
import { scripts, take } from './pair-script.ts';

const runs = 20_000;

/** Any history of two sites, then one resync: both end with the same writes and bytes, or it refuses. */
const adequacy = (subject: Rules) =>
  fc.property(scripts, (script) => {
    const pair = newPair(subject);
    for (const step of script) take(pair, step);
    const planned = subject.plan(summaryOf(pair.sites[0]), summaryOf(pair.sites[1]));
    if (planned.kind === 'plan') execute(pair, planned);
  });

describe('plan', () => {
  it('carried out, makes write sets and bytes equal, replacing nothing newer by older (S6, S7)', () => {
    fc.assert(adequacy(rules), { numRuns: runs });
  });

  it('is symmetric, plain data, and has one digest at both sites', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const pair = newPair(rules);
        for (const step of script) take(pair, step);
        const [one, two] = [summaryOf(pair.sites[0]), summaryOf(pair.sites[1])];
        const planned = plan(one, two);
        expect(plan(two, one)).toEqual(exchanged(planned));
        expect(planDigest(plan(two, one))).toBe(planDigest(planned));
        expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
      }),
      { numRuns: 3000 },
    );
  });
});
