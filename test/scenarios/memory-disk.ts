import type { Block, Sequence } from '../../models/words.ts';
import { MemorySite, type MemoryState } from '../../src/backend/memory.ts';
import type { Backend } from '../../src/backend/port.ts';
import type { StoreLimits } from '../../src/runtime/site-store.ts';
import { GatedBackend } from './gated-backend.ts';
import { Gates } from './gates.ts';
import type { SiteDisk, Unflushed } from './site-disk.ts';

/** A site in memory. Memory does not tear: of what was not flushed each block comes or not. */
export function memoryDisk(limits: StoreLimits): SiteDisk {
  const gates = new Gates();
  const rotten = new Set<Block>();
  let damage: Sequence[] = [];
  let memory: MemorySite | null = null;
  let living: Backend | null = null;
  const survives: Record<Unflushed, (block: Block) => boolean> = {
    lost: () => false,
    kept: () => true,
    torn: (block) => block % 2 === 0,
  };
  const open = async () => {
    const recovered = await memory!.open();
    living = recovered.backend;
    const { volumes } = recovered.header.identity;
    const backend = new GatedBackend(recovered.backend, gates, rotten, volumes);
    return { ...recovered, damage, backend };
  };
  const disk: SiteDisk = {
    gates,
    unflushed: 'lost',
    get backend() {
      return living;
    },
    async create(header) {
      await disk.kill(living!);
      memory = new MemorySite(header, limits);
      damage = [];
      rotten.clear();
      return open();
    },
    open,
    async kill() {
      gates.replace();
      living = null;
      memory?.crash(survives[disk.unflushed]);
    },
    fail(how) {
      gates.failing = how;
    },
    async rot(what) {
      if (what.kind === 'block') rotten.add(what.block);
      else {
        damage = [...damage, what.sequence];
        (memory!.state.writes as Map<Sequence, unknown>).delete(what.sequence);
      }
    },
    copy: () => memory!.snapshot(),
    restore(copy) {
      memory = MemorySite.of(copy as MemoryState, limits);
    },
  };
  return disk;
}
