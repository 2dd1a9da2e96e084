import { expect } from 'vitest';
import { scenario } from './scenario.ts';

scenario(
  'F01 [RESYNC-20, RESYNC-40, EPOCH-120]: primary lost while the async mirror lags: exactly its missing writes, in order',
  async ({ stage, host, primary, sync, async, link, settle }) => {
    await host.writes(2);
    await settle();
    link('P', 'A').takes(1000);
    await host.writes(3);
    stage.marksThisMoment();
    await primary.crashes();
    await settle();
    expect(sync).toServe();
    expect(async).toHaveReceivedDelta(sync, 3, 5);
    expect(sync.reported('elected')).toMatchObject([{ primary: 1, end: 5, lossBeyond: null }]);
    await expect(async).toHoldTheWriteSetOf(sync);
    await expect(stage).toHaveLostNothing();
  },
);
