import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { cp, open, readdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Disk } from '../../src/backend/disk.ts';
import { fault } from '../../src/backend/faults.ts';
import { createSite, inspectSite, openSite, ringBytesFor } from '../../src/backend/file.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import type { BackendError } from '../../src/backend/port.ts';
import { blankHeader, blockBytes, codeOf, maxBlocksPerWrite, writeOf } from './small-site.ts';

/** A user who is not root, and may write where he may not by its mode. */
const asAnother = [
  'setpriv --reuid 65534 --regid 65534 --clear-groups',
  '--inh-caps +dac_override --ambient-caps +dac_override',
].flatMap((words) => words.split(' '));

let directory: string;
let place: string;

async function refusalOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: BackendError) => `${error.code}: ${error.message.replaceAll(directory, '')}`,
  );
}

async function change(name: string, offset: number, bytes: number[]): Promise<void> {
  const file = await open(join(place, name), 'r+');
  await file.write(Uint8Array.from(bytes), 0, bytes.length, offset);
  await file.close();
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
  place = join(directory, 'site');
  const { backend } = await createSite(place, blankHeader, { maxBlocksPerWrite });
  await backend.store([writeOf(1)], 1);
  await backend.close();
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a place that is refused says which and what to do', () => {
  it('a second site at one place', async () => {
    const second = createSite(place, blankHeader, { maxBlocksPerWrite });
    expect(await refusalOf(second)).toBe(
      'exists: /site/header is site 1 of arrangement harbour already',
    );
  });

  it.each(['header', 'sidefile', 'stage', 'volume-0'])(
    'a pipe in the place of %s is waited for by nobody',
    async (name) => {
      rmSync(join(place, name));
      execFileSync('mkfifo', [join(place, name)]);
      expect(await refusalOf(openSite(place))).toMatch(
        new RegExp(`^(io|not-a-site): .*/site/${name}`),
      );
    },
  );

  it('a folder that the system does not allow to be made', async () => {
    const refused = createSite('/proc/sidefile/site', blankHeader, { maxBlocksPerWrite });
    expect(await refusalOf(refused)).toMatch(/^io: .*\/proc\/sidefile/);
  });

  it('nothing there, a foreign file, an empty file', async () => {
    const missing = openSite(join(directory, 'nowhere'));
    expect(await refusalOf(missing)).toBe('not-a-site: /nowhere/header does not exist');
    for (const content of ['', 'my diary'.repeat(9999)]) {
      writeFileSync(join(place, 'header'), content);
      expect(await refusalOf(openSite(place))).toBe(
        'not-a-site: /site/header is not a file of a site: create the site first',
      );
    }
  });

  it.each(['EROFS', 'EACCES', 'EPERM'])('a file that may not be written to (%s)', async (code) => {
    for (const name of ['header', 'sidefile', 'volume-1', 'stage']) {
      const path = join(place, name);
      const open: Disk['open'] = (opened, mode) =>
        opened === path && mode !== 'read'
          ? Promise.reject(fault(code, opened))
          : nodeDisk.open(opened, mode);
      expect(await refusalOf(openSite(place, { disk: { ...nodeDisk, open } }))).toBe(
        `read-only: /site/${name} is read-only here (${code}): a site needs to write there`,
      );
    }
    await (await openSite(place)).backend.close();
  });

  it('a folder in which nothing may be made or renamed', async () => {
    const mayChange = async () => false;
    expect(await refusalOf(openSite(place, { disk: { ...nodeDisk, mayChange } }))).toBe(
      'read-only: /site is read-only here: a header that grows needs its folder',
    );
  });

  it.skipIf(spawnSync(asAnother[0]!, [...asAnother.slice(1), 'true']).status !== 0)(
    'but not a folder of root for another user with the capability to write there',
    async () => {
      const loader = import.meta.resolve('tsx');
      const holder = spawn(
        asAnother[0]!,
        [
          ...asAnother.slice(1),
          process.execPath,
          '--import',
          loader,
          join(import.meta.dirname, 'hold-a-site.ts'),
          place,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const ended = once(holder, 'exit');
      const told = once(holder.stdout, 'data').then(String);
      expect(await Promise.race([told, ended.then(() => 'ended')])).toBe('1\n');
      holder.kill('SIGKILL');
      await ended;
      expect(await readdir(place)).toEqual(['header', 'sidefile', 'stage', 'volume-0', 'volume-1']);
    },
  );

  it('F45: another arrangement, another site', async () => {
    expect(await refusalOf(openSite(place, { arrangement: 'mill' }))).toBe(
      'other-arrangement: /site/header is site 1 of arrangement harbour, wanted was site 1 of arrangement mill',
    );
    expect(await codeOf(openSite(place, { site: 2 }))).toBe('other-arrangement');
    await (await openSite(place, { arrangement: 'harbour', site: 1 })).backend.close();
  });

  it('another format version', async () => {
    for (const offset of [8, 8192 + 8]) await change('header', offset, [9]);
    expect(await refusalOf(openSite(place))).toBe(
      'format-version: /site/header has format version 9, this program reads 4: use the program that wrote it',
    );
  });

  it('a label with one bad copy is mended, with two it is refused', async () => {
    await change('header', 100, [0]);
    await (await openSite(place)).backend.close();
    await change('header', 8192 + 100, [0]);
    await (await openSite(place)).backend.close();
    for (const offset of [100, 8192 + 100]) await change('header', offset, [0]);
    expect(await codeOf(openSite(place))).toBe('header-unreadable');
  });

  it('a file cut short, and a file that is missing', async () => {
    truncateSync(join(place, 'sidefile'), 20_000);
    expect(await refusalOf(openSite(place))).toMatch(
      /^not-a-site: \/site\/sidefile has 20000 of its \d+ bytes, it was truncated: create/,
    );
    await rename(join(place, 'volume-1'), join(place, 'volume-x'));
    rmSync(join(place, 'stage'));
    expect(await codeOf(openSite(place))).toBe('not-a-site');
  });

  it('volumes exchanged, a volume of another site', async () => {
    await rename(join(place, 'volume-0'), join(place, 'swap'));
    await rename(join(place, 'volume-1'), join(place, 'volume-0'));
    await rename(join(place, 'swap'), join(place, 'volume-1'));
    expect(await refusalOf(openSite(place))).toMatch(
      /^other-arrangement: \/site\/volume-0 \(volume 1\) is of another file of site 1/,
    );
    const other = { ...blankHeader, identity: { ...blankHeader.identity, site: 2 as const } };
    const neighbour = await createSite(join(directory, 'two'), other, { maxBlocksPerWrite });
    await neighbour.backend.close();
    await cp(join(directory, 'two', 'volume-0'), join(place, 'volume-0'));
    expect(await refusalOf(openSite(place))).toMatch(
      /^other-arrangement: \/site\/volume-0 is of site 2 of arrangement harbour, the header of site 1/,
    );
  });

  it.each(['header', 'sidefile', 'stage', 'volume-1'])(
    'F45: a %s of another site, of another creation of this one',
    async (name) => {
      const other = { ...blankHeader, identity: { ...blankHeader.identity, site: 2 as const } };
      const again = { ...blankHeader, incarnation: 99 };
      for (const [header, told] of [
        [other, /is of site [12] of arrangement harbour, the header of site [12] of arrangement/],
        [again, /is of another creation of site 1 of arrangement harbour: put the right file/],
      ] as const) {
        const neighbour = join(directory, `neighbour-${header.incarnation}`);
        await (await createSite(neighbour, header, { maxBlocksPerWrite })).backend.close();
        await cp(join(place, name), join(directory, 'own'));
        await cp(join(neighbour, name), join(place, name));
        expect(await refusalOf(openSite(place))).toMatch(told);
        await cp(join(directory, 'own'), join(place, name));
      }
      await (await openSite(place)).backend.close();
    },
  );

  it('F45: an older copy of the header, an older copy of a volume', async () => {
    await cp(join(place, 'header'), join(directory, 'old-header'));
    await cp(join(place, 'volume-0'), join(directory, 'old-volume'));
    const { backend } = await openSite(place);
    await backend.apply([writeOf(1).entry]);
    await backend.flush();
    await backend.persist({ ...blankHeader, committed: 1, settled: 1 });
    await backend.store([writeOf(2)], 1);
    await backend.close();
    await cp(join(place, 'header'), join(directory, 'new-header'));
    await cp(join(directory, 'old-header'), join(place, 'header'));
    expect(await refusalOf(openSite(place))).toMatch(/^header-unreadable: .* is an older copy or/);
    await cp(join(directory, 'new-header'), join(place, 'header'));
    await cp(join(directory, 'old-volume'), join(place, 'volume-0'));
    expect(await refusalOf(openSite(place))).toMatch(
      /^not-a-site: \/site\/volume-0 is an older copy/,
    );
  });

  it('sizes that cannot work', async () => {
    const at = join(directory, 'new');
    const make = (options: object) => refusalOf(createSite(at, blankHeader, options));
    expect(await make({ ringBytes: 4096 })).toMatch(/^range: ringBytes 4096 must be .* at least/);
    expect(await make({ capacityLimit: 2 })).toBe(
      'range: capacity 4 is above the limit 2 of this site',
    );
    const odd = { ...blankHeader, identity: { ...blankHeader.identity, blockBytes: 700 } };
    expect(await codeOf(createSite(at, odd))).toBe('range');
    expect(ringBytesFor(4, 2, blockBytes) % 512).toBe(0);
  });
});

describe('a place of explicit paths', () => {
  it('works like a directory, and a site can be looked at while it is open', async () => {
    const paths = {
      header: join(directory, 'h'),
      sidefile: join(directory, 's'),
      volumes: [join(directory, 'v'), join(directory, 'w')],
      stage: join(directory, 't'),
    };
    const { backend } = await createSite(paths, blankHeader, { maxBlocksPerWrite });
    await backend.store([writeOf(1), writeOf(3)], 0);
    const seen = await inspectSite(paths);
    expect([seen.header, seen.entries]).toEqual([blankHeader, 2]);
    expect(await codeOf(openSite(paths))).toBe('locked');
    await backend.close();
    const found = await openSite(paths);
    expect(found.entries.map(({ sequence }) => sequence)).toEqual([1, 3]);
    await found.backend.close();
  });
});
