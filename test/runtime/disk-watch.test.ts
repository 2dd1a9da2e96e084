import { expect, it } from 'vitest';
import type { BackendError } from '../../src/backend/port.ts';
import { FakeClock } from '../../src/runtime/clock.ts';
import { DiskWatch } from '../../src/runtime/disk-watch.ts';
import { LeapingClock } from '../../src/simulator/leaping-clock.ts';

function watch() {
  const clock = new FakeClock();
  const shown = new LeapingClock(clock);
  const lost: string[] = [];
  const tell = ({ code }: BackendError) => void lost.push(code);
  return { clock, shown, lost, watch: new DiskWatch({ clock: shown, timeout: 100 }, tell) };
}

const request = (bytes = 0) => ({ doing: 'flushing it', path: '/volume-0', bytes });

it('all requests reject once one has waited too long, and late answers are heard by nobody', async () => {
  const { clock, lost, watch: watched } = watch();
  let answer = (_: string) => {};
  const asked = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const told: string[] = [];
  const heard = (promise: Promise<string>) =>
    promise.then(
      (said) => void told.push(said),
      ({ message }) => void told.push(message.slice(0, 56)),
    );
  void heard(watched.waitFor(request(), asked));
  await clock.run(60);
  void heard(watched.waitFor(request(), new Promise(() => {})));
  await clock.run(100);
  const sentence = '/volume-0: its disk has not answered for 100 ms (flushing it).'.slice(0, 56);
  expect([lost, told]).toEqual([['no-answer'], [sentence, sentence]]);
  let isQuiet = false;
  watched.whenQuiet(() => {
    isQuiet = true;
  });
  answer('late');
  await clock.run(500);
  expect([lost, told.length, watched.unanswered, isQuiet]).toEqual([['no-answer'], 2, 1, false]);
});

it('a flush of much that was written may take longer', async () => {
  const { clock, lost, watch: watched } = watch();
  watched.waitFor(request(1 << 20), new Promise(() => {})).catch(() => {});
  await clock.run(1123);
  expect(lost).toEqual([]);
  await clock.run(1124);
  expect(lost).toEqual(['no-answer']);
});

it('while the process itself stood still no answer was missed: it is waited for anew', async () => {
  const { clock, shown, lost, watch: watched } = watch();
  watched.waitFor(request(), new Promise(() => {})).catch(() => {});
  await clock.run(50);
  shown.leaps(5000);
  await clock.run(199);
  expect(lost).toEqual([]);
  await clock.run(200);
  expect(lost).toEqual(['no-answer']);
});

it('an answer that came in the same moment as the alarm counts', async () => {
  const { clock, lost, watch: watched } = watch();
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const waited = watched.waitFor(request(), asked);
  clock.after(100, () => answer());
  await clock.run(100);
  await waited;
  expect([lost, watched.unanswered]).toEqual([[], 0]);
});
