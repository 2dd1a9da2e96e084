import { always, type Model } from '../../../models/model.ts';

interface Told {
  readonly n: number;
  readonly at: number;
}

/** It tells the time in its states. */
export function clocked(): Model<Told> {
  return {
    name: 'clocked',
    initial: [{ n: 0, at: 0 }],
    actions: ({ n }) => (n < 40 ? [['on', { n: n + 1, at: Date.now() % 1000 }]] : []),
    properties: [always('F-1', 'it counts', ['n'], (n: number) => n >= 0)],
  };
}
