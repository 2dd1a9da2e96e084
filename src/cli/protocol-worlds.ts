import { instances } from '../../models/instances.ts';
import type { Composition } from '../../models/model.ts';
import { propertiesOf } from '../../models/properties.ts';
import { defaultSet } from '../../models/sets.ts';
import { worldOf } from '../../models/world.ts';
import { CommandError } from './command-error.ts';

export { defaultSet };

/** From where other threads load the functions below, by their names. */
export const worldsModule = import.meta.url;

/** The worlds `sidefile check` knows, by name. */
export const worldNames: readonly string[] = instances.map(({ name }) => name);

export const worldPurposes: readonly {
  readonly name: string;
  readonly shows: string;
  readonly isDefault: boolean;
}[] = instances.map(({ name, shows }) => ({ name, shows, isDefault: defaultSet.includes(name) }));

/**
 * One of them, with every property of the protocol. Worker threads call this by its name.
 * `weakness`: the rule that is broken on purpose. Errors: `unknown-instance`, naming those there are.
 */
export function worldNamed(name: string, weakness: string | null = null): Composition {
  const bounds = instances.find((instance) => instance.name === name);
  if (bounds === undefined) {
    const known = worldNames.join(', ');
    throw new CommandError('unknown-instance', `there is no instance "${name}"; known: ${known}`);
  }
  const config = { ...bounds.config, weakness };
  return worldOf({ ...bounds, config }, propertiesOf(bounds));
}

/** The same of the statements of these rules only. Use: mutants, which may break others sooner. */
export function worldAsked(name: string, weakness: string, rules: readonly string[]): Composition {
  const world = worldNamed(name, weakness);
  return { ...world, properties: world.properties.filter(({ rule }) => rules.includes(rule)) };
}
