import { describe, expect, it } from 'vitest';
import { blocksOf, stage } from './on-fake-time.ts';

describe('hosts', () => {
  it('read what they wrote, also when a write is split and parts of it are overwritten', async () => {
    const { arrangement, until } = await stage();
    await until(arrangement.write(0, 3, blocksOf(1, 11)));
    await until(arrangement.write(0, 5, blocksOf(2, 2)));
    await until(arrangement.zeroes(0, 9, 1));
    await until(arrangement.trim(0, 12, 1));
    const bytes = await until(arrangement.read(0, 2, 13));
    const fills = Array.from({ length: 13 }, (_, block) => bytes[block * 512]);
    expect(fills).toEqual([0, 1, 1, 2, 2, 1, 1, 0, 1, 1, 0, 1, 0]);
    await until(arrangement.flush());
  });

  it.each([
    ['bytes', blocksOf(1, 1)],
    ['a Buffer', Buffer.from(blocksOf(1, 1))],
  ])('keep %s: what is changed after the call is not written', async (_, bytes) => {
    const { arrangement, until } = await stage();
    const written = arrangement.write(0, 0, bytes);
    bytes.fill(9);
    await until(written);
    expect((await until(arrangement.read(0, 0, 1)))[0]).toBe(1);
  });

  it.each([
    ['a volume that is not there', 2, 0, 1, 'range', 'volume 2 is not within 0..1'],
    ['a block beyond the end', 1, 31, 2, 'range', 'not within 0..31'],
    ['a negative block', 0, -1, 1, 'range', '-1'],
    ['a block that is no whole number', 0, 0.5, 1, 'range', '0.5'],
    ['no blocks', 0, 0, 0, 'range', 'not within 0..63'],
  ])('are told of %s, and nothing changes', async (_, volume, first, count, code, words) => {
    const { arrangement, until } = await stage();
    await until(arrangement.write(0, 0, blocksOf(1, 1)));
    const before = arrangement.status().sites.map((site) => site?.held);
    await expect(arrangement.read(volume, first, count)).rejects.toMatchObject({ code });
    await expect(arrangement.zeroes(volume, first, count)).rejects.toThrow(words);
    await expect(arrangement.trim(volume, first, count)).rejects.toMatchObject({ code });
    expect(arrangement.status().sites.map((site) => site?.held)).toEqual(before);
  });

  it('are told of bytes that are no whole number of blocks', async () => {
    const { arrangement } = await stage();
    const odd = new Uint8Array(700);
    await expect(arrangement.write(0, 0, odd)).rejects.toMatchObject({ code: 'payload-size' });
    await expect(arrangement.write(0, 0, odd)).rejects.toThrow('700 bytes');
    await expect(arrangement.write(0, 0, new Uint8Array(0))).rejects.toThrow('0 bytes');
  });

  it('are told of as many bytes as there are, whatever is said of them: no site is lost by it', async () => {
    const { arrangement, until } = await stage();
    const said = (bytes: number, length: number) =>
      Object.defineProperty(blocksOf(7, 8).subarray(0, bytes), 'length', { value: length });
    await expect(arrangement.write(0, 0, said(100, 512))).rejects.toThrow('100 bytes');
    await expect(arrangement.write(0, 0, said(1000, 512))).rejects.toThrow('1000 bytes');
    await until(arrangement.write(0, 3, said(1024, 512)));
    expect(await until(arrangement.read(0, 2, 4))).toEqual(
      Uint8Array.from([...blocksOf(0, 1), ...blocksOf(7, 2), ...blocksOf(0, 1)]),
    );
    expect(arrangement.status().sites.every((site) => site !== null)).toBe(true);
  });

  it('get a code within the bound when nobody can serve', async () => {
    const { arrangement, until, clock } = await stage();
    await until(arrangement.write(0, 0, blocksOf(1, 1)));
    await until(Promise.all([arrangement.crash(1), arrangement.crash(2)]));
    const from = clock.now();
    const ended = await until(arrangement.write(0, 0, blocksOf(2, 1)).catch((error) => error));
    expect(['unknown-fate', 'no-primary']).toContain(ended.code);
    expect(clock.now() - from).toBeLessThan(500);
  });

  it('are told at once when all is stopped, also while they wait for a primary', async () => {
    const { arrangement, until, clock } = await stage();
    await until(Promise.all([arrangement.crash(0), arrangement.crash(1)]));
    const waiting = arrangement.read(0, 0, 1).catch(({ code }) => code);
    await until(arrangement.close());
    const from = clock.now();
    expect(await until(waiting)).toBe('stopped');
    const requests: (() => Promise<unknown>)[] = [
      () => arrangement.write(0, 0, blocksOf(1, 1)),
      () => arrangement.read(0, 0, 1),
      () => arrangement.zeroes(0, 0, 1),
      () => arrangement.trim(0, 0, 1),
      () => arrangement.flush(),
    ];
    for (const request of requests) {
      await expect(until(request())).rejects.toMatchObject({ code: 'stopped' });
    }
    expect(clock.now() - from).toBeLessThan(50);
  });

  it('are told apart: sent and not confirmed is of unknown fate, never taken is busy or unserved', async () => {
    const { arrangement, until } = await stage({
      policies: { onLegLoss: 'stop' },
      sidefile: { mode: 'fixed', capacity: 2 },
      tuning: { pendingMax: 1 },
    });
    await until(arrangement.write(0, 9, blocksOf(9, 1)));
    arrangement.network.part(0, 1);
    arrangement.network.part(0, 2);
    arrangement.network.part(1, 2);
    const writes = [1, 2, 3, 4, 5].map((fill) => arrangement.write(0, fill, blocksOf(fill, 1)));
    const codes = await until(
      Promise.all(
        writes.map((write) =>
          write.then(
            () => 'done',
            ({ code }) => code,
          ),
        ),
      ),
    );
    expect(codes).toEqual(['unknown-fate', 'unknown-fate', 'no-primary', 'busy', 'busy']);
  });

  it('see what had an unknown fate once or never, and what was refused never', async () => {
    const { arrangement, until, pass } = await stage();
    await until(arrangement.write(0, 0, blocksOf(1, 1)));
    arrangement.network.part(0, 1);
    arrangement.network.part(0, 2);
    const ended = await until(arrangement.write(0, 0, blocksOf(2, 1)).catch(({ code }) => code));
    arrangement.network.joinAll();
    await pass(500);
    const [fill] = await until(arrangement.read(0, 0, 1));
    expect(ended === 'unknown-fate' ? [1, 2] : [ended === undefined ? 2 : 1]).toContain(fill);
    await pass(500);
    expect((await until(arrangement.read(0, 0, 1)))[0]).toBe(fill);
  });
});

describe('an arrangement', () => {
  it.each([
    [{ blockBytes: 1000 }, 'blockBytes 1000'],
    [{ volumes: [] }, 'volumes []'],
    [{ volumes: [0] }, '0 blocks'],
    [{ blocksPerWriteMax: 0 }, 'blocksPerWriteMax 0'],
    [{ sidefile: { capacity: 0 } }, 'capacity 0'],
  ])('is refused with the value that is impossible: %j', async (options, words) => {
    await expect(stage(options)).rejects.toMatchObject({ code: 'refused' });
    await expect(stage(options)).rejects.toThrow(words);
  });
});
