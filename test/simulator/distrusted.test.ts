import { expect, test } from 'vitest';
import type { Observed } from '../../src/runtime/site-loop.ts';
import type { Evidence } from '../../src/simulator/evidence.ts';
import { everyStep } from '../../src/simulator/safety.ts';
import { nobodyIsDistrusted } from '../../src/simulator/safety-of-sites.ts';
import { reactionOrFault } from '../../src/trace/reaction.ts';
import { World } from '../models/attack/world.ts';

/** An acknowledgement of what was never numbered. */
const impossible = {
  type: 'acknowledged',
  epoch: 3,
  held: { contiguous: 1000, ranges: [] },
  start: 1,
  windowEnd: 1000,
} as const;

const primary = () => {
  const world = new World({ blocks: 4, writes: [], slow: [], config: { takeover: 'holder' } });
  const node = world.nodes[0];
  return { node, session: node.site!.context.peers[1].session };
};

test('a site of the world that does not believe another one ends what is followed with a sentence, not the process', () => {
  const { node, session } = primary();
  const frame = { type: 'frame', from: 1, session, message: impossible, contents: [] } as const;
  expect(reactionOrFault(node, frame)).toEqual({
    fault:
      'DistrustedSite: P does not believe S: acknowledged: holds 1000, the last one numbered is 0',
  });
});

test('a site of a run that does not believe another one is a violation', () => {
  const told: string[] = [];
  const event = { kind: 'distrusted', peer: 1, message: 'acknowledged', reason: 'why' } as const;
  const evidence = {
    broken: (rule: string, sentence: string) => told.push(`${rule}: ${sentence}`),
  };
  const observed = { effects: [{ type: 'report', event }] };
  nobodyIsDistrusted(evidence as unknown as Evidence, 0, observed as unknown as Observed);
  expect(told).toEqual(['TRUST: site 0 does not believe site 1: acknowledged: why']);
  expect(everyStep()).toContain(nobodyIsDistrusted);
});
