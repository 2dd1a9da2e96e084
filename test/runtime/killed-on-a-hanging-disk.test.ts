import { expect, it } from 'vitest';
import { blocksOf, type Stage } from './on-fake-time.ts';
import { codeOf, of, onDisks } from './on-hanging-disks.ts';

/** The disk of the primary hangs with a write that was asked of it, and its files are noted from then on. */
async function withWriteUnanswered(diskTimeout: number) {
  const play = await onDisks({ diskTimeout });
  const { arrangement, disk, until, pass } = play;
  await until(arrangement.write(0, 0, blocksOf(1, 1)));
  await pass(300);
  disk.closed.length = 0;
  disk.hang(of(0));
  void arrangement.write(0, 1, blocksOf(2, 1)).catch(() => {});
  await pass(1);
  expect(disk.unanswered).toBeGreaterThan(0);
  return play;
}

/** Simulated milliseconds until it has ended. */
async function waitOf({ clock, until }: Stage, promise: Promise<unknown>): Promise<number> {
  const before = clock.now();
  await until(promise);
  return clock.now() - before;
}

const header = '/disks/site-0/header';

it.each([0, 5000])('a kill waits for no disk, with a diskTimeout of %s', async (diskTimeout) => {
  const play = await withWriteUnanswered(diskTimeout);
  const { arrangement, disk } = play;
  expect(await waitOf(play, arrangement.crash(0))).toBeLessThanOrEqual(5);
  expect(arrangement.loopOf(0)).toBe(null);
  const ends = arrangement.timeline().filter(({ event }) => event.kind === 'ended');
  expect(ends).toMatchObject([{ site: 0, event: { how: 'crash' } }]);
  // What is asked of the disk may still land: the site stays locked.
  expect(disk.unanswered).toBeGreaterThan(0);
  expect(disk.closed).toEqual([]);
  disk.answerAll();
  await play.until(arrangement.close());
  expect(disk.closed).toContain(header);
});

it('who starts it again waits until all is answered and the files are closed, and finds what landed', async () => {
  const { arrangement, disk, until, pass } = await withWriteUnanswered(0);
  await until(arrangement.crash(0));
  const asked = disk.unanswered;
  const restarted = codeOf(arrangement.start(0));
  await pass(3000);
  // Nothing was asked of the disk besides: no file was opened.
  expect([disk.unanswered, disk.closed, arrangement.loopOf(0)]).toEqual([asked, [], null]);
  disk.answerAll();
  expect(await until(restarted)).toBe('done');
  expect(disk.closed.at(-1)).toBe(header);
  await pass(500);
  expect(arrangement.loopOf(0)?.site.context.held.contiguous).toBe(2);
  await until(arrangement.close());
});

it('who starts it again is refused once the disk is given up, and each time until it answers', async () => {
  const { arrangement, disk, until, pass } = await withWriteUnanswered(100);
  await until(arrangement.crash(0));
  for (const act of [() => arrangement.start(0), () => arrangement.restart(0)]) {
    expect(await until(codeOf(act()))).toMatch(
      /^locked: the disk was given up with .* unanswered.* wait until it answers, or end the process/,
    );
  }
  expect(disk.closed).toEqual([]);
  disk.answerAll();
  await pass(1);
  expect(await until(codeOf(arrangement.start(0)))).toBe('done');
  await until(arrangement.close());
});

it('a stop that waits for the disk is cut short by a kill', async () => {
  const play = await withWriteUnanswered(0);
  const { arrangement, disk, until, pass } = play;
  const stopped = codeOf(arrangement.stop(0));
  await pass(500);
  expect(arrangement.timeline().filter(({ event }) => event.kind === 'ended')).toEqual([]);
  expect(await waitOf(play, arrangement.crash(0))).toBeLessThanOrEqual(5);
  const ends = arrangement.timeline().filter(({ event }) => event.kind === 'ended');
  expect(ends).toMatchObject([{ site: 0, event: { how: 'crash' } }]);
  disk.answerAll();
  await until(stopped);
  await until(arrangement.close());
});

it('an operator who reads what was exported hears at once that its site was killed', async () => {
  const { arrangement, disk, until } = await withWriteUnanswered(0);
  const read = codeOf(arrangement.suffixes(0));
  await until(arrangement.crash(0));
  expect(await until(read)).toMatch(/^io: listing .*: EIO$/);
  disk.answerAll();
  await until(arrangement.close());
});

it('an arrangement is closed when what its killed sites asked for can land no more: it may be opened again', async () => {
  const { arrangement, disk, until, pass } = await withWriteUnanswered(5000);
  await until(arrangement.crash(0));
  let isClosed = false;
  const closed = arrangement.close().then(() => {
    isClosed = true;
  });
  await pass(1000);
  expect([isClosed, disk.closed.filter((path) => path.startsWith('/disks/site-0'))]).toEqual([
    false,
    [],
  ]);
  disk.answerAll();
  await until(closed);
  expect(disk.closed).toContain(header);
});
