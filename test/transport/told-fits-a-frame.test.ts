import { expect, test } from 'vitest';
import type { Effect } from '../../models/effect.ts';
import type { SiteEvent } from '../../models/event.ts';
import type { Header } from '../../models/header.ts';
import type { Message } from '../../models/message.ts';
import { everyBlock } from '../../models/rules/adopt.ts';
import { summaryOf } from '../../models/rules/summary.ts';
import type { SiteConfig } from '../../models/site.ts';
import { boot, step } from '../../models/step.ts';
import type { Entry, SiteId } from '../../models/words.ts';
import { sampleEnvelope } from '../../src/spec-book/wire-samples.ts';
import { decodeFrame, encodeFrame } from '../../src/transport/frame.ts';
import { nakedFrame } from '../../src/transport/port.ts';
import { limits } from '../../src/transport/wire/limits.ts';
import { configOf, freshNode, type Setup } from '../models/attack/setup.ts';

/** What a running site tells of itself becomes a frame, however large its volumes and whatever it holds. */

const entry = (sequence: number): Entry => ({
  epoch: 0,
  sequence,
  extent: { volume: 0, first: sequence % 4, count: 1 },
  kind: 'data',
  checksum: sequence,
});

/** Every second entry beyond the first hole. */
const holed = Array.from({ length: limits.rangesMax + 1 }, (_, at) => entry(2 * at + 2));

test('a mirror whose every block is to be repaired says so in one frame, whatever the size of its volumes', () => {
  const blocks = 2 ** 22 + 1;
  const mirror = started(1, { blocks }, { repair: everyBlock([blocks]) });
  mirror.happens(greeting(blocks));
  const [ready] = mirror.happens(from(0, stageBegin)).filter(({ type }) => type === 'stageReady');
  expect(throughAFrame(ready!)).toEqual(ready);
});

test('a mirror that holds every second entry tells of itself, and acknowledges', () => {
  const capacity = 4 * limits.rangesMax;
  const mirror = started(1, { blocks: 4 }, { capacity }, holed);
  const said = [
    ...mirror.happens(greeting(4)),
    ...mirror.happens(from(0, { type: 'advance', epoch: 0, committed: 0 })),
    ...mirror.happens(from(0, { type: 'write', epoch: 0, entries: [], committed: 0 })),
  ];
  for (const message of said) expect(throughAFrame(message)).toEqual(message);
  expect(said.map(({ type }) => type)).toEqual(['recordStored', 'acknowledged', 'acknowledged']);
});

const stageBegin: Message = { type: 'stageBegin', epoch: 0, compare: false, applied: 0 };

const from = (site: SiteId, message: Message): SiteEvent => ({
  type: 'received',
  from: site,
  session: 5,
  message,
});

/** The primary of the genesis record tells its mirror who it is. */
function greeting(blocks: number): SiteEvent {
  const { site } = started(0, { blocks }, {});
  return from(0, { type: 'record', summary: summaryOf(site.context) });
}

/** A site connected to the two others; what happens answers with what it says. */
function started(
  site: SiteId,
  { blocks }: Pick<Setup, 'blocks'>,
  patch: Partial<Header>,
  entries: readonly Entry[] = [],
) {
  const setup: Setup = { blocks, writes: [], slow: [], config: {} };
  const config: SiteConfig = configOf(setup, site);
  const header = { ...freshNode(setup, site).disk.header, ...patch };
  let at = boot(config, { header, entries, committed: 0, damage: [] }).site;
  const happens = (event: SiteEvent): readonly Message[] => {
    const stepped = step(at, event);
    at = stepped.site;
    return stepped.effects.flatMap((effect: Effect) =>
      effect.type === 'send' ? [effect.message] : [],
    );
  };
  happens({ type: 'persisted' });
  for (const peer of [0, 1, 2] as const) {
    if (peer !== site) happens({ type: 'link.up', peer, session: 5, incarnation: 1 });
  }
  return { site: at, happens };
}

function throughAFrame(message: Message): Message {
  const encoded = encodeFrame(sampleEnvelope, nakedFrame(message));
  if (!encoded.ok) throw encoded.error;
  const decoded = decodeFrame(Buffer.concat(encoded.value));
  if (!decoded.ok) throw decoded.error;
  if (decoded.value.kind !== 'frame') throw new Error('a greeting');
  return decoded.value.frame.message;
}
