import { type Disk, type Job, powerLoss, recover, type Survived } from '../../models/disk.ts';
import type { Found } from '../../models/site.ts';
import type { Entry } from '../../models/words.ts';
import { type Difference, differenceOf } from './difference.ts';

type Store = Extract<Job, { type: 'store' }>;

/** What a loss of power left, as the abstract disk says it; or why it cannot have left that. */
export type Admission = { readonly survived: Survived } | Difference;

/**
 * Is there a way in which this disk may have lost power, and give back what was found? Work under way
 * may have been done or not: the rest in the order it was asked for, entries one by one. What was
 * answered as done is there.
 */
export function admission(disk: Disk, found: Found): Admission {
  const stores = disk.ring.filter((job): job is Store => job.type === 'store');
  const kept = new Set(found.entries.map(nameOf));
  const entries = stores.flatMap((job) => job.entries).filter((entry) => kept.has(nameOf(entry)));
  let nearest: Difference | null = null;
  for (let rest = disk.rest.length; rest >= 0; rest--) {
    for (const committed of [0, ...stores.map((job) => job.committed)]) {
      const survived: Survived = { entries, committed, rest };
      const left = recover(powerLoss(disk, 'lost', survived));
      const difference = differenceOf(left, found);
      if (!difference) return { survived };
      nearest = closer(nearest, difference);
    }
  }
  return nearest!;
}

/** A difference further on says more: what comes before it agrees. */
const order = ['header', 'entries', 'committed', 'damage'];
const rankOf = ({ path }: Difference): number => order.findIndex((part) => path.startsWith(part));

function closer(one: Difference | null, other: Difference): Difference {
  return one === null || rankOf(other) > rankOf(one) ? other : one;
}

const nameOf = ({ epoch, sequence, checksum }: Entry): string => `${epoch}.${sequence}.${checksum}`;
