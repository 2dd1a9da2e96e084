import { expect, test } from 'vitest';
import type { SiteContext } from '../../models/site.ts';
import type { Observed } from '../../src/runtime/site-loop.ts';
import { newEvidence } from '../../src/simulator/evidence.ts';
import { acknowledgedIsHeld, commitIsHeld } from '../../src/simulator/safety-of-writes.ts';
import { World } from '../models/attack/world.ts';

/** S1 of a sync mirror that holds nothing of what its primary counts on. `heard`: the incarnation its primary knows. */
function told(heard: number, mirror: number): readonly string[] {
  const world = new World({ blocks: 4, writes: [], slow: [], config: { takeover: 'holder' } });
  const [primary, near] = world.nodes.map((node) => node.site!.context) as [
    SiteContext,
    SiteContext,
  ];
  const held = { contiguous: 1, ranges: [] };
  const peers = primary.peers.map((peer, site) =>
    site === 1 ? { ...peer, incarnation: heard } : peer,
  );
  const waiting = [{ request: 7, sequence: 1 }];
  const before = { ...primary, held, peers, waiting };
  const contexts = [before, { ...near, header: { ...near.header, incarnation: mirror } }, null];
  const broken: string[] = [];
  const evidence = newEvidence({
    contexts: () => contexts,
    isExcused: () => false,
    hasLied: () => false,
    journal: { at: () => undefined },
    broken: (rule: string, sentence: string) => broken.push(`${rule}: ${sentence}`),
  } as never);
  const answer = { type: 'answer', code: 'done', requests: [7] };
  const observed = {
    before: { role: 'primary', context: before },
    site: { role: 'primary', context: { ...before, committed: 1 } },
    effects: [answer],
  } as unknown as Observed;
  commitIsHeld(evidence, 0, observed);
  acknowledgedIsHeld(evidence, 0, observed);
  return broken;
}

test('a sync mirror that holds less than its primary counts on is told', () => {
  expect(told(11, 11)).toEqual([
    'S1: c of epoch 3 is 1, site 1 holds 0',
    'S1: (3, 1) is acknowledged and not held by 1',
  ]);
});

test('also one whose disk was replaced, once its primary has heard of the new one', () => {
  expect(told(12, 12)).toHaveLength(2);
});

test('not as long as its primary has heard of the one before only: what that said is on its way', () => {
  expect(told(11, 12)).toEqual([]);
});
