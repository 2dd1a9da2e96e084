import { instances } from './instances.ts';

const namesOf = (set: 'default' | 'deep'): readonly string[] =>
  instances.filter((instance) => instance.set === set).map(({ name }) => name);

/** Worlds that are exhausted one after the other in minutes: what `sidefile check` visits when no name is given. */
export const defaultSet = namesOf('default');

/** Worlds of some millions of states and more: `npm run check:deep`. */
export const deepSet = namesOf('deep');
