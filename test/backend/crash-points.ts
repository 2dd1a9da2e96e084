import type { DiskEvent, Survival } from '../../src/backend/faults.ts';
import type { FaultyDisk } from '../../src/backend/faulty.ts';

/** Of each unflushed write: nothing, all, its first sector, all but that. */
export const survivals: readonly Survival[] = [
  () => () => false,
  () => () => true,
  () => (sector) => sector === 0,
  () => (sector) => sector > 0,
];

/** What a loss of power may leave of the unflushed writes, given how many sectors each has. */
export function survivalsOf(pending: readonly number[]): Survival[] {
  const survivals: Survival[] = [() => () => false];
  if (pending.length === 0) return survivals;
  survivals.push(() => () => true);
  pending.forEach((sectors, torn) => {
    for (const others of [true, false]) {
      const but = (keeps: (sector: number) => boolean): Survival => {
        return ({ index }) => (index === torn ? keeps : () => others);
      };
      if (pending.length > 1) survivals.push(but(() => !others));
      for (let cut = 1; cut < sectors; cut++) {
        survivals.push(but((sector) => sector < cut));
        survivals.push(but((sector) => sector >= cut));
      }
    }
  });
  return survivals;
}

/** Every disk a crash can leave during these events: after each of them, every loss and tear, if no others are given. */
export function* crashPoints(
  before: FaultyDisk,
  events: readonly DiskEvent[],
  given?: readonly Survival[],
): Generator<{ disk: FaultyDisk; events: number; title: string }> {
  const running = before.copy();
  for (let done = 0; done <= events.length; done++) {
    if (done > 0) running.perform(events[done - 1]!);
    const all = given ?? survivalsOf(running.pending);
    for (const [number, survival] of all.entries()) {
      const disk = running.copy();
      disk.crash(survival);
      yield { disk, events: done, title: `crash after event ${done}, survival ${number}` };
    }
  }
}
