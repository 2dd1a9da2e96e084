import type { SiteId } from '../../models/words.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import type { DiskRequest } from '../../src/backend/guarded-disk.ts';
import type { ArrangementOptions } from '../../src/runtime/arrangement-options.ts';
import { HangingDisk } from '../../src/simulator/hanging-disk.ts';
import { stage } from './on-fake-time.ts';

/** Notes which files are closed. */
class NotingDisk extends HangingDisk {
  readonly closed: string[] = [];

  protected override leave(path: string, close: () => Promise<void>): Promise<void> {
    this.closed.push(path);
    return close();
  }
}

/** Three sites on disks in memory, each of which can hang; a request is waited for a tenth of a second. */
export async function onDisks(options: Partial<ArrangementOptions> = {}) {
  const disk = new NotingDisk(new FaultyDisk());
  const staged = await stage({
    storage: { directory: '/disks' },
    disk,
    diskTimeout: 100,
    ...options,
  });
  return { ...staged, disk };
}

/** Whatever a site asks that begins so. */
export const of =
  (site: SiteId, doing = '') =>
  (request: DiskRequest) =>
    request.path.startsWith(`/disks/site-${site}/`) && request.doing.startsWith(doing);

export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    ({ code, message }) => `${code}: ${message}`,
  );
