import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createArrangement, openArrangement } from '../../src/runtime/arrangement.ts';
import { limits } from '../../src/transport/wire/limits.ts';
import { blocksOf, type Stage, stage } from './on-fake-time.ts';

async function level({ arrangement, pass }: Stage): Promise<void> {
  for (let waited = 0; waited < 100 && !arrangement.status().level; waited++) await pass(20);
  expect(arrangement.status().level).toBe(true);
}

async function bytesOf({ arrangement }: Stage, site: 0 | 1 | 2): Promise<Uint8Array> {
  return arrangement.backendOf(site)!.read(0, 96);
}

const kindsOf = ({ arrangement }: Stage) => arrangement.timeline().map(({ event }) => event.kind);

describe('three sites', () => {
  it('the primary dies: a mirror takes over, both mirrors are equal, hosts go on', async () => {
    const play = await stage();
    const { arrangement, until } = play;
    for (let block = 0; block < 20; block++) {
      await until(arrangement.write(0, block, blocksOf(block + 1, 2)));
    }
    await until(arrangement.crash(0));
    await until(arrangement.write(0, 4, blocksOf(99, 1)));
    await level(play);
    expect(arrangement.status().primary).toBe(1);
    expect(await bytesOf(play, 1)).toEqual(await bytesOf(play, 2));
    expect((await until(arrangement.read(0, 4, 1)))[0]).toBe(99);
    expect(kindsOf(play)).toContain('elected');
  });

  it('the old primary comes back and becomes level with the rest', async () => {
    const play = await stage();
    const { arrangement, until } = play;
    await until(arrangement.write(0, 0, blocksOf(1, 4)));
    await until(arrangement.crash(0));
    await until(arrangement.write(0, 2, blocksOf(2, 4)));
    await until(arrangement.start(0));
    await level(play);
    expect(await bytesOf(play, 0)).toEqual(await bytesOf(play, 1));
    expect(arrangement.status().sites.every((site) => site !== null)).toBe(true);
  });

  it('a mirror comes back with an empty disk and is given every block', async () => {
    const play = await stage();
    const { arrangement, until } = play;
    await until(arrangement.write(0, 0, blocksOf(7, 40)));
    await until(arrangement.replace(2));
    await level(play);
    expect(await bytesOf(play, 2)).toEqual(await bytesOf(play, 0));
    const verdicts = arrangement.timeline().map(({ event }) => 'verdict' in event && event.verdict);
    expect(verdicts).toContain('compare-blocks');
  });

  it('a mirror that has its blocks and no write in its sidefile has nothing to export, and says so', async () => {
    const play = await stage();
    const { arrangement, until } = play;
    await until(arrangement.write(0, 0, blocksOf(7, 40)));
    await until(arrangement.replace(2));
    await level(play);
    expect(arrangement.sidefileOf(2)).toEqual([]);
    const refusal = await until(arrangement.exportSuffix(2, 0).catch((error) => error));
    expect(refusal).toMatchObject({ code: 'refused' });
    expect(refusal.message).toMatch(/^export: site 2 keeps no write beyond 0/);
  });

  it('a far mirror that is cut off for long gets a bitmap of blocks, not a delta', async () => {
    const play = await stage({ sidefile: { mode: 'fixed', capacity: 8 } });
    const { arrangement, until } = play;
    await until(arrangement.write(0, 0, blocksOf(1, 1)));
    await level(play);
    arrangement.network.part(0, 2);
    for (let count = 0; count < 40; count++) {
      await until(arrangement.write(0, count % 5, blocksOf(count, 1)));
    }
    arrangement.network.joinAll();
    await level(play);
    expect(await bytesOf(play, 2)).toEqual(await bytesOf(play, 0));
    const verdicts = arrangement.timeline().map(({ event }) => 'verdict' in event && event.verdict);
    expect(verdicts).toContain('bitmap');
  });

  it('an operator hands over to the other near site', async () => {
    const play = await stage();
    const { arrangement, until } = play;
    await until(arrangement.write(0, 0, blocksOf(1, 1)));
    await level(play);
    arrangement.operate(0, { name: 'switchover', to: 1 });
    await play.pass(300);
    expect(arrangement.status().primary).toBe(1);
    await until(arrangement.write(0, 0, blocksOf(2, 1)));
    await level(play);
  });

  it('commands to a site that is down are refused', async () => {
    const { arrangement, until } = await stage();
    await until(arrangement.crash(2));
    const command = () => arrangement.operate(2, { name: 'takeOver' });
    expect(command).toThrow('site 2 is not running');
  });
});

it.each([
  [16, 64],
  [64, 64],
  [128, 32],
  [4096, 1],
])(
  'of writes of up to %d blocks of 64 KiB, %d go in a frame: so many fit one at their largest',
  async (blocksPerWriteMax, frameEntries) => {
    const { arrangement } = await stage({ blockBytes: 65536, blocksPerWriteMax });
    expect(arrangement.loopOf(0)!.site.context.config.frameEntries).toBe(frameEntries);
    expect(blocksPerWriteMax * 65536 * frameEntries).toBeLessThanOrEqual(limits.payloadBytesMax);
  },
);

describe('over files', () => {
  it('what was acknowledged is there after all sites were killed and opened again', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sidefile-arrangement-'));
    const options = {
      storage: { directory },
      volumes: [64],
      blockBytes: 512,
      durations: { election: 30, patience: 60, retry: 20, request: 60_000 },
    } as const;
    try {
      const first = await createArrangement(options);
      for (let block = 0; block < 30; block++) await first.write(0, block, blocksOf(block, 3));
      await Promise.all([first.crash(0), first.crash(1), first.crash(2)]);
      // What they had asked their disks for may still land: until then nobody else opens them.
      await first.close();
      const second = await openArrangement(options);
      expect((await second.read(0, 0, 32)).filter((_, at) => at % 512 === 0)).toEqual(
        Uint8Array.from({ length: 32 }, (_, block) => Math.min(block, 29)),
      );
      await second.close();
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
