import { threadId } from 'node:worker_threads';
import { always, type Model } from '../../../models/model.ts';

/** It is wrong where it begins, and nobody knows how it goes on. */
export const wrongStart: Model<number> = {
  name: 'wrong start',
  initial: [1, 0],
  actions: (n) => {
    throw new Error(`nobody knows what to do in ${n}`);
  },
  properties: [always('L-1', 'it is one', (n: number) => n === 1)],
};

/** It has another start in each thread. */
export const startsApart: Model<Readonly<Record<string, number>>> = {
  name: 'starts apart',
  initial: [{ [`in ${threadId}`]: 0 }],
  actions: () => [],
  properties: [always('L-2', 'all is well', () => true)],
};

/** Its starts can be gone through once. */
export const startsOnce = (): Model<{ readonly n: number }> => ({
  name: 'starts once',
  initial: new Set([{ n: 0 }, { n: 500 }]).values() as never,
  actions: ({ n }) => (n % 500 < 499 ? [['on', { n: n + 1 }]] : []),
  properties: [always('L-3', 'all is well', () => true)],
});
