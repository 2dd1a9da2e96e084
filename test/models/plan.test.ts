import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWhole } from '../../models/election.ts';
import { elect, exchanged, type Plan, plan, planDigest } from '../../models/plan.ts';
import type { Summary } from '../../models/summary.ts';
import { newPair, type Rules, summaryOf } from './pair.ts';
import { execute } from './pair-plan.ts';
import { rules, weaknesses } from './pair-rules.ts';
import { type Step, scripts, take } from './pair-script.ts';

const runs = 20_000;

/** What the scripts must reach, or the properties say nothing. */
const occurring = [
  'compare-blocks: bits begin beyond target',
  'compare-blocks: shipped off the history',
  'compare-blocks: target is blank',
  'bitmap: blocks to repair',
  'bitmap: entries retired',
  'cut applied',
  'cut unapplied',
  'delta: sidefile covers',
  'none: level',
  'refuse: forced against another branch',
  'refuse: forced on both branches',
  'refuse: neither can give blocks',
  'refuse: no record on either side',
  'refuse: uncovered fork',
].sort();

function namesOf(planned: Plan): string[] {
  if (planned.kind === 'refuse') return [`refuse: ${planned.reason}`];
  const cuts = planned.cut.map((cut) => (cut.appliedMayBe ? 'cut applied' : 'cut unapplied'));
  const directions = [planned.toFirst, planned.toSecond];
  return [...cuts, ...directions.map(({ verdict, reason }) => `${verdict}: ${reason}`)];
}

/** Any history of two sites, then one resync: both end with the same writes and bytes, or it refuses. */
const adequacy = (subject: Rules) => fc.property(scripts, (script) => follow(subject, script));

function follow(subject: Rules, script: readonly Step[]): void {
  const pair = newPair(subject);
  for (const step of script) take(pair, step);
  const planned = subject.plan(summaryOf(pair.sites[0]), summaryOf(pair.sites[1]));
  if (planned.kind === 'plan') execute(pair, planned);
}

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

  it('refuses only for records, or when a volume cannot be trusted; every verdict occurs', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(scripts, (script) => {
        const pair = newPair(rules);
        for (const step of script) take(pair, step);
        const summaries = pair.sites.map(summaryOf) as [Summary, Summary];
        const planned = plan(...summaries);
        for (const name of namesOf(planned)) seen.set(name, (seen.get(name) ?? 0) + 1);
        if (planned.kind === 'plan') return;
        const { history } = elect(...summaries);
        const trusted = summaries.every((summary) => isWhole(summary, history));
        const forced = summaries.some((site) => site.history.some(({ how }) => how === 'forced'));
        expect(!trusted || forced || planned.reason === 'no record on either side').toBe(true);
      }),
      { numRuns: runs, seed: 3 },
    );
    expect([...seen.keys()].sort()).toEqual(occurring);
  });

  for (const [name, broken] of Object.entries(weaknesses)) {
    it(`the property catches one that ${name}`, () => {
      const found = fc.check(adequacy(broken), { numRuns: 50_000, seed: 7, endOnFailure: true });
      expect(found.failed).toBe(true);
    });
  }

  it('a cut does not forget what an update in place had shipped (found after 891,872 runs)', () => {
    const script: Step[] = [
      { deed: 'stream', index: 1, amount: 13 },
      { deed: 'write', index: 0, amount: 0 },
      { deed: 'third', index: 1, amount: 13 },
      { deed: 'force', index: 0, amount: 0 },
      { deed: 'learn', index: 1, amount: 0 },
    ];
    expect(() => follow(rules, script)).not.toThrow();
    const forgetful = { ...rules, keepsOlderMark: false };
    expect(() => follow(forgetful, script)).toThrow('site 2 has 0:2,,,,, written was ,,,,');
  });
});
