import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Disk, DiskFile } from '../../src/backend/disk.ts';
import { type DiskEvent, fault } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite, type SitePaths } from '../../src/backend/file.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import type { Backend } from '../../src/backend/port.ts';
import { crashPoints } from './crash-points.ts';
import {
  allBlocks,
  blankHeader,
  codeOf,
  entriesOf,
  imageOf,
  maxBlocksPerWrite,
  writeOf,
} from './small-site.ts';

const deviceBytes = 4 << 20;
/** As far as sites of this size write anything but the header's second slots. */
const soiledBytes = 1 << 16;
const devices: SitePaths = {
  header: '/dev/header',
  sidefile: '/dev/sidefile',
  volumes: ['/dev/volume-0', '/dev/volume-1'],
  stage: '/dev/stage',
};
const paths = [devices.header, devices.sidefile, ...devices.volumes, devices.stage];

/** Block devices: always there, of one size, with what was on them before. */
class Devices implements Disk {
  readonly disk: FaultyDisk;
  private readonly bytes: number;

  constructor(disk: FaultyDisk, bytes = deviceBytes) {
    this.disk = disk;
    this.bytes = bytes;
  }

  static used(bytes = deviceBytes): Devices {
    const disk = new FaultyDisk();
    for (const [file, path] of paths.entries()) {
      disk.perform({ kind: 'name', path, file });
      disk.perform({
        kind: 'write',
        file,
        offset: 0,
        bytes: new Uint8Array(soiledBytes).fill(0xa5),
      });
      disk.perform({ kind: 'flush', file });
    }
    disk.perform({ kind: 'flush-directory', path: '/dev' });
    return new Devices(disk, bytes);
  }

  kindOf = async (path: string) => (paths.includes(path) ? 'device' : 'absent');
  makeDirectory = () => this.disk.makeDirectory();
  list = (path: string) => this.disk.list(path);
  flushDirectory = async () => {};
  rename = async () => {
    throw fault('EINVAL', 'a device is not renamed');
  };

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const file = await this.disk.open(path, mode);
    const { bytes } = this;
    return {
      device: true,
      size: async () => bytes,
      read: (offset, length) => file.read(offset, length),
      async write(offset, parts) {
        const length = parts.reduce((sum, part) => sum + part.length, 0);
        if (offset + length > bytes) throw fault('ENOSPC', path);
        return file.write(offset, parts);
      },
      flush: () => file.flush(),
      truncate: async () => {
        throw fault('EINVAL', 'a device is not truncated');
      },
      lock: () => file.lock(),
      close: () => file.close(),
    };
  }
}

describe('a site in a folder', () => {
  it('is made with the folders above it, and the name of each is flushed', async () => {
    const above = await mkdtemp(join(tmpdir(), 'creating-'));
    const flushed = new Set<string>();
    const flushDirectory = async (path: string) => {
      await nodeDisk.flushDirectory(path);
      flushed.add(path);
    };
    const disk: Disk = { ...nodeDisk, flushDirectory };
    try {
      const place = join(above, 'one', 'two', 'site');
      const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite, disk });
      await backend.close();
      const named = [place, ...['.', 'one', 'one/two'].map((path) => join(above, path))];
      expect([...flushed].sort()).toEqual(named.sort());
    } finally {
      await rm(above, { recursive: true });
    }
  });
});

describe('a site that is made and cannot be opened', () => {
  /** Calls `before` whenever one of its files is about to be opened to be used. */
  const watched = (before: (path: string) => Promise<void>): Disk => ({
    ...nodeDisk,
    async open(path, mode) {
      if (mode === 'write') await before(path);
      return nodeDisk.open(path, mode);
    },
  });

  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'creating-'));
  });
  afterEach(() => rm(place, { recursive: true }));

  const codeOfMaking = (disk: Disk) =>
    codeOf(createSite(place, blankHeader, { maxBlocksPerWrite, disk }));

  async function hasWhatAnotherStored(): Promise<void> {
    const { backend, entries } = await openSite(place);
    expect(entries).toEqual([writeOf(1).entry]);
    await backend.close();
  }

  it('leaves no file behind, and is made by the next try', async () => {
    const disk = watched(async (path) => {
      if (path.endsWith('volume-1')) throw fault('EMFILE', path);
    });
    expect(await codeOfMaking(disk)).toBe('io');
    expect(await readdir(place)).toEqual([]);
    const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite });
    await backend.close();
  });

  it('since another has opened it at once, stays as it is', async () => {
    const others: Backend[] = [];
    const disk = watched(async (path) => {
      if (others.length > 0 || !path.endsWith('header')) return;
      others.push((await openSite(place)).backend);
    });
    expect(await codeOfMaking(disk)).toBe('locked');
    await others[0]!.store([writeOf(1)], 0);
    await others[0]!.close();
    await hasWhatAnotherStored();
  });

  it('since another has opened, used and closed it at once, stays as it is', async () => {
    let isUsed = false;
    const disk = watched(async (path) => {
      if (path.endsWith('volume-1')) throw fault('EMFILE', path);
      if (isUsed || !path.endsWith('header')) return;
      isUsed = true;
      const { backend } = await openSite(place);
      await backend.store([writeOf(1)], 0);
      await backend.close();
    });
    expect(await codeOfMaking(disk)).toBe('io');
    await hasWhatAnotherStored();
  });
});

it('the names of all files of a site are durable before its header has one', async () => {
  const above = await mkdtemp(join(tmpdir(), 'creating-'));
  const flushed = new Set<string>();
  let before: string[] = [];
  const disk: Disk = {
    ...nodeDisk,
    async flushDirectory(path) {
      await nodeDisk.flushDirectory(path);
      flushed.add(path);
    },
    rename(from, to) {
      before = [...flushed];
      return nodeDisk.rename(from, to);
    },
  };
  try {
    const folders = ['a', 'b', 'c', 'd'].map((name) => join(above, name));
    for (const folder of folders) await nodeDisk.makeDirectory(folder);
    const [header, sidefile, volume, stage] = folders.map((folder) => join(folder, 'file'));
    const volumes = blankHeader.identity.volumes.map((_, number) => `${volume}-${number}`);
    const site = { header: header!, sidefile: sidefile!, volumes, stage: stage! };
    const { backend } = await createSite(site, blankHeader, { maxBlocksPerWrite, disk });
    await backend.close();
    expect(before).toEqual(expect.arrayContaining(folders));
  } finally {
    await rm(above, { recursive: true });
  }
});

describe('a site on block devices', () => {
  it('is made over whatever was there, survives a loss of power, and is refused a second time', async () => {
    const disk = Devices.used();
    const first = await createSite(devices, blankHeader, { maxBlocksPerWrite, disk });
    expect(await first.backend.read(0, allBlocks)).toEqual(imageOf([], 0));
    const writes = [1, 2, 3].map((sequence) => writeOf(sequence));
    await first.backend.store(writes, 3);
    await first.backend.apply(entriesOf(writes));
    await first.backend.flush();
    disk.disk.crash(() => () => false);
    const { backend, entries } = await openSite(devices, { disk });
    expect(entries).toEqual(entriesOf(writes));
    expect(await backend.read(0, allBlocks)).toEqual(imageOf(writes, 3));
    await backend.close();
    const again = createSite(devices, blankHeader, { maxBlocksPerWrite, disk });
    expect(await codeOf(again)).toBe('exists');
  });

  it('that is made and cannot be opened is no site any more: the next try makes it', async () => {
    const disk = Devices.used();
    let isBroken = true;
    const open = disk.open.bind(disk);
    disk.open = async (path, mode) => {
      if (isBroken && mode === 'write' && path === '/dev/volume-1') throw fault('EIO', path);
      return open(path, mode);
    };
    const made = createSite(devices, blankHeader, { maxBlocksPerWrite, disk });
    expect(await codeOf(made)).toBe('io');
    isBroken = false;
    expect(await codeOf(openSite(devices, { disk }))).toBe('not-a-site');
    await createSite(devices, blankHeader, { maxBlocksPerWrite, disk });
  });

  it('is told that a device is too small', async () => {
    const disk = Devices.used(32 * 1024);
    const made = createSite(devices, blankHeader, { maxBlocksPerWrite, disk });
    expect(await codeOf(made)).toBe('full');
  });

  it('is told that a device is too small for a volume, before anything is made of it', async () => {
    const disk = Devices.used();
    const open = disk.open.bind(disk);
    disk.open = async (path, mode) => {
      const file = await open(path, mode);
      return path === '/dev/volume-1' ? { ...file, size: async () => 8192 } : file;
    };
    const made = createSite(devices, blankHeader, { maxBlocksPerWrite, disk });
    await expect(made).rejects.toMatchObject({
      code: 'full',
      message: expect.stringMatching(/^\/dev\/volume-1 has 8192 bytes, \d+ are needed$/),
    });
  });

  it.each(paths)(
    'is refused with a read-only device at %s, before anything is changed',
    async (path) => {
      const disk = Devices.used();
      const open = disk.open.bind(disk);
      let isReadOnly = true;
      disk.open = async (name, mode) => {
        const file = await open(name, mode);
        const write = async () => {
          throw fault('EPERM', name);
        };
        return isReadOnly && name === path ? { ...file, write } : file;
      };
      const refusal = {
        code: 'read-only',
        message: `${path} is read-only here (EPERM): a site needs to write there`,
      };
      const contents = () =>
        Promise.all(
          paths.map(async (name) => crc32(await (await open(name, 'read')).read(0, soiledBytes))),
        );
      const before = await contents();
      const made = createSite(devices, blankHeader, { maxBlocksPerWrite, disk });
      await expect(made).rejects.toMatchObject(refusal);
      expect(await contents()).toEqual(before);
      isReadOnly = false;
      const { backend } = await createSite(devices, blankHeader, { maxBlocksPerWrite, disk });
      await backend.close();
      isReadOnly = true;
      await expect(openSite(devices, { disk })).rejects.toMatchObject(refusal);
    },
  );

  it('is refused with files beside the device: none of them is left behind', async () => {
    const place = await mkdtemp(join(tmpdir(), 'sidefile-'));
    const [header, volume, stage] = ['header', 'volume', 'stage'].map((name) => join(place, name));
    const sidefile = '/dev/sidefile';
    const used = Devices.used();
    const ofDevice = { device: true, write: () => Promise.reject(fault('EPERM', sidefile)) };
    const disk: Disk = {
      ...nodeDisk,
      kindOf: async (path) => (path === sidefile ? 'device' : nodeDisk.kindOf(path)),
      open: async (path, mode) =>
        path === sidefile
          ? { ...(await used.open(path, mode)), ...ofDevice }
          : nodeDisk.open(path, mode),
    };
    const files = { header: header!, sidefile, volumes: [volume!, `${volume}-1`], stage: stage! };
    const made = createSite(files, blankHeader, { maxBlocksPerWrite, disk });
    expect(await codeOf(made)).toBe('read-only');
    expect(await readdir(place)).toEqual([]);
    await rm(place, { recursive: true });
  });

  it('is made again where both copies of its label are damaged', async () => {
    const disk = Devices.used();
    const { backend } = await createSite(devices, blankHeader, { maxBlocksPerWrite, disk });
    await backend.close();
    for (const offset of [100, 8192 + 100]) disk.disk.rot('/dev/header', offset);
    expect(await codeOf(openSite(devices, { disk }))).toBe('header-unreadable');
    await createSite(devices, blankHeader, { maxBlocksPerWrite, disk });
  });
});

/** Makes a site, and loses power at many of its points: it is a whole site, or can be made again. */
async function crashesWhileMaking(place: string | SitePaths, disk: Disk, faulty: FaultyDisk) {
  const before = faulty.copy();
  const events: DiskEvent[] = [];
  faulty.recording = events;
  await createSite(place, blankHeader, { maxBlocksPerWrite, disk });
  faulty.recording = null;
  const outcomes = { whole: 0, again: 0 };
  let number = 0;
  for (const point of crashPoints(before, thinned(events))) {
    if (number++ % 23 !== 0) continue;
    const crashed = disk instanceof Devices ? new Devices(point.disk) : point.disk;
    let found = await openSite(place, { disk: crashed }).catch(() => null);
    if (found) outcomes.whole++;
    else {
      outcomes.again++;
      found = await createSite(place, blankHeader, { maxBlocksPerWrite, disk: crashed });
    }
    expect(found.header, point.title).toEqual(blankHeader);
    expect(found.entries, point.title).toEqual([]);
    expect(await found.backend.read(0, allBlocks), point.title).toEqual(imageOf([], 0));
  }
  return outcomes;
}

/** Large writes of zeroes torn at each sector would only repeat themselves: they stay whole. */
const thinned = (events: readonly DiskEvent[]): DiskEvent[] =>
  events.flatMap((event): DiskEvent[] => {
    if (event.kind !== 'write' || event.bytes.length <= 8192) return [event];
    const half = Math.floor(event.bytes.length / 1024) * 512;
    const { file, offset, bytes } = event;
    return [
      { kind: 'write', file, offset, bytes: bytes.subarray(0, half) },
      { kind: 'write', file, offset: offset + half, bytes: bytes.subarray(half) },
    ];
  });

/** Where so many bytes are free; keeps where something was written. */
function roomy(room: () => Promise<number>) {
  const written = new Set<string>();
  const disk: Disk = {
    ...nodeDisk,
    async open(path, mode) {
      const file = await nodeDisk.open(path, mode);
      const write = file.write.bind(file);
      return Object.assign(file, {
        room,
        write(offset: number, parts: readonly Uint8Array[]) {
          written.add(path);
          return write(offset, parts);
        },
      });
    },
  };
  return { disk, written };
}

describe('a site for which there is no room', () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'sidefile-room-'));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  it('is refused before it fills the disk, and leaves nothing', async () => {
    const { disk, written } = roomy(async () => 1000);
    const made = createSite(place, blankHeader, { maxBlocksPerWrite, disk });
    await expect(made).rejects.toMatchObject({
      code: 'full',
      message: expect.stringMatching(/sidefile needs \d+ bytes, 1000 are free$/),
    });
    expect([[...written], await readdir(place)]).toEqual([[], []]);
  });

  it('is tried where nobody knows how much there is', async () => {
    const { disk } = roomy(async () => {
      throw new Error('no such call');
    });
    const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite, disk });
    await backend.close();
  });

  it('is known by what the system says', async () => {
    const file = await nodeDisk.open(join(place, 'file'), 'create');
    expect(await file.room!()).toBeGreaterThan(0);
    await file.close();
  });
});

describe('a loss of power while a site is made', () => {
  it('in a directory leaves a whole site or none', async () => {
    const disk = new FaultyDisk();
    const { whole, again } = await crashesWhileMaking('/site', disk, disk);
    expect(whole).toBeGreaterThan(0);
    expect(again).toBeGreaterThan(5);
  });

  it('on devices leaves a whole site or none', async () => {
    const disk = Devices.used();
    const { whole, again } = await crashesWhileMaking(devices, disk, disk.disk);
    expect(whole).toBeGreaterThan(0);
    expect(again).toBeGreaterThan(5);
  });
});
