import { expect, it } from 'vitest';
import { plan } from '../../models/plan.ts';
import { appendEntries, emptyLog, entriesOf } from '../../models/sidefile-log.ts';
import type { SiteContext } from '../../models/site.ts';
import { siteIds } from '../../models/words.ts';
import type { Arrangement } from '../../src/runtime/arrangement.ts';
import { newEvidence } from '../../src/simulator/evidence.ts';
import { Journal } from '../../src/simulator/journal.ts';
import { everyStep } from '../../src/simulator/safety.ts';
import { plansAreKept } from '../../src/simulator/safety-of-plans.ts';
import { blocksOf, stage } from '../runtime/on-fake-time.ts';

/** What the checker of S6 says of a takeover with a lag, in which it is shown plans or sites as altered. */
async function said(planOf: typeof plan, altered: (context: SiteContext) => SiteContext) {
  const sentences = new Set<string>();
  let sites: Arrangement | null = null;
  const evidence = newEvidence({
    journal: new Journal(512),
    contexts: () =>
      siteIds.map((id) => {
        const context = sites?.loopOf(id)?.site.context;
        return context ? altered(context) : null;
      }),
    isExcused: () => false,
    hasLied: () => false,
    broken: (rule, sentence) => void sentences.add(`${rule}: ${sentence}`),
  });
  // The plan as it is, is asked about by all that simulations ask: so this is among it.
  const asked = planOf === plan ? everyStep() : [plansAreKept(planOf)];
  const { arrangement, pass, until } = await stage({
    observe(site, observed) {
      for (const isKept of asked) isKept(evidence, site, observed);
    },
  });
  sites = arrangement;
  await until(arrangement.write(0, 0, blocksOf(1, 1)));
  await pass(200);
  arrangement.network.part(0, 2);
  await until(arrangement.write(0, 1, blocksOf(2, 1)));
  await until(arrangement.crash(0));
  await pass(2000);
  const { primary, sites: told } = arrangement.status();
  expect([primary, told[2]!.held.contiguous]).toEqual([1, 2]);
  await until(arrangement.close());
  return [...sentences].join('\n');
}

const asItIs = (context: SiteContext) => context;

it('says nothing of the plan as it is', async () => {
  expect(await said(plan, asItIs)).not.toMatch(/^S6/m);
});

it('tells a plan that is another one from the other side', async () => {
  const lopsided: typeof plan = (one, other) => {
    const planned = plan(one, other);
    return planned.kind === 'plan' && one.site < other.site
      ? { ...planned, end: planned.end + 1 }
      : planned;
  };
  expect(await said(lopsided, asItIs)).toMatch(/^S6: sites 1 and 2 plan differently/m);
});

it('tells a mirror that is said to be level and does not hold all', async () => {
  const lacking = (context: SiteContext) => ({ ...context, held: { contiguous: 0, ranges: [] } });
  expect(await said(plan, lacking)).toMatch(/^S6: site 2 is level with 1 at 2 and does not hold/m);
});

it('tells a mirror that is said to be level and holds another write', async () => {
  const unlike = (context: SiteContext): SiteContext => {
    const { newest, start } = context.log;
    const entries = entriesOf(context.log, start, newest);
    const others = entries.map((entry) => ({ ...entry, checksum: entry.checksum + 1 }));
    return { ...context, log: appendEntries(emptyLog(start), others) };
  };
  expect(await said(plan, unlike)).toMatch(/^S6: sites 1 and 2 are level with unlike writes at/m);
});
