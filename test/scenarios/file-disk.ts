import { noFaults, type Survival } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import type { Backend, Recovered } from '../../src/backend/port.ts';
import { type Random, seededRandom } from '../../src/runtime/random.ts';
import type { StoreLimits } from '../../src/runtime/site-store.ts';
import { GatedDisk } from './gated-disk.ts';
import { Gates } from './gates.ts';
import type { SiteDisk, Unflushed } from './site-disk.ts';

const directory = '/site';

/** The file backend on a simulated disk that loses, keeps or tears what was not flushed. */
export function fileDisk(limits: StoreLimits, seed: number): SiteDisk {
  const random: Random = seededRandom(seed);
  const gates = new Gates();
  let disk = new FaultyDisk(random);
  let living: Backend | null = null;
  const survives: Record<Unflushed, Survival> = {
    lost: () => () => false,
    kept: () => () => true,
    torn: () => (sector) => sector % 2 === 0,
  };
  const alive = (recovered: Recovered): Recovered => {
    living = recovered.backend;
    return recovered;
  };
  const site: SiteDisk = {
    gates,
    unflushed: 'lost',
    get backend() {
      return living;
    },
    async create(header) {
      gates.replace();
      disk = new FaultyDisk(random);
      const options = { ...limits, disk: new GatedDisk(disk, gates) };
      return alive(await createSite(directory, header, options));
    },
    open: async () => alive(await openSite(directory, { disk: new GatedDisk(disk, gates) })),
    async kill() {
      gates.replace();
      living = null;
      disk.faults = noFaults;
      disk.crash(survives[site.unflushed]);
    },
    fail(how) {
      const faults = { flush: { failFlush: 1 }, full: { spaceBytes: 0 }, short: { shorten: 1 } };
      disk.faults = { ...noFaults, ...faults[how] };
    },
    async rot(what) {
      const names = what.kind === 'block' ? ['volume-0', 'volume-1'] : ['sidefile'];
      for (const name of names) {
        const path = `${directory}/${name}`;
        if ((await disk.kindOf(path)) === 'absent') continue;
        const file = await disk.open(path, 'read');
        const at = Buffer.from(await file.read(0, await file.size())).indexOf(what.bytes);
        if (at >= 0) return disk.rot(path, at);
      }
      throw new Error(`what is to rot is not on the disk: ${what.kind}`);
    },
    copy: () => disk.copy(),
    restore(copy) {
      disk = (copy as FaultyDisk).copy();
    },
  };
  return site;
}
