import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How many of these are still in memory, once all that nothing refers to is collected. */
export async function leftOf(references: readonly WeakRef<object>[]): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What a weak reference was made for stays until this turn ends.
  await new Promise((resume) => setImmediate(resume));
  collect();
  return references.filter((reference) => reference.deref() !== undefined).length;
}
