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
