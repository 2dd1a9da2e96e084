import { createHash } from 'node:crypto';
import { type SiteId, siteIds } from '../../../models/words.ts';
import type { Backend } from '../../backend/port.ts';
import type { Arrangement } from '../../runtime/arrangement.ts';
import type { Input } from './input.ts';
import type { Watch } from './watch.ts';

/** One thing that must hold at the end, in words with its figures. */
export interface Check {
  readonly holds: boolean;
  readonly sentence: string;
}

const blocksAtOnce = 256;

/** Is every byte where it must be? Reads the volumes of all running sites, and the input again. */
export async function checksOf(
  arrangement: Arrangement,
  input: Input,
  watch: Watch,
): Promise<Check[]> {
  const wanted = await digestOf(input.blocks, (first, count) => input.read(first, count));
  const { sites, level } = arrangement.status();
  const running = siteIds.filter((site) => sites[site] !== null);
  const checks: Check[] = [
    { holds: watch.lostAt > 0, sentence: 'the primary was killed in the middle of the writes' },
    { holds: level, sentence: `sites ${running.join(' and ')} hold the same writes, applied` },
  ];
  for (const site of running) {
    const backend = arrangement.backendOf(site)!;
    const digest = await digestOfVolume(backend, input.blocks);
    const position = sites[site]!.applied;
    checks.push({
      holds: digest === wanted,
      sentence: `site ${site} at position ${position}: sha256 ${digest.slice(0, 32)}… ${digest === wanted ? 'is that of' : 'is not that of'} the input`,
    });
  }
  const positions = running.map((site: SiteId) => sites[site]!.applied);
  const same = new Set(positions).size === 1;
  checks.push({ holds: same, sentence: `all volumes stand at position ${positions.join(', ')}` });
  return checks;
}

const digestOfVolume = (backend: Backend, blocks: number): Promise<string> =>
  digestOf(blocks, (first, count) => backend.read(first, count));

async function digestOf(
  blocks: number,
  read: (first: number, count: number) => Promise<Uint8Array>,
): Promise<string> {
  const hash = createHash('sha256');
  for (let first = 0; first < blocks; first += blocksAtOnce) {
    hash.update(await read(first, Math.min(blocksAtOnce, blocks - first)));
  }
  return hash.digest('hex');
}
