import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Disk } from '../../src/backend/disk.ts';
import { fault } from '../../src/backend/faults.ts';
import { openSite, type SitePaths } from '../../src/backend/file.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { createArrangement, openArrangement } from '../../src/runtime/arrangement.ts';
import type { Storage } from '../../src/runtime/arrangement-options.ts';
import { writeOf } from '../backend/small-site.ts';
import { blocksOf } from './on-fake-time.ts';
import { smallOn } from './on-files.ts';

/** An arrangement that cannot be made: nothing of it is held, and the next try finds the place as it was. */

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const optionsOn = (disk?: Disk, storage: Storage = { directory }) => smallOn(storage, disk);

const refusalOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    ({ code, message }) => `${code}: ${message}`.replaceAll(directory, ''),
  );

/** Counts the files that are open, and calls `before` whenever one is about to be. */
function counted(before: (path: string, mode: string) => Promise<void> = async () => {}) {
  const open = new Set<string>();
  const disk: Disk = {
    ...nodeDisk,
    async open(path, mode) {
      await before(path, mode);
      const file = await nodeDisk.open(path, mode);
      const close = file.close.bind(file);
      const name = `${path} ${open.size}`;
      open.add(name);
      return Object.assign(file, {
        close() {
          open.delete(name);
          return close();
        },
      });
    },
  };
  return { disk, open };
}

/** Calls `act` when a site that was made is opened once more, to run. */
function whenStarted(name: string, act: () => Promise<void>) {
  let opened = 0;
  return counted(async (path, mode) => {
    if (path.endsWith(name) && mode === 'write' && ++opened === 2) await act();
  });
}

const files = () =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());

describe('an arrangement whose last site is made and cannot be started', () => {
  it('is rejected, leaves nothing open and no file behind, and is made by the next try', async () => {
    const { disk, open } = whenStarted('site-2/volume-0', async () => {
      throw fault('EMFILE', 'volume-0');
    });
    expect(await refusalOf(createArrangement(optionsOn(disk)))).toMatch(/^io: opening .*volume-0/);
    expect([...open]).toEqual([]);
    expect(files()).toEqual([]);
    await (await createArrangement(optionsOn(disk))).close();
    expect([...open]).toEqual([]);
  });

  it('since whoever observes it throws: the same', async () => {
    const { disk, open } = counted();
    const observe = (site: number) => {
      if (site === 1) throw new Error('what I look at is not there');
    };
    const made = createArrangement({ ...optionsOn(disk), observe });
    expect(await refusalOf(made)).toBe('undefined: what I look at is not there');
    expect([...open]).toEqual([]);
    expect(files()).toEqual([]);
    await (await createArrangement(optionsOn(disk))).close();
  });

  it('takes no site away in which another stored something meanwhile, and the next try says what to do', async () => {
    const site = join(directory, 'site-2');
    const { disk } = whenStarted('site-2/header', async () => {
      const { backend } = await openSite(site);
      await backend.store([writeOf(1)], 0);
      await backend.close();
      throw fault('EMFILE', 'header');
    });
    expect(await refusalOf(createArrangement(optionsOn(disk)))).toMatch(/^io: opening .*header/);
    const { backend, entries } = await openSite(site);
    await backend.close();
    expect(entries).toEqual([writeOf(1).entry]);
    expect(await refusalOf(createArrangement(optionsOn()))).toMatch(
      /^exists: .site-2 is a site of arrangement \w+ already: open that, or move its files away$/,
    );
  });
});

/** What is thrown where nobody but the process hears of it, while this lasts. */
async function uncaughtIn(act: () => Promise<void>): Promise<unknown[]> {
  const heard: unknown[] = [];
  const hear = (error: unknown) => void heard.push(error);
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', hear);
  try {
    await act();
  } finally {
    process.off('uncaughtException', hear);
    for (const other of others) process.on('uncaughtException', other);
  }
  return heard;
}

it('a site whose observer throws later ends, with nothing half done, and starts again with all it acknowledged', async () => {
  let throwing = false;
  const observe = (site: number) => {
    if (throwing && site === 0) throw new Error('what I look at is not there');
  };
  const sites = await createArrangement({ ...optionsOn(), observe });
  await sites.write(0, 0, blocksOf(7, 1));
  const heard = await uncaughtIn(async () => {
    throwing = true;
    const late = sites.write(0, 1, blocksOf(8, 1)).catch(() => {});
    while (sites.loopOf(0) !== null) await new Promise((resume) => setTimeout(resume, 5));
    throwing = false;
    await late;
  });
  expect(heard).toEqual([new Error('what I look at is not there')]);
  const { event } = sites.timeline().find((one) => one.event.kind === 'stoppedItself')!;
  expect(event).toMatchObject({ reason: 'fault', cause: 'what I look at is not there' });
  await sites.start(0);
  expect(await sites.read(0, 0, 1)).toEqual(blocksOf(7, 1));
  await sites.close();
});

describe('an arrangement on paths that are named one by one', () => {
  const pathsOf = (site: number): SitePaths => ({
    header: join(directory, 'fast', `header-${site}`),
    sidefile: join(directory, 'fast', `sidefile-${site}`),
    volumes: [join(directory, 'large', `volume-${site}`)],
    stage: join(directory, 'large', `stage-${site}`),
    exports: join(directory, `exports-${site}`),
  });
  /** The first site in such files, and the others each in a directory; `change` is for the first. */
  const storage = (change: Partial<SitePaths> = {}): Storage => ({
    sites: [{ ...pathsOf(0), ...change }, pathsOf(1), join(directory, 'far')],
  });
  const making = (change: Partial<SitePaths>) =>
    refusalOf(createArrangement(optionsOn(nodeDisk, storage(change))).then((made) => made.close()));

  beforeEach(() => {
    for (const folder of ['fast', 'large']) mkdirSync(join(directory, folder));
  });

  it('writes to these and to no others, is opened there again, and is not made twice', async () => {
    const options = optionsOn(nodeDisk, storage());
    const sites = await createArrangement(options);
    await sites.write(0, 3, blocksOf(1, 4));
    await sites.close();
    expect(readdirSync(directory).sort()).toEqual(['far', 'fast', 'large']);
    expect(readdirSync(join(directory, 'fast'))).toEqual([
      'header-0',
      'header-1',
      'sidefile-0',
      'sidefile-1',
    ]);
    expect(await refusalOf(createArrangement(options))).toMatch(
      /^exists: .fast.header-0 is a site of arrangement \w+ already/,
    );
    const again = await openArrangement(options);
    expect(await again.read(0, 3, 4)).toEqual(blocksOf(1, 4));
    await again.close();
  });

  it('is told which of its files is in the place of the header', async () => {
    await (await createArrangement(optionsOn(nodeDisk, storage()))).close();
    const { header, volumes } = pathsOf(0);
    const mixed = storage({ header: volumes[0]!, volumes: [header] });
    const told =
      /^not-a-site: .large.volume-0 is the volume of site 0 of arrangement \w+, not its header$/;
    expect(await refusalOf(openArrangement(optionsOn(nodeDisk, mixed)))).toMatch(told);
    expect(await refusalOf(createArrangement(optionsOn(nodeDisk, mixed)))).toMatch(/^exists: /);
  });

  it('exports to the folder that is named for it', async () => {
    const sites = await createArrangement(optionsOn(nodeDisk, storage()));
    for (let block = 0; block < 4; block++) await sites.write(0, block, blocksOf(block, 1));
    const { through } = await sites.exportSuffix(0, 1);
    expect(through).toBe(4);
    expect(readdirSync(join(directory, 'exports-0'))).toHaveLength(1);
    await sites.close();
  });

  it('exports beside a file of an earlier export that is damaged, and says which one that is', async () => {
    const sites = await createArrangement(optionsOn(nodeDisk, storage()));
    for (let block = 0; block < 4; block++) await sites.write(0, block, blocksOf(block, 1));
    await sites.exportSuffix(0, 1);
    const [damaged] = readdirSync(join(directory, 'exports-0'));
    writeFileSync(join(directory, 'exports-0', damaged!), 'no suffix any more');
    const { above, through } = await sites.exportSuffix(0, 2);
    expect([above, through]).toEqual([2, 4]);
    expect(await refusalOf(sites.suffixes(0))).toContain(`rot: /exports-0/${damaged}, line 1`);
    await sites.close();
  });

  it.each<[what: string, change: () => object, told: RegExp]>([
    [
      'two that are one',
      () => ({ stage: `${pathsOf(0).sidefile.replace('fast', 'large/../fast')}` }),
      /^refused: storage: .fast.sidefile-0 is the sidefile of site 0 and the stage of site 0$/,
    ],
    [
      'one of another site',
      () => ({ volumes: pathsOf(1).volumes }),
      /^refused: storage: .large.volume-1 is the volume 0 of site 0 and the volume 0 of site 1$/,
    ],
    [
      'one in the directory of another site',
      () => ({ sidefile: join(directory, 'far', 'header') }),
      /^refused: storage: .far.header is the sidefile of site 0 and the header of site 2$/,
    ],
    [
      'the folder of exports of another site',
      () => ({ exports: pathsOf(1).exports }),
      /^refused: storage: .exports-1 is the folder of exports of site 0 and the folder/,
    ],
    [
      'the file that the header is made in',
      () => ({ sidefile: `${pathsOf(0).header}.new` }),
      /^refused: storage: .fast.header-0.new is the header while it is made of site 0 and the sidefile/,
    ],
    [
      'a relative one',
      () => ({ stage: 'stage' }),
      /^refused: an arrangement with storage .*: site 0 with stage "stage": no absolute path$/,
    ],
    ['one that is none', () => ({ header: 5 }), /^refused: .*: site 0 with header 5: no path$/],
    [
      'too few volumes',
      () => ({ volumes: [] }),
      /^refused: storage: site 0 names 0 paths for 1 volumes$/,
    ],
    ['no volumes', () => ({ volumes: null }), /^refused: .*: site 0 with volumes null: no list/],
    [
      'one too many',
      () => ({ ring: '/ring' }),
      /^refused: .*: site 0 with ring: known are header, sidefile, stage, volumes, exports$/,
    ],
    [
      'a folder that is not there',
      () => ({ volumes: [join(directory, 'nowhere', 'volume')] }),
      /^io: .nowhere.volume cannot be made: there is no folder for it$/,
    ],
    [
      'a folder',
      () => ({ volumes: [join(directory, 'large')] }),
      /^exists: .large is a folder: name a file, or move it away$/,
    ],
    [
      'a folder for its header',
      () => ({ header: join(directory, 'large') }),
      /^io: reading .* of .large: EISDIR$/,
    ],
    [
      'what lies below a file',
      () => ({ sidefile: '/dev/null/sidefile' }),
      /^io: .* .dev.null.sidefile: ENOTDIR$/,
    ],
    [
      'a header below a file',
      () => ({ header: '/dev/null/header' }),
      /^io: .* .dev.null.header: ENOTDIR$/,
    ],
    ['what takes no file', () => ({ stage: '/proc/version' }), /^(exists|io): .*.proc.version/],
    [
      'a device for its header and no folder for exports',
      () => ({ header: '/dev/null', exports: undefined }),
      /^refused: .dev.null is a device: name a folder for what the site exports, by `exports`$/,
    ],
  ])('is refused: %s, and nothing stays', async (_, change, told) => {
    expect(await making(change())).toMatch(told);
    expect(files()).toEqual([]);
    expect(await making({})).toBe('done');
  });

  it('is refused where two names are one file: what is written there is found to be of another', async () => {
    symlinkSync(pathsOf(0).volumes[0]!, pathsOf(0).stage);
    expect(await making({})).toMatch(
      /^other-arrangement: .large.volume-0 \(stage 0\) is of another/,
    );
    expect(files()).toEqual([]);
  });
});
