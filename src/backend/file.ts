import type { Header } from '../../models/header.ts';
import type { SiteId } from '../../models/words.ts';
import type { Disk } from './disk.ts';
import type { Label } from './label.ts';
import type { SitePaths } from './site-files.ts';

/**
 * The file backend: one site's storage in files or on block devices. Header in two alternating slots,
 * each kept twice; a preallocated ring of records; volumes with a checksum for each block; a stage.
 */
export { createSite, ringBytesFor } from './create-site.ts';
export { inspectSite, openSite } from './open-site.ts';
export { removeSite } from './remove-site.ts';
export type { SitePaths } from './site-files.ts';

/** A directory, which then holds all files of the site, or each of its paths. */
export type Place = string | SitePaths;

export interface SiteOptions {
  /** Largest capacity the sidefile may ever be given, in entries. Default: that of the header. */
  readonly capacityLimit?: number;
  /** Largest write, in blocks. Default 32. */
  readonly maxBlocksPerWrite?: number;
  /** Size of the sidefile. At least, and by default, what the two above may ever need. */
  readonly ringBytes?: number;
  readonly disk?: Disk;
}

export interface OpenOptions {
  /** Refuse a site of another arrangement. */
  readonly arrangement?: string;
  /** Refuse another site of the arrangement. */
  readonly site?: SiteId;
  readonly disk?: Disk;
}

export interface Inspection {
  readonly header: Header;
  readonly label: Label;
  readonly generation: number;
  /** Readable entries in the sidefile from the header's start on. */
  readonly entries: number;
}
