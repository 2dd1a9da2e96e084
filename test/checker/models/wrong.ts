import {
  always,
  type Component,
  type Composition,
  changes,
  ends,
  eventually,
  type Property,
  refused,
  sometimes,
  transition,
} from '../../../models/model.ts';

export type Wrong =
  | 'safety'
  | 'deadlock'
  | 'lasso'
  | 'doomed'
  | 'transition'
  | 'change'
  | 'coverage'
  | 'throws'
  | 'none';

const LIMIT = 6;

/** Two counters that pass a token. Each kind of wrong breaks one property in one way. */
export function counter(wrong: Wrong): Composition {
  return {
    name: `counters (${wrong})`,
    components: { left: one('right', wrong), right: one('left', wrong) },
    channels: {
      'to left': { order: 'fifo', from: 'right', to: 'left', capacity: 2 },
      'to right': { order: 'fifo', from: 'left', to: 'right', capacity: 2 },
    },
    properties: properties(wrong),
  };
}

function properties(wrong: Wrong): readonly Property[] {
  const both = ['left', 'right'];
  const broken: Partial<Record<Wrong, Property>> = {
    safety: always('W-SAFETY', 'the sum stays small', both, (a: number, b: number) => a + b < 7),
    deadlock: ends(
      'W-END',
      'both are full at the end',
      both,
      (a: number, b: number) => a > LIMIT && b > LIMIT,
    ),
    lasso: eventually('W-LASSO', 'left is full', ['left'], (a: number) => a === LIMIT),
    doomed: eventually('W-DOOM', 'left is three', ['left'], (a: number) => a === 3, {
      fairness: 'reachable',
    }),
    transition: transition(
      'W-STEP',
      'nothing reaches five',
      both,
      (_: { left: number }, __, after: { left: number }) => after.left !== 5,
    ),
    change: changes(
      'W-CHANGE',
      'left grows by one at most, and never to five',
      ['left'],
      (before: { left: number }, after: { left: number }) =>
        after.left !== before.left && after.left !== 5,
    ),
    coverage: sometimes('W-HOLE', 'left is a hundred', ['left'], (a: number) => a === 100),
  };
  const sound = always(
    'W-0',
    'counters are counters',
    both,
    (a: number, b: number) => a >= 0 && b >= 0,
  );
  return wrong in broken ? [sound, broken[wrong]!] : [sound];
}

function one(other: string, wrong: Wrong): Component<number, string> {
  return {
    initial: 0,
    step(state, event) {
      if (wrong === 'throws' && state === 4) throw new Error('four is unlucky');
      if (event === 'token')
        return state < LIMIT ? { state: state + 1, marks: ['token'] } : refused;
      if (event === 'back') return { state: state - 1 };
      const outputs = wrong === 'lasso' ? [] : [{ to: `to ${other}`, event: 'token' }];
      return { state: state + 1, outputs, marks: ['send'] };
    },
    moves(state) {
      const up = { name: 'up', event: 'up' };
      const back = { name: 'back', event: 'back' };
      if (wrong === 'lasso' && state === 1) return [up, back];
      return state < LIMIT ? [up] : [];
    },
  };
}
