import { expect, test } from 'vitest';
import { refusalOfCommand } from '../../models/command-refusal.ts';
import { World } from './attack/world.ts';

const resume = { name: 'resume', peer: 2 } as const;

test('LINK-30: a leg is resumed at a primary, and not while that changes its epoch: it is told to say it again', () => {
  const world = new World({
    blocks: 4,
    writes: [],
    slow: [0],
    config: { takeover: 'holder' },
  });
  const refusal = () => refusalOfCommand(world.nodes[0].site!, resume);
  world.apply('suspend P A');
  expect(refusal()).toBe(null);
  world.apply('cut PS');
  for (const timer of world.timers(0)) world.timeout(0, timer);
  expect(world.nodes[0].site!.role).toBe('mirror');
  expect(refusal()).toBe('site 0 is changing its epoch: say it again once it serves');
  // What was suspended stays so across the change, and is resumed after it.
  world.settle();
  expect(world.nodes[0].site!.role).toBe('primary');
  expect(world.nodes[0].site!.context.header.halted).toEqual([2]);
  expect(refusal()).toBe(null);
  world.apply('resume P A');
  expect(world.nodes[0].site!.context.header.halted).toEqual([]);
});

test('EPOCH-120: nothing is handed over to a far mirror that is in no sync set', () => {
  const world = new World({ blocks: 4, writes: [], slow: [], config: {} });
  const refusal = (to: 1 | 2) => refusalOfCommand(world.nodes[0].site!, { name: 'switchover', to });
  expect(refusal(1)).toBe(null);
  expect(refusal(2)).toBe(
    'site 2 is far, and in no sync set: it could not be named without a loss; one that is near can',
  );
});

test('a blank site has no branch to give up', () => {
  const world = new World({ blocks: 4, writes: [], slow: [], config: {} });
  const refusal = () => refusalOfCommand(world.nodes[2].site!, { name: 'discard', branch: 2 });
  // Before a resync the other branch is not forced yet.
  expect(refusal()).toBe(null);
  for (const line of ['crash A kept', 'replace A', 'start A']) world.apply(line);
  expect(refusal()).toBe('site 2 is blank: it has no branch to give up');
});
