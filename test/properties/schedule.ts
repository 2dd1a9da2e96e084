import fc from 'fast-check';
import { mayForce } from '../../models/rules/epoch.ts';
import type { SiteId } from '../../models/words.ts';
import type { Actor } from '../scenarios/actor.ts';
import { type BackendName, type Name, Stage } from '../scenarios/stage.ts';

/** One thing that happens to an arrangement. */
export type Happening =
  | { readonly kind: 'writes'; readonly count: number; readonly block: number }
  | { readonly kind: 'reads'; readonly block: number }
  | { readonly kind: 'crashes' | 'losesPower' | 'returns' | 'returnsBlank'; readonly site: SiteId }
  /** Nothing becomes durable there until it goes on. */
  | { readonly kind: 'diskStalls' | 'diskGoesOn'; readonly site: SiteId }
  /** Of the writes that go this way from now on, every second is stuck while the session lasts. */
  | { readonly kind: 'sticks'; readonly link: readonly [Name, Name]; readonly odd: boolean }
  /** A host asks this site, whoever serves. */
  | { readonly kind: 'asks' | 'readsAt' | 'urges'; readonly site: SiteId }
  | { readonly kind: 'breaks' | 'heals' | 'flaps'; readonly link: readonly [Name, Name] }
  | { readonly kind: 'slows'; readonly link: readonly [Name, Name]; readonly takes: number }
  | { readonly kind: 'passes'; readonly milliseconds: number };

const site = fc.constantFrom<SiteId>(0, 1, 2);
const link = fc.constantFrom<readonly [Name, Name]>(['P', 'S'], ['P', 'A'], ['S', 'A']);
const block = fc.integer({ min: 0, max: 7 });

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: writes() },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reads' as const), block }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('crashes', 'losesPower'), site }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('returns' as const), site }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('returnsBlank' as const), site }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('breaks', 'heals', 'flaps'), link }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('diskStalls', 'diskGoesOn'), site }) },
  { weight: 2, arbitrary: sticks() },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('asks', 'readsAt', 'urges'), site }) },
  { weight: 1, arbitrary: slows() },
  { weight: 3, arbitrary: passes() },
);

/** A life of faults under a load of writes. */
export const schedule = fc.array(happening, { minLength: 4, maxLength: 16 });

function writes() {
  const count = fc.integer({ min: 1, max: 6 });
  return fc.record({ kind: fc.constant('writes' as const), count, block });
}

function sticks() {
  return fc.record({ kind: fc.constant('sticks' as const), link, odd: fc.boolean() });
}

function slows() {
  const takes = fc.constantFrom(0.5, 2, 10, 40);
  return fc.record({ kind: fc.constant('slows' as const), link, takes });
}

function passes() {
  const milliseconds = fc.integer({ min: 1, max: 80 });
  return fc.record({ kind: fc.constant('passes' as const), milliseconds });
}

/** Plays a schedule, then heals everything. The stage as it came to rest, or did not. */
export async function played(
  happenings: readonly Happening[],
  backend: BackendName,
  weakness: string | null = null,
  capacity = 4,
): Promise<Stage> {
  // Verify mends what a broken rule did to the bytes of a mirror: here that is to be seen.
  const verify = weakness === null ? 'after-update' : 'on-command';
  const setting = { sidefile: { capacity }, tuning: { weakness }, policies: { verify } } as const;
  const stage = new Stage(backend, setting);
  await stage.opens(weakness !== null);
  for (const one of happenings) {
    await happen(stage, one);
    await stage.passes(1);
  }
  await rest(stage);
  return stage;
}

async function happen(stage: Stage, one: Happening): Promise<void> {
  const { host, sites } = stage;
  switch (one.kind) {
    case 'writes':
      host.begins(one.count, { block: one.block, count: 1 + (one.count % 2) });
      break;
    case 'reads':
      host.beginsToRead(one.block);
      break;
    case 'crashes':
      return sites[one.site].crashes();
    case 'losesPower':
      return sites[one.site].losesPower('torn');
    case 'returns':
      return sites[one.site].returns();
    case 'returnsBlank':
      // Who loses the last whole copy has lost it: no protocol gives it back.
      if (sites.some((other) => other.id !== one.site && isWhole(other))) {
        return sites[one.site].returnsBlank();
      }
      break;
    case 'diskStalls':
    case 'diskGoesOn':
      sites[one.site][one.kind]();
      break;
    case 'sticks': {
      const sequences = Array.from({ length: 60 }, (_, index) => 2 * index + (one.odd ? 1 : 2));
      stage.link(...one.link).holds({ type: 'write', sequences });
      break;
    }
    case 'asks':
      if (sites[one.site].isUp) host.asks(sites[one.site], 1, { block: 0 });
      break;
    case 'readsAt':
      if (sites[one.site].isUp) host.beginsToRead(0, 0, sites[one.site]);
      break;
    case 'urges':
      if (sites[one.site].isUp && sites[one.site].status.role === 'mirror') {
        stage.operator.urges(sites[one.site]);
      }
      break;
    case 'breaks':
    case 'heals':
    case 'flaps':
      stage.link(...one.link)[one.kind]();
      break;
    case 'slows':
      stage.link(...one.link).takes(one.takes);
      break;
    case 'passes':
      return stage.passes(one.milliseconds);
    default:
      one satisfies never;
  }
}

/** Faults end. An operator consents to what is asked for, or forces the site that holds most. */
async function rest(stage: Stage): Promise<void> {
  stage.arrangement.network.joinAll();
  stage.postman.releaseAll();
  for (const one of stage.sites) one.diskGoesOn();
  for (const [pair, takes] of [
    [1, 0.5],
    [2, 2],
    [3, 2],
  ] as const)
    stage.latencies.set(pair, takes);
  for (let round = 0; round < 6; round++) {
    for (const one of stage.sites) if (!one.isUp) await one.returns();
    await stage.settle(1000);
    if (stage.isCalm()) return;
    const asked = stage.sites.flatMap((one) => one.reported('consentMissing')).at(-1);
    if (stage.sites.some(({ isServing }) => isServing)) continue;
    if (asked) stage.operator.consents(stage.sites[asked.primary]!);
    // Two sites without a vote: only force helps, at the one that knows most.
    else stage.operator.forces(stage.sites.filter(isWhole).sort(byKnowledge)[0]!);
  }
}

const isWhole = (one: Actor): boolean => one.isUp && mayForce(one.context);

const byKnowledge = (one: Actor, other: Actor): number =>
  other.status.epoch - one.status.epoch || other.holds - one.holds;
