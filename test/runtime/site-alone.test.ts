import { beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../models/effect.ts';
import type { Message } from '../../models/message.ts';
import { MemorySite } from '../../src/backend/memory.ts';
import type { Backend, BackendError } from '../../src/backend/port.ts';
import { setUp } from '../../src/runtime/arrangement-options.ts';
import { FakeClock } from '../../src/runtime/clock.ts';
import { genesisRecord, identityOf, newHeader } from '../../src/runtime/genesis.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { SiteLoop } from '../../src/runtime/site-loop.ts';
import type { Frame, LinkListener, Transport } from '../../src/transport/port.ts';
import { leftOf } from '../garbage.ts';

/** One site, with links that are played by hand. */

const blockBytes = 512;
const entry = {
  epoch: 0,
  sequence: 1,
  extent: { volume: 0, first: 0, count: 2 },
  kind: 'data',
  checksum: 7,
} as const;

let listener: LinkListener | null;
let resets: string[];
let reports: Report[];

async function siteOn(
  change: (backend: Backend) => Backend = (backend) => backend,
  lost?: Promise<BackendError>,
) {
  const options = { storage: 'memory', volumes: [8], blockBytes } as const;
  const setup = setUp({ ...options, clock: new FakeClock(), random: seededRandom(1) });
  const record = genesisRecord([11, 12, 13], setup.distances, false);
  const identity = identityOf('harbour', 1, setup.distances, blockBytes, setup.volumes);
  const recovered = await new MemorySite(newHeader(identity, 12, 64, [record])).open();
  const transport: Transport = {
    open: (opened) => {
      listener = opened;
    },
    send() {},
    reset: (peer, session) => void resets.push(`${peer}.${session}`),
    close() {},
  };
  const { clock, random, durations, payloadBytesMax } = setup;
  return new SiteLoop({
    config: setup.configs[1]!,
    recovered: { ...recovered, backend: change(recovered.backend), ...(lost && { lost }) },
    transport,
    clock,
    random,
    durations,
    payloadBytesMax,
    reported: (report) => void reports.push(report),
  });
}

/** Storage in memory answers before anything else happens. */
const rounds = () => new Promise((resume) => setImmediate(resume));

beforeEach(() => {
  listener = null;
  resets = [];
  reports = [];
});

it('speaks with nobody before its start is durable', async () => {
  let isDurable = () => {};
  const gate = new Promise<void>((resume) => {
    isDurable = resume;
  });
  await siteOn((backend) =>
    Object.assign(Object.create(backend) as Backend, {
      persist: async (...header: Parameters<Backend['persist']>) => {
        await gate;
        return backend.persist(...header);
      },
    }),
  );
  await rounds();
  expect(listener).toBe(null);
  isDurable();
  await rounds();
  expect(listener).not.toBe(null);
});

describe('a frame that does not carry what its message names', () => {
  const frame = (message: object, payloads: readonly number[], sums: readonly number[] = []) =>
    [{ epoch: 0, committed: 0, ...message } as unknown as Message, payloads, sums] as const;
  const blocks = { blocks: [0, 1] };

  it.each([
    ['a write without its bytes', ...frame({ type: 'write', entries: [entry] }, [])],
    ['a write of too few', ...frame({ type: 'write', entries: [entry] }, [blockBytes])],
    ['a write of too many', ...frame({ type: 'write', entries: [entry] }, [3 * blockBytes])],
    [
      'zeroes with bytes',
      ...frame({ type: 'write', entries: [{ ...entry, kind: 'zeroes' }] }, [2 * blockBytes]),
    ],
    ['a fetched entry without its bytes', ...frame({ type: 'fetched', entries: [entry] }, [])],
    ['one block of two', ...frame({ type: 'blocks', ...blocks }, [blockBytes])],
    ['a block that is too short', ...frame({ type: 'lent', ...blocks }, [blockBytes, 511])],
    ['a sum too few', ...frame({ type: 'sums', runs: [{ first: 0, count: 3 }] }, [], [1, 2])],
  ])('%s: its session ends, and it changes nothing', async (_, message, lengths, sums) => {
    const site = await siteOn();
    await rounds();
    listener!.up(0, 5, 1);
    await rounds();
    const before = site.site;
    const given: Frame = {
      message,
      payloads: lengths.map((length) => new Uint8Array(length)),
      sums,
    };
    listener!.received(0, 5, given);
    await rounds();
    expect(resets).toEqual(['0.5']);
    expect(site.site).toBe(before);
    expect(site.isRunning).toBe(true);
    const { type } = message;
    expect(reports.at(-1)).toMatchObject({ kind: 'distrusted', peer: 0, message: type });
  });
});

it('a disk that outlives the sites that were stopped on it keeps none of them in memory', async () => {
  const lost = new Promise<BackendError>(() => {});
  const ended: WeakRef<SiteLoop>[] = [];
  for (let start = 0; start < 5; start++) {
    const site = await siteOn((backend) => backend, lost);
    await rounds();
    await site.close();
    listener = null;
    ended.push(new WeakRef(site));
  }
  await rounds();
  // The last one may still be in a register.
  expect(await leftOf(ended)).toBeLessThan(2);
  await Promise.race([lost, rounds()]);
});
