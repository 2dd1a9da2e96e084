import { isMainThread } from 'node:worker_threads';
import { always, type Model } from '../../../models/model.ts';

/** Counts up; a thread that is not the first ends where it is half way. */
export function endsItsThread(): Model<number> {
  return {
    name: 'a count that ends its thread',
    initial: [0],
    actions(count) {
      if (count === 50 && !isMainThread) process.exit(7);
      return [{ name: 'on', next: (count + 1) % 100 }];
    },
    properties: [always('A-1', 'the count is small', (at: number) => at < 100)],
  };
}
