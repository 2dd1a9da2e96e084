import { isAbsolute, resolve } from 'node:path';
import { siteIds } from '../../models/words.ts';
import type { Place } from '../backend/file.ts';
import { exportsOf, pathsOf } from '../backend/site-files.ts';
import { shown } from './shown.ts';

/** What is wrong with places that were named for the sites one by one; null: nothing. */
export function faultOfSites(sites: unknown): string | null {
  if (!Array.isArray(sites) || sites.length !== siteIds.length)
    return 'not a place for each of three sites';
  for (const site of siteIds) {
    const fault = faultOfPlace(sites[site]);
    if (fault !== null) return `site ${site} ${fault}`;
  }
  return null;
}

/** Each path is the place of one thing: nothing is written over by another. `sites` are without fault. */
export function faultTogether(sites: readonly Place[], volumes: number): string | null {
  const taken = new Map<string, string>();
  for (const [site, place] of sites.entries()) {
    if (typeof place !== 'string' && place.volumes.length !== volumes) {
      return `site ${site} names ${place.volumes.length} paths for ${volumes} volumes`;
    }
    for (const [what, path] of usesOf(place, volumes)) {
      const known = taken.get(path);
      const use = `the ${what} of site ${site}`;
      if (known !== undefined) return `${path} is ${known} and ${use}`;
      taken.set(path, use);
    }
  }
  return null;
}

function faultOfPlace(place: unknown): string | null {
  if (typeof place === 'string') return faultOfPath('in', place);
  if (typeof place !== 'object' || place === null)
    return `in ${shown(place)}: neither a directory nor paths`;
  const unknown = Object.keys(place).find((name) => !known.includes(name));
  if (unknown !== undefined) return `with ${unknown}: known are ${known.join(', ')}`;
  const { header, sidefile, stage, volumes, exports } = place as Record<string, unknown>;
  if (!Array.isArray(volumes)) return `with volumes ${shown(volumes)}: no list of paths`;
  const paths = { header, sidefile, stage, ...(exports !== undefined && { exports }) };
  const all = [
    ...Object.entries(paths),
    ...volumes.map((path, volume) => [`volume ${volume}`, path]),
  ];
  for (const [name, path] of all) {
    const fault = faultOfPath(`with ${name}`, path);
    if (fault !== null) return fault;
  }
  return null;
}

const known = ['header', 'sidefile', 'stage', 'volumes', 'exports'];

function faultOfPath(name: string, path: unknown): string | null {
  if (typeof path !== 'string') return `${name} ${shown(path)}: no path`;
  if (!isAbsolute(path)) return `${name} ${shown(path)}: no absolute path`;
  return path.includes('\0') ? `${name} ${shown(path)}: no name of a file` : null;
}

function usesOf(place: Place, volumes: number): [what: string, path: string][] {
  const paths = pathsOf(place, volumes);
  const uses: [string, string][] = [
    ['header', paths.header],
    ['header while it is made', `${paths.header}.new`],
    ['sidefile', paths.sidefile],
    ['stage', paths.stage],
    ['folder of exports', exportsOf(paths)],
    ...paths.volumes.map((path, volume): [string, string] => [`volume ${volume}`, path]),
  ];
  return uses.map(([what, path]) => [what, resolve(path)]);
}
