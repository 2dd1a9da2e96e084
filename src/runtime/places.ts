import { join } from 'node:path';
import { type SiteId, siteIds } from '../../models/words.ts';
import type { Disk } from '../backend/disk.ts';
import { inspectSite, type Place } from '../backend/file.ts';
import { kindAt } from '../backend/names.ts';
import { BackendError } from '../backend/port.ts';
import { headerPathOf } from '../backend/site-files.ts';
import type { ArrangementSetup, Storage } from './arrangement-options.ts';
import { HostError } from './host-error.ts';
import { refuseFrames } from './option-limits.ts';
import { shown } from './shown.ts';

/** What lies where an arrangement is to be made or opened, looked at before anything is changed. */

export type Places = readonly Place[] | 'memory' | 'stores';

export function placesOf(storage: Storage): Places {
  if (storage === 'memory') return storage;
  if ('sites' in storage) return storage.sites;
  return siteIds.map((site) => join(storage.directory, `site-${site}`));
}

/** Rejects with `exists` when there is a site in one of the three places. */
export async function refuseTaken(setup: ArrangementSetup): Promise<void> {
  for (const site of siteIds) await refuseTakenBy(setup, site);
}

/** Rejects with `exists` when there is a site where this one would be made. */
export async function refuseTakenBy(setup: ArrangementSetup, site: SiteId): Promise<void> {
  const { places, disk } = setup;
  if (typeof places === 'string') return;
  const place = places[site]!;
  const isDevice = await isOnDevice(place, disk);
  const found = await inspectSite(place, { disk }).catch((error: BackendError) => {
    if (error.code === 'not-a-site') return null;
    // What a device was before does not matter, nor a site that was half made on it.
    if (isDevice && error.code === 'header-unreadable') return null;
    throw error;
  });
  if (found === null) return;
  const { arrangement } = found.label.identity;
  const sentence = `${nameOf(place)} is a site of arrangement ${arrangement} already: open that, or move its files away`;
  throw new BackendError('exists', sentence);
}

/** Rejects unless the places, but for those left out, hold sites of one arrangement, made with these options. */
export async function refuseOthers(
  setup: ArrangementSetup,
  without: readonly SiteId[],
): Promise<void> {
  if (!Array.isArray(without) || without.some((site) => !siteIds.includes(site))) {
    const sentence = `sites to leave out are a list of numbers within 0..2, found ${shown(without)}`;
    throw new HostError('range', sentence);
  }
  const { places } = setup;
  if (places === 'stores') return;
  if (places === 'memory') {
    throw new HostError('refused', 'memory holds no arrangement to open: create one');
  }
  const found: { readonly name: string; readonly arrangement: string }[] = [];
  for (const site of siteIds) {
    if (without.includes(site)) continue;
    const place = places[site]!;
    found.push({ name: nameOf(place), arrangement: await refuseOther(setup, site, place) });
  }
  if (new Set(found.map(({ arrangement }) => arrangement)).size <= 1) return;
  const told = found.map(({ name, arrangement }) => `${name} of ${arrangement}`).join(', ');
  throw new BackendError('other-arrangement', `sites of one arrangement are needed: ${told}`);
}

/** Gives the name of the arrangement. */
async function refuseOther(setup: ArrangementSetup, site: SiteId, place: Place): Promise<string> {
  const { disk } = setup;
  await isOnDevice(place, disk);
  const { label } = await inspectSite(place, { disk });
  const { identity } = label;
  const name = nameOf(place);
  if (identity.site !== site) {
    throw new BackendError('other-arrangement', `${name} is site ${identity.site}, not ${site}`);
  }
  refuseShape(name, 'volumes', identity.volumes.join(), setup.volumes.join());
  refuseShape(name, 'distance', identity.distance, setup.distances[site]);
  refuseShape(name, 'blockBytes', identity.blockBytes, setup.blockBytes);
  refuseBeyond(name, 'blocksPerWriteMax', label.maxBlocksPerWrite, setup.blocksPerWriteMax);
  const { sidefile, frameEntries } = setup.configs[site]!;
  refuseBeyond(name, 'sidefile limit', label.capacityLimit, sidefile.limit);
  refuseFrames(frameEntries, `writes of ${name}`, label.maxBlocksPerWrite * setup.blockBytes);
  return identity.arrangement;
}

/** A site on devices has no folder of its own: it stops when it is to export, unless one is named. */
async function isOnDevice(place: Place, disk: Disk): Promise<boolean> {
  const header = headerPathOf(place);
  const isDevice = (await kindAt(disk, header)) === 'device';
  if (isDevice && typeof place !== 'string' && place.exports === undefined) {
    const sentence = `${header} is a device: name a folder for what the site exports, by \`exports\``;
    throw new HostError('refused', sentence);
  }
  return isDevice;
}

/** As it stands in a sentence. */
const nameOf = (place: Place): string => (typeof place === 'string' ? place : place.header);

function refuseShape(name: string, what: string, made: unknown, given: unknown): void {
  if (made === given) return;
  throw new HostError('refused', `${name} was made with ${what} ${made}, given is ${given}`);
}

function refuseBeyond(name: string, what: string, made: number, given: number): void {
  if (given <= made) return;
  throw new HostError('refused', `${name} has room for ${what} ${made}, given is ${given}`);
}
