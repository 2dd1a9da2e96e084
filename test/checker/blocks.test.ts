import { describe, expect, it } from 'vitest';
import {
  BLOCK,
  numberOf,
  numbersFor,
  placeOf,
  placesBefore,
  placesIn,
} from '../../src/checker/crew/blocks.ts';

/** Of each number from 0 on, whose it is and which place it has there: blocks take turns. */
function owners(workers: number, count: number): readonly { worker: number; place: number }[] {
  const places = new Array<number>(workers).fill(0);
  return Array.from({ length: count }, (_, number) => {
    const worker = Math.floor(number / BLOCK) % workers;
    return { worker, place: places[worker]!++ };
  });
}

describe('numbers of worlds that several workers find', () => {
  for (const workers of [1, 2, 3]) {
    const all = owners(workers, 7 * BLOCK + 100);

    it(`${workers} workers: each place has its number, and no other has it`, () => {
      const numbers = all.map(({ place, worker }) => numberOf(place, worker, workers));
      expect(numbers).toEqual([...all.keys()]);
      expect(numbers.map((number) => placeOf(number, workers))).toEqual(all);
    });

    it(`${workers} workers: how many of the first numbers are whose`, () => {
      for (const end of [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7, 7 * BLOCK + 100]) {
        for (let worker = 0; worker < workers; worker++) {
          const counted = all.slice(0, end).filter((owner) => owner.worker === worker).length;
          expect(placesBefore(end, worker, workers)).toBe(counted);
        }
      }
    });

    it(`${workers} workers: room for places is room for their numbers`, () => {
      for (const places of [1, BLOCK, BLOCK + 1, 5 * BLOCK]) {
        const room = numbersFor(places, workers);
        expect(numberOf(places - 1, workers - 1, workers)).toBeLessThan(room);
        expect(placesIn(room, workers)).toBeGreaterThanOrEqual(places);
        const last = placesIn(room - 1, workers);
        if (last > 0) expect(numberOf(last - 1, workers - 1, workers)).toBeLessThan(room - 1);
      }
    });
  }
});
