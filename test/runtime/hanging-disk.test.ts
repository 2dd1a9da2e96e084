import { expect, it } from 'vitest';
import type { SiteId } from '../../models/words.ts';
import { blocksOf, type Stage } from './on-fake-time.ts';
import { codeOf, of, onDisks } from './on-hanging-disks.ts';

const endsOf = ({ arrangement }: Pick<Stage, 'arrangement'>, site: SiteId): string[] =>
  arrangement
    .timeline()
    .filter((happening) => happening.site === site)
    .flatMap(({ event }) =>
      event.kind === 'stoppedItself' ? [`${event.reason}: ${event.cause}`] : [],
    );

it('the disk of the primary hangs: it stops, the sync mirror takes over, and all that was acknowledged is there', async () => {
  const play = await onDisks();
  const { arrangement, disk, until, pass } = play;
  for (let block = 0; block < 5; block++) {
    await until(arrangement.write(0, block, blocksOf(block + 1, 1)));
  }
  disk.hang(of(0));
  const last = codeOf(arrangement.write(0, 5, blocksOf(6, 1)));
  await pass(99);
  expect(endsOf(play, 0)).toEqual([]);
  expect(arrangement.loopOf(0)?.site.role).toBe('primary');
  await pass(5);
  expect(endsOf(play, 0)).toEqual([
    expect.stringMatching(
      /^storage: \/disks\/site-0\/sidefile: its disk has not answered for 101 ms \(writing \d+ bytes at \d+.*\)\. See to the disk\. /,
    ),
  ]);
  // Its mirrors hold it; the primary could not say so any more.
  expect(await until(last)).toMatch(/^(done|unknown-fate|stopped)/);
  await until(arrangement.write(0, 6, blocksOf(7, 1)));
  expect(arrangement.primary()?.site.context.config.site).toBe(1);
  for (let block = 0; block < 5; block++) {
    expect(await until(arrangement.read(0, block, 1))).toEqual(blocksOf(block + 1, 1));
  }
  // Once it answers, it is started, and comes back.
  disk.answerAll();
  await pass(1);
  await until(arrangement.start(0));
  await pass(500);
  expect(arrangement.loopOf(0)?.site.context.held.contiguous).toBe(
    arrangement.primary()?.site.context.committed,
  );
  await until(arrangement.close());
});

it('the disk of a mirror hangs: it stops, and hosts go on', async () => {
  const play = await onDisks();
  const { arrangement, disk, until, pass } = play;
  await until(arrangement.write(0, 0, blocksOf(1, 1)));
  disk.hang(of(1, 'writing'));
  const written = arrangement.write(0, 1, blocksOf(2, 1));
  await pass(110);
  expect(endsOf(play, 1)).toHaveLength(1);
  await until(written);
  expect(await until(arrangement.read(0, 1, 1))).toEqual(blocksOf(2, 1));
  expect([0, 1, 2].map((site) => arrangement.loopOf(site as SiteId) !== null)).toEqual([
    true,
    false,
    true,
  ]);
  await until(arrangement.close());
});

it('a read that is not answered ends its site as well: whoever serves next can read', async () => {
  const play = await onDisks();
  const { arrangement, disk, until, pass } = play;
  await until(arrangement.write(0, 0, blocksOf(1, 1)));
  await pass(300);
  disk.hang(of(0, 'reading'));
  const read = codeOf(arrangement.read(0, 0, 1));
  await pass(110);
  expect(endsOf(play, 0)).toEqual([expect.stringContaining('volume-0: its disk has not answered')]);
  // Nothing is wrong with the block itself.
  expect(await until(read)).not.toMatch(/^unreadable/);
  expect(await until(arrangement.read(0, 0, 1))).toEqual(blocksOf(1, 1));
  await until(arrangement.close());
});

it('an answer in time stops nothing, and one that comes too late acknowledges nothing', async () => {
  const play = await onDisks();
  const { arrangement, disk, until, pass } = play;
  await until(arrangement.write(0, 0, blocksOf(1, 1)));
  disk.hang(of(0));
  const slow = arrangement.write(0, 1, blocksOf(2, 1));
  await pass(90);
  disk.answerAll();
  await until(slow);
  await pass(300);
  expect(endsOf(play, 0)).toEqual([]);

  for (const site of [1, 2] as const) await until(arrangement.stop(site));
  await pass(300);
  disk.hang(of(0));
  const late = codeOf(arrangement.write(0, 2, blocksOf(3, 1)));
  await pass(110);
  disk.answerAll();
  await pass(10);
  expect(await until(late)).toMatch(/^(unknown-fate|stopped|no-primary)/);
  expect(arrangement.loopOf(0)).toBe(null);
  expect(endsOf(play, 0)).toHaveLength(1);
  await until(arrangement.close());
});

it('a site whose disk may still carry out what it was asked for is opened by nobody', async () => {
  const play = await onDisks();
  const { arrangement, disk, until, pass } = play;
  await until(arrangement.write(0, 0, blocksOf(1, 1)));
  disk.closed.length = 0;
  disk.hang(of(0));
  void arrangement.write(0, 1, blocksOf(2, 1)).catch(() => {});
  await pass(110);
  const refused = await until(codeOf(arrangement.start(0)));
  expect(refused).toMatch(/^locked: the disk was given up with .* unanswered/);
  expect(disk.unanswered).toBeGreaterThan(0);
  expect(disk.closed).toEqual([]);
  disk.answerAll();
  await pass(1);
  expect(disk.closed).toContain('/disks/site-0/header');
  await until(arrangement.start(0));
  await until(arrangement.close());
});

it('a disk that hangs keeps nobody from closing the arrangement, and keeps its lock', async () => {
  const { arrangement, disk, until, pass } = await onDisks();
  disk.closed.length = 0;
  disk.hang(of(0));
  void arrangement.write(0, 1, blocksOf(2, 1)).catch(() => {});
  await pass(1);
  await until(arrangement.close().catch(() => {}));
  expect(disk.closed.filter((path) => path.startsWith('/disks/site-0'))).toEqual([]);
  disk.answerAll();
  await pass(1);
  expect(disk.closed).toContain('/disks/site-0/header');
});

it('a start whose disk hangs is refused, whatever it had read', async () => {
  const { arrangement, disk, until, pass } = await onDisks();
  await until(arrangement.stop(0));
  for (const doing of ['opening', 'reading', 'writing', 'flushing', 'locking']) {
    disk.hang(of(0, doing));
    expect(await until(codeOf(arrangement.start(0)))).toMatch(/^no-answer: \/disks\/site-0\//);
    disk.answerAll();
    await pass(1);
  }
  await until(arrangement.start(0));
  await until(arrangement.close());
});

it.each([0, Number.POSITIVE_INFINITY])(
  'with a diskTimeout of %s it is waited for ever',
  async (diskTimeout) => {
    const play = await onDisks({ diskTimeout });
    const { arrangement, disk, until, pass } = play;
    disk.hang(of(0));
    void arrangement.write(0, 0, blocksOf(1, 1)).catch(() => {});
    await pass(3_000);
    expect(endsOf(play, 0)).toEqual([]);
    disk.answerAll();
    await until(arrangement.close());
  },
);
