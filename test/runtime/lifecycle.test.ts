import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Disk } from '../../src/backend/disk.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { createArrangement, openArrangement } from '../../src/runtime/arrangement.ts';
import { type Clock, systemClock } from '../../src/runtime/clock.ts';
import { blocksOf } from './on-fake-time.ts';
import { breakable, smallOn } from './on-files.ts';

/** Calls that come at once, or after the end: a site runs or it does not, and no disk is left locked. */

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const optionsOn = (disk?: Disk) => smallOn({ directory }, disk);

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    ({ code, message }) => code ?? message,
  );

/** The system's time, which knows how many alarms are set. */
function counted() {
  let alarms = 0;
  const clock: Clock = {
    ...systemClock,
    after(delay, act) {
      let isSet = true;
      const unset = () => {
        if (isSet) alarms--;
        isSet = false;
      };
      alarms++;
      const cancel = systemClock.after(delay, () => {
        unset();
        act();
      });
      return () => {
        unset();
        cancel();
      };
    },
  };
  return { clock, alarms: () => alarms };
}

describe('an arrangement that is closed', () => {
  it('waits for nothing: a process that has nothing else to do ends', async () => {
    const { clock, alarms } = counted();
    const latency = () => ({ least: 0, most: 1 });
    const links = { silenceMax: 600_000, reconnectAfter: 20, lanes: 2, latency };
    const sites = await createArrangement({ ...optionsOn(), storage: 'memory', clock, links });
    await sites.write(0, 0, blocksOf(1, 1));
    sites.network.slowDown(600_000);
    const late = sites.write(0, 1, blocksOf(2, 1)).catch(({ code }) => code);
    sites.network.part(0, 2);
    sites.network.drop(1, 2);
    await sites.close();
    expect(await late).toBe('unknown-fate');
    expect(alarms()).toBe(0);
  });

  it('while a site is replaced: no site of it runs on', async () => {
    for (let ticks = 0; ticks < 12; ticks++) {
      const sites = await createArrangement({ ...optionsOn(), storage: 'memory' });
      const replaced = codeOf(sites.replace(2));
      for (let tick = 0; tick < ticks; tick++) await null;
      await sites.close();
      expect(['done', 'stopped']).toContain(await replaced);
      expect([0, 1, 2].map((site) => sites.loopOf(site as 0))).toEqual([null, null, null]);
      expect(await codeOf(sites.write(0, 0, blocksOf(1, 1)))).toBe('stopped');
    }
  });

  it('takes no command any more, and says why', async () => {
    const sites = await createArrangement({ ...optionsOn(), storage: 'memory' });
    await Promise.all([sites.close(), sites.close(), sites.close()]);
    for (const call of [sites.replace(1), sites.start(1), sites.restart(1)]) {
      expect(await codeOf(call)).toBe('stopped');
    }
  });

  it('ends all its sites, also when the disk of one fails in it', async () => {
    let isBroken = false;
    const disk = breakable((operation, path) =>
      isBroken && operation === 'flush' && path.includes('site-0') ? 'EIO' : null,
    );
    const sites = await createArrangement(optionsOn(disk));
    await sites.write(0, 0, blocksOf(7, 1));
    isBroken = true;
    expect(await codeOf(sites.close())).toBe('flush-failed');
    expect(await codeOf(sites.close())).toBe('done');
    isBroken = false;
    const again = await openArrangement(optionsOn());
    expect(await again.read(0, 0, 1)).toEqual(blocksOf(7, 1));
    await again.close();
  });
});

it('a site that is replaced twice at once is made once, and runs on', async () => {
  const sites = await createArrangement(optionsOn());
  try {
    rmSync(join(directory, 'site-2'), { recursive: true });
    const codes = await Promise.all([codeOf(sites.replace(2)), codeOf(sites.replace(2))]);
    expect(codes).toEqual(['done', 'exists']);
    expect(sites.loopOf(2)?.isRunning).toBe(true);
  } finally {
    await sites.close();
  }
});

it('of two that make or open the same sites at once, one does, the others are told so', async () => {
  const made = await Promise.allSettled([0, 1].map(() => createArrangement(optionsOn())));
  for (const result of made) if (result.status === 'fulfilled') await result.value.close();
  const ends = made.map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code)).sort();
  expect(ends[0]).toBe('done');
  expect(['exists', 'locked']).toContain(ends[1]);
  const opened = await Promise.allSettled([0, 1, 2].map(() => openArrangement(optionsOn())));
  for (const result of opened) if (result.status === 'fulfilled') await result.value.close();
  const codes = opened.map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code));
  expect(codes.sort()).toEqual(['done', 'locked', 'locked']);
});

it.each(['site-0/sidefile', 'site-2/volume-0', 'site-1/stage', 'site-2/header.new'])(
  'a disk that is full at %s: nothing stays, and with room it is made',
  async (name) => {
    const full = breakable((operation, path) =>
      operation === 'write' && path.endsWith(name) ? 'ENOSPC' : null,
    );
    expect(await codeOf(createArrangement(optionsOn(full)))).toBe('full');
    const left = readdirSync(directory).map((site) => readdirSync(join(directory, site)));
    expect(left.flat()).toEqual([]);
    await (await createArrangement(optionsOn())).close();
    expect(existsSync(join(directory, 'site-2', 'header'))).toBe(true);
  },
);

it('whoever is refused a place, since another makes a site there, takes none of its files away', async () => {
  const files = new Set<string>();
  let isFirst = true;
  const disk: Disk = {
    ...nodeDisk,
    async open(path, mode) {
      const file = await nodeDisk.open(path, mode);
      if (isFirst && path.endsWith('stage') && mode === 'create') {
        isFirst = false;
        expect(await codeOf(createArrangement(optionsOn()))).toBe('locked');
        for (const name of readdirSync(join(directory, 'site-0'))) files.add(name);
      }
      return file;
    },
  };
  await (await createArrangement(optionsOn(disk))).close();
  expect([...files].sort()).toEqual(['header.new', 'sidefile', 'stage', 'volume-0']);
});

it('whoever looks while another makes a site there is told of that site, not to move its files away', async () => {
  let isFirst = true;
  const disk: Disk = {
    ...nodeDisk,
    async kindOf(path) {
      if (isFirst && path.endsWith('sidefile')) {
        isFirst = false;
        await (await createArrangement(optionsOn())).close();
      }
      return nodeDisk.kindOf(path);
    },
  };
  await expect(createArrangement(optionsOn(disk))).rejects.toThrow(/header is site 0 of/);
  await (await openArrangement(optionsOn())).close();
});
