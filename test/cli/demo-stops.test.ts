import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SiteId } from '../../models/words.ts';
import type { Disk } from '../../src/backend/disk.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { untilHeld } from '../../src/cli/demo/held.ts';
import { writeAll } from '../../src/cli/demo/host.ts';
import { refuseStopped } from '../../src/cli/demo/stopped.ts';
import { type Arrangement, createArrangement } from '../../src/runtime/arrangement.ts';

const sites: readonly SiteId[] = [0, 1, 2];
const noSpace = (path: string) => Object.assign(new Error(path), { code: 'ENOSPC' });

/** The sidefile of a site takes nothing more as soon as it is among `full`. */
const fillable = (full: Set<SiteId>): Disk => ({
  ...nodeDisk,
  async open(path, mode) {
    const file = await nodeDisk.open(path, mode);
    const writeThrough = file.writeThrough!.bind(file);
    return Object.assign(file, {
      async writeThrough(offset: number, parts: readonly Uint8Array[]) {
        if ([...full].some((site) => path.includes(`site-${site}`))) throw noSpace(path);
        return writeThrough(offset, parts);
      },
    });
  },
});

describe('a demonstration whose sites give up their disks', () => {
  let directory: string;
  let arrangement: Arrangement;
  const full = new Set<SiteId>();
  beforeEach(async () => {
    full.clear();
    directory = await mkdtemp(join(tmpdir(), 'sidefile-stops-'));
    arrangement = await createArrangement({
      storage: { directory },
      volumes: [64],
      sidefile: { capacity: 8 },
      disk: fillable(full),
      durations: { election: 60, patience: 200, retry: 40, request: 300 },
    });
    await untilHeld(arrangement, new AbortController().signal);
  });
  afterEach(async () => {
    await arrangement.close().catch(() => {});
    await rm(directory, { recursive: true, force: true });
  });

  const input = { read: async () => new Uint8Array(4096).fill(1) } as never;
  const pieces = [{ first: 0, count: 1, isOverwrite: false }];
  const write = () =>
    writeAll(arrangement, input, pieces, { bytes: 0, acknowledged: 0, repeated: 0 }, () => null);

  it('ends with the first write that nobody takes, and says why the sites stopped', async () => {
    for (const site of sites) full.add(site);
    await expect(write()).rejects.toMatchObject({
      code: 'site-stopped',
      exitCode: 1,
      message: expect.stringMatching(/site \d stopped: .*no space is left/),
    });
  });

  it('does not wait for a primary with a sync mirror that cannot come', async () => {
    full.add(1);
    await write().catch(() => {});
    while (arrangement.loopOf(1) !== null) await pause(5);
    const held = untilHeld(arrangement, new AbortController().signal);
    await expect(held).rejects.toThrow(/^site 1 stopped: .*no space is left/);
  });

  it('does not hold when a site stopped, also where the others are level', async () => {
    await write();
    refuseStopped(arrangement);
    await arrangement.crash(2);
    refuseStopped(arrangement);
    await arrangement.start(2);
    full.add(2);
    await write().catch(() => {});
    while (arrangement.loopOf(2) !== null) await pause(5);
    expect(() => refuseStopped(arrangement)).toThrow('site 2 stopped: ');
    full.clear();
    await arrangement.start(2);
    refuseStopped(arrangement);
  });
});
