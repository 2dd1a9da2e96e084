import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Disk, DiskFile } from '../../src/backend/disk.ts';
import { noFaults } from '../../src/backend/faults.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import type { Backend } from '../../src/backend/port.ts';
import { decodeHead, encodeHead, headBytes } from '../../src/backend/record.ts';
import { contract, type Subject } from './contract.ts';
import { blankHeader } from './small-site.ts';
import { faultyDiskSubject, memorySubject } from './subjects.ts';

/** A faulty subject for the contract: each breaks one promise, and the contract says which. */
const broken: readonly { name: string; subject: () => Subject; reason: string }[] = [
  {
    name: 'acknowledges a store before it is flushed',
    subject: () => faultyDiskSubject(changing((inner) => ({ store: hasty(inner, 'store') }))),
    reason: 'an acknowledged entry is lost after a crash',
  },
  {
    name: 'acknowledges a header before it is flushed',
    subject: () => faultyDiskSubject(changing((inner) => ({ persist: hasty(inner, 'persist') }))),
    reason: 'a persisted header is lost after a crash',
  },
  {
    name: 'never flushes',
    subject: () => faultyDiskSubject(undefined, new DiskThatNeverFlushes()),
    reason: 'an acknowledged entry is lost after a crash',
  },
  {
    name: 'leaves the place out of its checksums',
    subject: () => faultyDiskSubject(undefined, undefined, signedAnew),
    reason: 'a misplaced record hides the one it destroyed',
  },
  {
    name: 'flushes no volume',
    subject: () => memorySubject(changing(() => ({ flush: async () => {} }))),
    reason: 'a flushed block is lost after a crash',
  },
  {
    name: 'forgets the c of a store',
    subject: () =>
      memorySubject(changing((inner) => ({ store: (writes) => inner.store(writes, 0) }))),
    reason: 'the c told with a store is lost',
  },
  {
    name: 'applies as told and not by sequence',
    subject: () =>
      memorySubject(
        changing((inner) => ({
          apply: async (entries) => {
            for (const entry of entries) await inner.apply([entry]);
          },
        })),
      ),
    reason: 'apply is out of order',
  },
  {
    name: 'never retires',
    subject: () => memorySubject(changing(() => ({ retire: () => {} }))),
    reason: 'a retired entry is still given',
  },
  {
    name: 'drops no stage',
    subject: () => memorySubject(changing(() => ({ dropStage: async () => {} }))),
    reason: 'a dropped stage is applied',
  },
  {
    name: 'exports nothing',
    subject: () => memorySubject(changing(() => ({ exportSuffix: async () => {} }))),
    reason: 'an exported suffix is lost after a crash',
  },
  {
    name: 'exports side by side',
    subject: () =>
      memorySubject(
        changing((inner) => ({
          exportSuffix: async (...asked) => {
            await inner.exportSuffix(...asked);
            // The longer it is, the later.
            for (const _ of asked[2]) await Promise.resolve();
          },
        })),
      ),
    reason: 'exports end in another order',
  },
  {
    name: 'exports before what it is storing',
    subject: () =>
      memorySubject(
        changing((inner) => ({
          store: async (...asked) => {
            await Promise.resolve();
            await inner.store(...asked);
          },
        })),
      ),
    reason: 'what is not there is not told as missing',
  },
  {
    name: 'renames an export before it is durable',
    subject: () => faultyDiskSubject(undefined, new DiskThatForgetsExports()),
    reason: 'an exported suffix is lost after a crash',
  },
  {
    name: 'lets two in',
    subject: () => faultyDiskSubject(undefined, new DiskWithoutLocks()),
    reason: 'a site is open twice',
  },
  {
    name: 'goes on after a fault',
    subject: () => memorySubject(changing((inner) => ({ store: swallowing(inner) }))),
    reason: 'a write out of range is stored',
  },
];

describe('the contract catches', () => {
  it.each(broken)('a backend that $name', async ({ subject, reason }) => {
    const reasons: string[] = [];
    for (const { check } of contract) {
      await check(subject()).catch((error) => reasons.push((error as Error).message));
    }
    expect(reasons.filter((one) => one.startsWith(reason))).not.toEqual([]);
  });
});

/** The backend with some of its methods replaced. */
const changing = (methods: (inner: Backend) => Partial<Backend>) => (inner: Backend) =>
  new Proxy(inner, {
    get(target, name) {
      const own = (methods(target) as Record<PropertyKey, unknown>)[name];
      if (own) return own;
      const value = (target as unknown as Record<PropertyKey, unknown>)[name];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

/** A record as it would look if place were no part of what is checked. */
function signedAnew(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const { arrangement, site } = blankHeader.identity;
  const seed = crc32(`${arrangement}\n${site}\n${blankHeader.incarnation}`);
  const record = decodeHead(bytes, from, seed)!;
  return Buffer.concat([encodeHead({ ...record, place: to }, seed), bytes.subarray(headBytes)]);
}

const hasty =
  <Name extends 'store' | 'persist'>(inner: Backend, name: Name) =>
  async (...words: Parameters<Backend[Name]>) => {
    const method = inner[name] as (...all: unknown[]) => Promise<void>;
    method.apply(inner, words).catch(() => {});
  };

const swallowing =
  (inner: Backend) =>
  async (...words: Parameters<Backend['store']>) =>
    inner.store(...words).catch(() => {});

class DiskThatNeverFlushes extends FaultyDisk {
  private live = false;
  constructor() {
    super(() => 0, { ...noFaults, lose: 1 });
  }
  override flush(file: number): void {
    if (!this.live) super.flush(file);
  }
  override async rename(from: string, to: string): Promise<void> {
    await super.rename(from, to);
    this.live = true;
  }
}

/** Names made in a directory of exports are gone after a loss of power. */
class DiskThatForgetsExports extends FaultyDisk {
  constructor() {
    super(() => 0, { ...noFaults, lose: 1 });
  }

  override async flushDirectory(path: string): Promise<void> {
    if (!path.endsWith('exports')) await super.flushDirectory(path);
  }
}

class DiskWithoutLocks extends FaultyDisk implements Disk {
  override async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const file = await super.open(path, mode);
    file.lock = async () => true;
    return file;
  }
}
