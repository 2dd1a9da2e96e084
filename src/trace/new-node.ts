import { freshDisk } from '../../models/disk.ts';
import { newestEpoch } from '../../models/history.ts';
import type { Node } from '../../models/node.ts';
import type { Found, SiteConfig } from '../../models/site.ts';

/** A site that is down, with a disk that gives back what was found. */
export function nodeWith(config: SiteConfig, found: Found): Node {
  const { header, entries, committed, damage } = found;
  const carried = { epoch: newestEpoch(header.history), committed };
  const disk = { ...freshDisk(header), entries, carried, damage };
  return { config, site: null, disk, booted: false, slow: true };
}

/** Did anything happen to a site before? Then it cannot take the place of a lost one. */
export const isBlank = ({ header, entries }: Found): boolean =>
  header.history.length === 0 && entries.length === 0 && header.boot === 0;
