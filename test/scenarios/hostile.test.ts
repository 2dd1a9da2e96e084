import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultOf, isSaidByMirror } from '../../models/fault.ts';
import type { Message } from '../../models/message.ts';
import { epochOf } from '../../models/site.ts';
import { othersOf, type SiteId, siteIds } from '../../models/words.ts';
import { anyMessage } from '../models/any-message.ts';
import type { Actor } from './actor.ts';
import './matchers.ts';
import { backends, castOf } from './scenario.ts';
import { Stage } from './stage.ts';

const blockBytes = 512;

/** A message for this actor, as `from` would send it in the present session. */
function forge(stage: Stage, to: Actor, from: SiteId, message: Message): void {
  const payloads =
    message.type === 'write' || message.type === 'fetched'
      ? message.entries.map(({ kind, extent }) => {
          const bytes = kind === 'data' ? Math.min(4, Math.max(0, extent.count)) * blockBytes : 0;
          return new Uint8Array(Number.isInteger(bytes) ? bytes : 0);
        })
      : message.type === 'blocks' || message.type === 'lent'
        ? message.blocks.map(() => new Uint8Array(blockBytes))
        : [];
  const { session } = to.context.peers[from];
  stage.postman.forge(from, to.id, session, message, payloads);
}

/**
 * Draws messages of one peer until one cannot be: a lie that could be true is Byzantine, out of scope. Nor is
 * it what a mirror might have said in an epoch before: that is dropped (LINK-10), whatever it says.
 */
function impossible(to: Actor, from: SiteId, seed: number): Message {
  for (let further = 0; ; further++) {
    const [message] = fc.sample(anyMessage(to.loop.site, from), {
      numRuns: 1,
      seed: 1000 * seed + further,
    });
    const isOfBefore = isSaidByMirror(message!) && message.epoch < epochOf(to.context);
    if (!isOfBefore && faultOf(to.context, from, message!) !== null) return message!;
  }
}

for (const backend of backends) {
  test(`LINK-10, PRIMARY-40: hundreds of impossible messages between running sites: each ends its session, none stops a site, and nothing acknowledged is lost (${backend})`, async () => {
    const stage = new Stage(backend, { tuning: { frameEntries: 2 } });
    await stage.opens();
    const { host, settle, sync, async, primary } = castOf(stage);
    stage.marksThisMoment();
    let forged = 0;
    for (let round = 0; round < 60; round++) {
      const tickets = host.begins(1);
      for (const to of siteIds) {
        const actor = stage.sites[to];
        const from = othersOf(to)[round % 2]!;
        if (actor.context.peers[from].session === 0) continue;
        forge(stage, actor, from, impossible(actor, from, 3 * round + to));
        forged++;
      }
      await stage.until(() => tickets.every(({ outcome }) => outcome !== 'pending'));
      if (round % 10 === 9) await stage.passes(60);
    }
    const distrusted = stage.sites.flatMap((site) => site.reported('distrusted'));
    expect(forged).toBeGreaterThan(60);
    expect(distrusted.length).toBe(forged);
    await settle();
    for (const site of stage.sites) expect(site.hasStoppedItself()).toBe(false);
    expect(primary).toServe();
    await expect(sync).toHoldTheWriteSetOf(primary);
    await expect(async).toHoldTheWriteSetOf(primary);
    await expect(stage).toHaveLostNothing();
    expect(stage.broken).toEqual([]);
  });
}
