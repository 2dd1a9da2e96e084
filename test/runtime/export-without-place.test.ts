import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Disk } from '../../src/backend/disk.ts';
import {
  type Arrangement,
  createArrangement,
  openArrangement,
} from '../../src/runtime/arrangement.ts';
import { blocksOf } from './on-fake-time.ts';
import { type Breaks, breakable, smallOn } from './on-files.ts';

/** Exports on real files, whose folder has no room, may not be written, or takes its time (decision 50). */

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Only folders of exports break. */
const breakingExports = (breaks: Breaks): Disk =>
  breakable((operation, path) => (path.includes('/exports') ? breaks(operation, path) : null));

const optionsOn = (disk: Disk) => smallOn({ directory }, disk);

const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 1000) throw new Error('it never holds');
    await new Promise((goOn) => setTimeout(goOn, 10));
  }
};

async function written(disk: Disk, count: number): Promise<Arrangement> {
  const sites = await createArrangement(optionsOn(disk));
  for (let block = 0; block < count; block++) await sites.write(0, block, blocksOf(block + 1, 1));
  await until(() => sites.status().level);
  return sites;
}

/** Copies are written once `goOn` is called. */
async function writtenWithSlowCopies(count: number) {
  let goOn = () => {};
  const waits = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const disk = breakingExports((operation) => (operation === 'write' ? waits : null));
  return { sites: await written(disk, count), goOn };
}

const exportsOf = (site: number): string[] => {
  const folder = join(directory, `site-${site}`, 'exports');
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const kindsOf = (sites: Arrangement, at: number): string[] =>
  sites.timeline().flatMap(({ site, event }) => (site === at ? [event.kind] : []));

describe('an operator’s export that has no place is refused, and its site goes on', () => {
  it.each([
    ['no space is left', 'write', 'ENOSPC', /: no space is left; make room there; then/],
    ['the quota is used up', 'write', 'EDQUOT', /\(EDQUOT\).*; make room there; then/],
    ['the file would be too large', 'write', 'EFBIG', /\(EFBIG\).*ulimit -f.*; make room there/],
    ['a write ends early', 'write', 'short', /only 1 of \d+ bytes.*; make room there; then/],
    ['no space is left at the flush', 'flush', 'ENOSPC', /could not be flushed.*; make room there/],
    ['no space is left for its name', 'rename', 'ENOSPC', /renaming .*; make room there/],
    ['no space is left for its folder', 'making', 'ENOSPC', /making .*; make room there/],
    ['its folder may not be made', 'making', 'EACCES', /EACCES; let the site write there/],
    ['a file is where its folder is to be', 'making', 'EEXIST', /let a folder be there/],
  ] as const)('%s', async (_, operation, how, sentence) => {
    let isBroken = true;
    const disk = breakingExports((one) => (isBroken && one === operation ? how : null));
    const sites = await written(disk, 4);
    for (const site of [0, 1] as const) {
      const refusal = await sites.exportSuffix(site, 1).catch((error) => error);
      expect(refusal).toMatchObject({ name: 'HostError', code: 'no-place' });
      expect(refusal.message).toMatch(sentence);
      expect(refusal.message).toMatch(/exports\/suffix-\d+-0{11}2-0{11}4\.ndjson was not kept: /);
      expect(exportsOf(site)).toEqual([]);
      expect(kindsOf(sites, site)).toContain('exportRefused');
      expect(kindsOf(sites, site)).not.toContain('stoppedItself');
    }
    await sites.write(0, 9, blocksOf(9, 1));
    await until(() => sites.status().level);
    isBroken = false;
    const { through, missing, writes } = await sites.exportSuffix(1, 1);
    expect([through, missing, writes.length]).toEqual([5, [], 4]);
    await sites.close();
  });

  it('one that was kept before stays as it was', async () => {
    let isBroken = false;
    const sites = await written(
      breakingExports(() => (isBroken ? 'ENOSPC' : null)),
      3,
    );
    await sites.exportSuffix(0, 1);
    const before = [exportsOf(0), await sites.suffixes(0)];
    isBroken = true;
    const again = await sites.exportSuffix(0, 1).catch(({ code }) => code);
    expect(again).toBe('no-place');
    expect([exportsOf(0), await sites.suffixes(0)]).toEqual(before);
    await sites.close();
  });

  it('but an error of the disk stops it, as anywhere', async () => {
    const disk = breakingExports((operation) => (operation === 'flush' ? 'EIO' : null));
    const sites = await written(disk, 3);
    const code = await sites.exportSuffix(1, 1).catch((error) => error.code);
    expect(code).toBe('stopped');
    expect(kindsOf(sites, 1)).toContain('stoppedItself');
    await sites.close();
  });
});

it('a slow copy keeps no header waiting: its site takes over meanwhile, and the copy has all that was asked for', async () => {
  const { sites, goOn } = await writtenWithSlowCopies(3);
  const copy = sites.exportSuffix(1, 0);
  await sites.crash(0);
  await sites.write(0, 9, blocksOf(9, 1));
  expect(sites.status().primary).toBe(1);
  goOn();
  const { above, through, missing } = await copy;
  expect([above, through, missing]).toEqual([0, 3, []]);
  await sites.close();
});

it('a slow copy loses nothing that would be retired meanwhile: hosts find the sidefile full until it ends', async () => {
  const { sites, goOn } = await writtenWithSlowCopies(6);
  const copy = sites.exportSuffix(0, 4);
  let done = 0;
  const late = Array.from({ length: 16 }, async (_, at) => {
    await sites.write(0, at, blocksOf(at, 1));
    done++;
  });
  await until(() => done > 3);
  await new Promise((later) => setTimeout(later, 300));
  expect(done).toBeLessThan(16);
  goOn();
  const { above, through, missing } = await copy;
  expect([above, through, missing]).toEqual([4, 6, []]);
  await Promise.all(late);
  await sites.close();
});

it('RECOVERY-30: what is cut and has no place stops its site, and is there afterwards', async () => {
  let isFull = true;
  const disk = breakingExports((operation) => (isFull && operation === 'write' ? 'ENOSPC' : null));
  const sites = await written(disk, 2);
  sites.network.part(0, 2);
  sites.network.part(1, 2);
  await sites.write(0, 5, blocksOf(5, 1));
  sites.resync(2, 0, sites.previewResync(2, 0).discards);
  sites.network.join(0, 2);
  sites.network.join(1, 2);
  await until(() => [0, 1].every((site) => kindsOf(sites, site).includes('stoppedItself')));
  const stops = sites.timeline().flatMap(({ event }) => ('cause' in event ? [event.cause] : []));
  for (const cause of stops) expect(cause).toMatch(/exports\/suffix.* was not kept: .*no space/);
  await sites.close();
  isFull = false;
  const again = await openArrangement(optionsOn(disk));
  await until(() => again.status().sites.every((site) => site !== null));
  expect(exportsOf(0)).toEqual([]);
  expect((await again.exportSuffix(0, 2)).writes).toHaveLength(1);
  await again.close();
});
