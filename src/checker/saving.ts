import { CheckError } from './check-error.ts';
import { type Ledger, type Likeness, saveCheckpoint } from './checkpoint.ts';
import { isForWantOfMemory } from './no-room.ts';
import type { Search } from './search.ts';

export interface Saving {
  readonly path: string;
  readonly search: Search;
  readonly likeness: Likeness;
  readonly ledger: Ledger;
}

/** Saves a search as it is. Why that could not be done, or null: a save that fails takes no run with it. */
export function savingFailure({ ledger, likeness, path, search }: Saving): string | null {
  if (!search.isWhole) return `checkpoint ${path} is not written: memory ended within an action`;
  try {
    saveCheckpoint(path, search.save(likeness, ledger.texts()));
    return null;
  } catch (cause) {
    if (cause instanceof CheckError && cause.code === 'bad-checkpoint') return cause.message;
    if (isForWantOfMemory(cause)) return `checkpoint ${path} is not written: there is no memory`;
    throw cause;
  }
}
