import { expect } from 'vitest';
import type { LifeEvent } from '../../models/test-paths.ts';
import type { Cast } from './scenario.ts';

/** What an event of the test model is on stage. */
export const happens: Record<LifeEvent['type'], (cast: Cast) => void | Promise<void>> = {
  'host writes': async ({ host }) => {
    await host.writes(3);
  },
  'P dies': ({ primary }) => primary.losesPower(),
  'P returns': ({ primary }) => primary.returns(),
  'S dies': ({ sync }) => sync.losesPower(),
  'S returns': ({ sync }) => sync.returns(),
  'A dies': ({ async }) => async.losesPower(),
  'A returns': ({ async }) => async.returns(),
  'A returns blank': ({ async }) => async.returnsBlank(),
  'PS breaks': ({ link }) => link('P', 'S').breaks(),
  'PS heals': ({ link }) => link('P', 'S').heals(),
  'PA breaks': ({ link }) => link('P', 'A').breaks(),
  'PA heals': ({ link }) => link('P', 'A').heals(),
  'SA breaks': ({ link }) => link('S', 'A').breaks(),
  'SA heals': ({ link }) => link('S', 'A').heals(),
  'operator consents to A': ({ operator, async }) => operator.consents(async),
};

/** What each state claims, asked of the real sites. Where hosts are served, one more write is. */
export const isTrue: Record<string, (cast: Cast) => void | Promise<void>> = {
  'all level': async (cast) => {
    const { host, primary, sync, async, settle } = cast;
    expect(primary).toServe();
    expect(primary.record.syncSet).toEqual([1]);
    await host.writes(1);
    await settle();
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
  },
  'A is cut off': async ({ primary, sync }) => {
    expect(primary).toServe();
    await expect(sync).toHoldTheWriteSetOf(primary);
  },
  'A lags': async ({ primary, sync, async }) => {
    expect(primary).toServe();
    await expect(sync).toHoldTheWriteSetOf(primary);
    expect(async.holds).toBeLessThan(sync.holds);
  },
  'A is alone': ({ primary, sync, async }) => {
    expect(primary).toServe();
    expect(async.holds).toBeLessThan(sync.holds);
    expect(async.status.peers.some(({ connected }) => connected)).toBe(false);
  },
  'nobody may serve': ({ sync, async }) => {
    expect(sync).not.toServe();
    expect(async).not.toServe();
  },
  'P serves with S': async ({ host, primary, sync, settle }) => {
    await host.writes(1);
    await settle();
    expect(primary).toServe();
    expect(primary.record.syncSet).toEqual([1]);
    await expect(sync).toHoldTheWriteSetOf(primary);
  },
  'P serves with A': async ({ host, primary, async, settle }) => {
    await host.writes(1);
    await settle();
    expect(primary).toServe();
    expect(primary.record.syncSet).toEqual([]);
    await expect(async).toHoldTheWriteSetOf(primary);
  },
  'P is alone': async ({ stage, host, primary }) => {
    const [ticket] = host.asks(primary, 1);
    await stage.passes(150);
    expect(ticket!.outcome).not.toBe('done');
  },
  'P serves apart from S': ({ primary }) => {
    expect(primary).toServe();
    expect(primary.record.syncSet).toEqual([]);
  },
  'A is ahead of S': ({ primary, sync, async }) => {
    expect(primary).toServe();
    expect(async.holds).toBe(primary.holds);
    expect(async.holds).toBeGreaterThan(sync.holds);
  },
  'consent is missing': ({ sync, async }) => {
    expect(sync).not.toServe();
    expect(async).not.toServe();
    const asked = [...sync.reported('consentMissing'), ...async.reported('consentMissing')];
    expect(asked.length).toBeGreaterThan(0);
  },
  'A serves without P': async ({ stage, sync, async }) => {
    expect(async).toServe();
    expect(async.losses).toHaveLength(1);
    await expect(sync).toHoldTheWriteSetOf(async);
    await expect(stage).toHaveLostBeyond(async.losses[0]!);
  },
  'S serves without P': async ({ stage, sync, async }) => {
    expect(sync).toServe();
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
  'S is alone': async ({ stage, host, sync }) => {
    const [ticket] = host.asks(sync, 1);
    await stage.passes(150);
    expect(ticket!.outcome).not.toBe('done');
  },
  'P and S are level': async ({ stage, primary, sync }) => {
    expect([primary, sync].filter(({ isServing }) => isServing)).toHaveLength(1);
    await expect(primary).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
  'S serves, all are level': async (cast) => {
    expect(cast.sync).toServe();
    await allAreLevel(cast);
    await expect(cast.stage).toHaveLostNothing();
  },
  'somebody serves, all are level': (cast) => allAreLevel(cast),
};

async function allAreLevel({ stage, primary, sync, async }: Cast): Promise<void> {
  expect(stage.sites.filter(({ isServing }) => isServing)).toHaveLength(1);
  await expect(primary).toHoldTheWriteSetOf(sync);
  await expect(async).toHoldTheWriteSetOf(sync);
}

/** L1, the mission: whatever happened, once everybody is back the async mirror equals the sync mirror. */
export async function endsLevel(cast: Cast): Promise<void> {
  const { stage, operator, sync, async } = cast;
  stage.arrangement.network.joinAll();
  for (const site of stage.sites) if (!site.isUp) await site.returns();
  await stage.settle();
  if (!stage.sites.some(({ isServing }) => isServing)) operator.consents(async);
  await stage.settle();
  await expect(async).toHoldTheWriteSetOf(sync);
  expect(stage.broken).toEqual([]);
}
