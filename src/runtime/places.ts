import { join } from 'node:path';
import { type SiteId, siteIds } from '../../models/words.ts';
import { type Inspection, inspectSite } from '../backend/file.ts';
import { BackendError } from '../backend/port.ts';
import type { ArrangementOptions, ArrangementSetup } from './arrangement-options.ts';
import { HostError } from './host-error.ts';
import { refuseFrames } from './option-limits.ts';

/** What lies where an arrangement is to be made or opened, looked at before anything is changed. */

export const siteDirectory = (directory: string, site: SiteId): string =>
  join(directory, `site-${site}`);

/** Rejects with `exists` when there is a site in one of the three places. */
export async function refuseTaken(options: ArrangementOptions): Promise<void> {
  for (const site of siteIds) await refuseTakenBy(options, site);
}

/** Rejects with `exists` when there is a site where this one would be made. */
export async function refuseTakenBy(options: ArrangementOptions, site: SiteId): Promise<void> {
  if (options.stores || options.storage === 'memory') return;
  const place = siteDirectory(options.storage.directory, site);
  const found = await inspected(place, options).catch((error: BackendError) => {
    if (error.code === 'not-a-site') return null;
    throw error;
  });
  if (found === null) return;
  const { arrangement } = found.label.identity;
  throw new BackendError('exists', `${place} is a site of arrangement ${arrangement} already`);
}

/** Rejects unless the places, but for those left out, hold sites of one arrangement, made with these options. */
export async function refuseOthers(
  options: ArrangementOptions,
  setup: ArrangementSetup,
  without: readonly SiteId[],
): Promise<void> {
  if (!Array.isArray(without) || without.some((site) => !siteIds.includes(site))) {
    const sentence = `sites to leave out are a list of numbers within 0..2, found ${JSON.stringify(without)}`;
    throw new HostError('range', sentence);
  }
  if (options.stores) return;
  if (options.storage === 'memory') {
    throw new HostError('refused', 'memory holds no arrangement to open: create one');
  }
  const names = new Set<string>();
  for (const site of siteIds) {
    if (without.includes(site)) continue;
    const place = siteDirectory(options.storage.directory, site);
    const { label } = await inspected(place, options);
    const { identity } = label;
    if (identity.site !== site) {
      throw new BackendError('other-arrangement', `${place} is site ${identity.site}, not ${site}`);
    }
    names.add(identity.arrangement);
    refuseShape(place, 'volumes', identity.volumes.join(), setup.volumes.join());
    refuseShape(place, 'distance', identity.distance, setup.distances[site]);
    refuseShape(place, 'blockBytes', identity.blockBytes, setup.blockBytes);
    refuseBeyond(place, 'blocksPerWriteMax', label.maxBlocksPerWrite, setup.blocksPerWriteMax);
    const { sidefile, frameEntries } = setup.configs[site]!;
    refuseBeyond(place, 'sidefile limit', label.capacityLimit, sidefile.limit);
    refuseFrames(frameEntries, `writes of ${place}`, label.maxBlocksPerWrite * setup.blockBytes);
  }
  if (names.size <= 1) return;
  const sentence = `${options.storage.directory} holds sites of the arrangements ${[...names].join(', ')}: one is needed`;
  throw new BackendError('other-arrangement', sentence);
}

const inspected = (place: string, { disk }: ArrangementOptions): Promise<Inspection> =>
  inspectSite(place, disk ? { disk } : {});

function refuseShape(place: string, name: string, made: unknown, given: unknown): void {
  if (made === given) return;
  throw new HostError('refused', `${place} was made with ${name} ${made}, given is ${given}`);
}

function refuseBeyond(place: string, name: string, made: number, given: number): void {
  if (given <= made) return;
  throw new HostError('refused', `${place} has room for ${name} ${made}, given is ${given}`);
}
