import { equivalents } from '../../models/hidden-mutants.ts';
import { mutants } from '../../models/mutants.ts';
import type { SidefileConfig } from '../../models/site.ts';
import { type SiteId, siteIds } from '../../models/words.ts';
import { limits } from '../transport/wire/limits.ts';
import type { ArrangementOptions } from './arrangement-options.ts';
import { waitMost } from './clock.ts';
import { faultOfSites, faultTogether } from './explicit-places.ts';
import { HostError } from './host-error.ts';
import { shown } from './shown.ts';
import {
  aFunction,
  oneOf,
  type Test,
  type Tests,
  time,
  whole,
  withFunctions,
  within,
} from './value-tests.ts';

/** What each option may be. The first that is not is refused, naming the value and what is allowed. */

export const defaultSidefile: SidefileConfig = {
  mode: 'fixed',
  capacity: 1024,
  limit: 1024,
  basis: 'newest',
  headroom: 64,
};

/** Names of rules broken on purpose, with a + between two. */
const weakness: Test = (value) => {
  if (value === null) return null;
  const names = typeof value === 'string' ? value.split('+') : [];
  const isKnown = (name: string) => broken.some((mutant) => mutant.name === name);
  return names.length > 0 && names.every(isKnown)
    ? null
    : 'no rule that can be broken on purpose, by the names of `sidefile check --mutants`';
};
const broken = [...mutants, ...equivalents];
const share: Test = (value) =>
  typeof value === 'number' && value >= 0 && value <= 100 ? null : 'no share within 0..100';

const sidefile: Tests<NonNullable<ArrangementOptions['sidefile']>> = {
  mode: oneOf('fixed', 'adaptive'),
  capacity: whole(1, 2 ** 31),
  limit: whole(1, 2 ** 31),
  basis: oneOf('newest', 'oldest'),
  headroom: whole(0, 2 ** 31),
};

const policies: Tests<NonNullable<ArrangementOptions['policies']>> = {
  onLegLoss: oneOf('stop', 'continue'),
  reads: oneOf('confirmed', 'local'),
  syncFar: oneOf(true, false),
  takeover: oneOf('holder', 'any'),
  verify: oneOf('after-update', 'on-command'),
};

const durations: Tests<NonNullable<ArrangementOptions['durations']>> = {
  election: time('above 0'),
  patience: time('above 0'),
  retry: time('above 0'),
  idle: time('above 0'),
  jitter: share,
  request: time('above 0'),
};

/** Of every link: what a function gives that is asked once more is not looked at again. */
const latency: Test = (value) => {
  if (typeof value !== 'function') return 'no function';
  for (const from of siteIds) {
    for (const to of siteIds.filter((site) => site !== from)) {
      const given = value(from, to) as { readonly least?: unknown; readonly most?: unknown } | null;
      const [least, most] = [given?.least, given?.most];
      const areTimes = time('from 0')(least) === null && time('from 0')(most) === null;
      if (areTimes && (least as number) <= (most as number)) continue;
      return `from site ${from} to ${to} it gives ${shown(given)}, not { least, most } in milliseconds from 0 to ${waitMost}`;
    }
  }
  return null;
};

const links: Tests<NonNullable<ArrangementOptions['links']>> = {
  latency,
  lanes: whole(1, limits.lanesMax),
  silenceMax: time('above 0'),
  reconnectAfter: time('from 0'),
};

const tuning: Tests<NonNullable<ArrangementOptions['tuning']>> = {
  lazyCommit: oneOf(true, false),
  frameEntries: whole(1, limits.entriesMax),
  frameBlocks: whole(1, limits.blocksMax),
  pendingMax: whole(1, 2 ** 31),
  weakness,
};

const volumes: Test = (value) => {
  if (!Array.isArray(value) || value.length === 0)
    return 'no volume is named: one at least is needed';
  if (value.length > limits.volumesMax) return `more than ${limits.volumesMax} volumes`;
  const index = value.findIndex((blocks) => whole(1, 2 ** 31)(blocks) !== null);
  return index < 0
    ? null
    : `volume ${index} of ${shown(value[index])} blocks is not within 1..${2 ** 31}`;
};

const storage: Test = (value) => {
  if (value === 'memory') return null;
  const { directory, sites } = (value ?? {}) as { directory?: unknown; sites?: unknown };
  if (sites !== undefined && directory === undefined) return faultOfSites(sites);
  return typeof directory === 'string' && directory !== '' && sites === undefined
    ? null
    : `neither 'memory' nor a directory nor a place for each of its sites`;
};

const distances: Test = (value) =>
  Array.isArray(value) &&
  value.length === 3 &&
  value.every((one) => oneOf('near', 'far')(one) === null)
    ? null
    : 'not near or far for each of three sites';

const diskTimeout: Test = (value) =>
  value === Number.POSITIVE_INFINITY || time('from 0')(value) === null
    ? null
    : `no number of milliseconds above 0 to ${waitMost}, nor 0 or Infinity for no limit`;

const options: Tests<ArrangementOptions> = {
  storage,
  volumes,
  blockBytes: (value) =>
    whole(512, 65536)(value) === null && Number.isInteger(Math.log2(value as number))
      ? null
      : 'no power of two from 512 to 65536',
  blocksPerWriteMax: whole(1, limits.blocksMax),
  sidefile: within(sidefile),
  policies: within(policies),
  distances,
  durations: within(durations),
  links: within(links),
  tuning: within(tuning),
  payloadBytesMax: whole(0, 2 ** 40),
  diskTimeout,
  stores: aFunction,
  clock: withFunctions('now', 'after', 'soon'),
  random: aFunction,
  disk: withFunctions('kindOf', 'makeDirectory', 'open', 'rename', 'list', 'flushDirectory'),
  observe: aFunction,
  trace: withFunctions('header', 'line', 'end'),
};

export function refuseOptions(chosen: ArrangementOptions): void {
  const missing = ['storage', 'volumes'].find(
    (name) => (chosen as unknown as Record<string, unknown>)?.[name] === undefined,
  );
  const fault = missing ? `without ${missing}` : within(options)(chosen);
  if (fault !== null) throw new HostError('refused', `an arrangement ${fault}`);
  const { capacity = defaultSidefile.capacity, limit = capacity } = chosen.sidefile ?? {};
  if (limit < capacity) {
    throw new HostError('refused', `sidefile: limit ${limit} is below its capacity ${capacity}`);
  }
  if (typeof chosen.storage === 'object' && 'sites' in chosen.storage) {
    const together = faultTogether(chosen.storage.sites, chosen.volumes.length);
    if (together !== null) throw new HostError('refused', `storage: ${together}`);
  }
  const { blockBytes = 4096, blocksPerWriteMax = 16, tuning = {} } = chosen;
  const bytes = blocksPerWriteMax * blockBytes;
  refuseFrame('a write', bytes);
  refuseFrames(tuning.frameEntries ?? 1, 'writes', bytes);
  refuseFrames(tuning.frameBlocks ?? 1, 'blocks', blockBytes);
}

/** What is sent in one frame must fit one, however large each of it is. */
export function refuseFrames(count: number, what: string, bytes: number): void {
  refuseFrame(`a frame of ${count} ${what}`, count * bytes);
}

function refuseFrame(what: string, bytes: number): void {
  if (bytes <= limits.payloadBytesMax) return;
  const sentence = `${what} of ${bytes} bytes is beyond the ${limits.payloadBytesMax} of one frame`;
  throw new HostError('refused', sentence);
}

/** As many writes as usual, or as fit a frame when all are as large as they may be. */
export const frameEntriesFor = (writeBytes: number): number =>
  Math.min(64, Math.floor(limits.payloadBytesMax / writeBytes));

/** What the option `stores` gave for a site. */
export function refuseStore(site: SiteId, store: unknown): void {
  const fault = withFunctions('create', 'open', 'kill')(store);
  if (fault === null) return;
  throw new HostError('refused', `stores gave ${shown(store)} for site ${site}: ${fault}`);
}
