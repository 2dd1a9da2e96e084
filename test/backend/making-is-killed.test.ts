import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Disk } from '../../src/backend/disk.ts';
import { fault } from '../../src/backend/faults.ts';
import { createSite, openSite, type SitePaths } from '../../src/backend/file.ts';
import { nodeDisk } from '../../src/backend/node-disk.ts';
import { allBlocks, blankHeader, codeOf, imageOf, maxBlocksPerWrite } from './small-site.ts';

/** On real files, where a lock is one of the system: who makes a site is killed, or meets another who makes it. */

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sidefile-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const made = (place: string | SitePaths, disk: Disk = nodeDisk) =>
  createSite(place, blankHeader, { maxBlocksPerWrite, disk });

/** The system for a process that is killed before one of its calls: what it had open is closed, no call is made any more. */
function killedBefore(call: number) {
  let calls = 0;
  const counted =
    (act: (...words: unknown[]) => Promise<unknown>) =>
    async (...words: unknown[]) => {
      if (calls++ >= call) throw fault('EIO', 'nobody is there to call');
      return act(...words);
    };
  const guarded = (target: object): object =>
    new Proxy(target, {
      get(of, name) {
        const found = Reflect.get(of, name);
        if (typeof found !== 'function') return found;
        if (name === 'close') return found.bind(of);
        return counted(async (...words) => {
          const given = await found.apply(of, words);
          return name === 'open' ? guarded(given as object) : given;
        });
      },
    });
  return { disk: guarded(nodeDisk) as Disk, isOver: () => calls <= call };
}

it.each([
  ['in a directory', 0],
  ['on paths', 1],
])(
  'killed before any of its calls, it leaves a whole site or what the next try makes one of: %s',
  async (where, first) => {
    const outcomes = { whole: 0, again: 0 };
    for (let call = first; ; call += 2) {
      const place = join(directory, `${call}`);
      const paths = ['header', 'sidefile', 'one', 'two', 'stage'].map((name) => `${place}-${name}`);
      const [header, sidefile, one, two, stage] = paths as [string, string, string, string, string];
      const at = where === 'on paths' ? { header, sidefile, volumes: [one, two], stage } : place;
      const { disk, isOver } = killedBefore(call);
      const ended = await codeOf(made(at, disk).then(({ backend }) => backend.close()));
      const again = await codeOf(made(at).then(({ backend }) => backend.close()));
      if (again === 'exists') outcomes.whole++;
      else outcomes.again++;
      expect(['exists', 'resolved'], `killed before call ${call}`).toContain(again);
      const { backend, entries } = await openSite(at);
      expect(entries).toEqual([]);
      expect(Buffer.compare(await backend.read(0, allBlocks), imageOf([], 0))).toBe(0);
      await backend.close();
      if (isOver()) {
        expect(ended).toBe('resolved');
        break;
      }
      expect(ended).not.toBe('resolved');
    }
    expect(outcomes.whole).toBeGreaterThan(5);
    expect(outcomes.again).toBeGreaterThan(10);
  },
);

it('who comes late to a header that is being made is told so, when its maker has gone', async () => {
  const place = join(directory, 'site');
  let isFirst = true;
  const disk: Disk = {
    ...nodeDisk,
    async open(path, mode) {
      const file = await nodeDisk.open(path, mode);
      if (isFirst && path.endsWith('header.new')) {
        isFirst = false;
        const { backend } = await made(place);
        await backend.close();
      }
      return file;
    },
  };
  expect(await codeOf(made(place, disk))).toBe('locked');
  await (await openSite(place)).backend.close();
});
