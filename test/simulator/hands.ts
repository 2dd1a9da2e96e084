import type { Backend } from '../../src/backend/port.ts';
import type { Hand } from '../../src/simulator/run.ts';

/** The backend with some of its methods done in another way. */
function altered(backend: Backend, changes: Partial<Backend>): Backend {
  return new Proxy(backend, {
    get(target, name) {
      const changed = changes[name as keyof Backend];
      if (changed) return changed;
      const own = target[name as keyof Backend];
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}

/** Of an update it keeps what the blocks were before the last apply: newer data becomes older. */
export const stagesOldBlocks: Hand = (_, backend) => {
  let old: Uint8Array | null = null;
  return altered(backend, {
    async apply(entries) {
      old = await backend.read(0, 24);
      await backend.apply(entries);
    },
    stage(blocks) {
      const image = old;
      if (!image) return backend.stage(blocks);
      const stale = blocks.map(({ first, bytes }) => ({
        first,
        bytes: image.slice(first * 512, first * 512 + bytes.length),
      }));
      return backend.stage(stale);
    },
  });
};

/** The site with the host reads a bit that nobody wrote. */
export const readsTurnedBits: Hand = (_, backend) =>
  altered(backend, {
    async read(first, count) {
      const bytes = (await backend.read(first, count)).slice();
      if (bytes.some((byte) => byte !== 0)) bytes[bytes.length - 1]! ^= 1;
      return bytes;
    },
  });

/** Says that a store is durable and forgets its last entry at once. */
export const forgetsStores: Hand = (_, backend) =>
  altered(backend, { store: (writes, committed) => backend.store(writes.slice(1), committed) });
