import type { Composition } from '../../models/model.ts';
import { worldNamed } from '../../src/cli/protocol-worlds.ts';

/** A world of the protocol without its liveness properties: what the speed of the checker is measured on. */
export function safetyWorld(name: string): Composition {
  const world = worldNamed(name);
  return { ...world, properties: world.properties.filter(({ kind }) => kind !== 'eventually') };
}
