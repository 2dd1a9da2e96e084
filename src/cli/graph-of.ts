import { checkModel } from '../checker/api.ts';
import { worldNamed } from './protocol-worlds.ts';

export interface Graph {
  readonly states: number;
  /** Of all states and what leads from one to the next; null: not exhausted. */
  readonly fingerprint: string | null;
}

/** All that can happen in a world, with a weakness or without: equal graphs cannot be told apart by anybody. */
export async function graphOf(world: string, weakness: string | null = null): Promise<Graph> {
  const named = `"weakness":${JSON.stringify(weakness)}`;
  const { fingerprint, states } = await checkModel(worldNamed(world, weakness), {
    fingerprint: weakness === null ? { read: '', as: '' } : { read: named, as: '"weakness":null' },
  });
  return { states, fingerprint };
}
