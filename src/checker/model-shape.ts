import { CheckError } from './check-error.ts';
import { refuseMisspelt } from './misspelt.ts';
import { textOf } from './text-of.ts';

/** Is this a model at all? What a program without types may get wrong is told before anything is asked of it. */

type Loose = Readonly<Record<string, unknown>>;

const kinds = ['always', 'sometimes', 'ends', 'transition', 'eventually'];
const orders = ['fifo', 'unordered', 'set'];
const fullnesses = ['block', 'drop', 'error'];
const fairnesses = ['reachable', 'weak', 'strong', 'none'];

/** Errors: `no-model` for what is neither a model nor a composition, or in which a part is not what it must be. */
export function refuseOtherThanModel(subject: unknown): void {
  if (subject instanceof Promise) throw noModel('it', subject, 'awaited first');
  if (!isObject(subject)) throw noModel('it', subject, 'an object');
  const { actions, channels = {}, components, images, initial, name, properties } = subject;
  if (typeof name !== 'string') throw noModel('its name', name, 'a text');
  if (!Array.isArray(properties)) throw noModel('its properties', properties, 'a list');
  properties.forEach(refuseProperty);
  if (components === undefined) {
    if (!isListed(initial))
      throw noModel('its initial states', initial, 'a list, or it has components');
    if (typeof actions !== 'function') throw noModel('its actions', actions, 'a function');
    if (images !== undefined && typeof images !== 'function')
      throw noModel('its images', images, 'a function');
    refuseMisspelt('no-model', 'model', subject, 'it');
    return;
  }
  if (!isRecord(components) || Object.keys(components).length === 0)
    throw noModel('its components', textOf(components), 'an object with at least one of its own');
  for (const [named, component] of Object.entries(components)) refuseComponent(named, component);
  if (!isRecord(channels)) throw noModel('its channels', textOf(channels), 'an object');
  for (const [named, channel] of Object.entries(channels)) refuseChannel(named, channel);
  refuseRest(subject);
  refuseMisspelt('no-model', 'composition', subject, 'it');
}

/** What a composition may have besides components and channels. */
function refuseRest({
  bounds = {},
  budgets = {},
  joint = [],
  mustReach = [],
  symmetry = [],
}: Loose): void {
  if (!isRecord(bounds) || Object.values(bounds).some((bound) => typeof bound !== 'number'))
    throw noModel('its bounds', textOf(bounds), 'an object of numbers');
  if (!isRecord(budgets)) throw noModel('its budgets', textOf(budgets), 'an object');
  if (!isTexts(mustReach)) throw noModel('its mustReach', mustReach, 'a list of texts');
  if (!Array.isArray(joint)) throw noModel('its joint moves', joint, 'a list');
  for (const move of joint) refuseJoint(move);
  if (!Array.isArray(symmetry)) throw noModel('its symmetry', symmetry, 'a list');
  for (const renaming of symmetry) {
    if (!isObject(renaming) || !isRecord(renaming.names)) {
      throw noModel('a renaming', renaming, 'an object with names');
    }
    refuseMisspelt('no-model', 'renaming', renaming, 'a renaming');
  }
}

function refuseJoint(move: unknown): void {
  if (!isObject(move)) throw noModel('a joint move', move, 'an object');
  const { generate, name, parts = {}, reads, unless = {} } = move;
  if (typeof name !== 'string') throw noModel('the name of a joint move', name, 'a text');
  if (!isTexts(reads)) throw noModel(`what joint move ${name} reads`, reads, 'a list of names');
  if (typeof generate !== 'function')
    throw noModel(`generate of joint move ${name}`, generate, 'a function');
  if (!isFunctions(parts))
    throw noModel(`the parts of joint move ${name}`, parts, 'an object of functions');
  if (!isFunctions(unless))
    throw noModel(`the unless of joint move ${name}`, unless, 'an object of functions');
  refuseMisspelt('no-model', 'joint', move, `joint move ${name}`);
}

function refuseProperty(property: unknown, index: number): void {
  const which = `property ${index}`;
  if (!isObject(property)) throw noModel(which, property, 'an object');
  const { fairness, from, kind, parts = {}, predicate, reads, rule, sees, sentence } = property;
  if (typeof rule !== 'string') throw noModel(`the rule of ${which}`, rule, 'a text');
  if (typeof sentence !== 'string') throw noModel(`the sentence of ${rule}`, sentence, 'a text');
  refuseChoice(`the kind of ${rule}`, kind, kinds);
  if (typeof predicate !== 'function')
    throw noModel(`the predicate of ${rule}`, predicate, 'a function');
  if (reads !== null && !Array.isArray(reads)) {
    throw noModel(`what ${rule} reads`, reads, 'a list of names, or null');
  }
  if (!isFunctions(parts)) throw noModel(`the parts of ${rule}`, parts, 'an object of functions');
  refuseMisspelt('no-model', 'property', property, `property ${rule}`);
  if (kind === 'transition' && typeof (sees ?? predicate) !== 'function')
    throw noModel(`what ${rule} sees`, sees, 'a function, or null');
  if (kind !== 'eventually') return;
  refuseChoice(`the fairness of ${rule}`, fairness, fairnesses);
  refuseChoice(`from where ${rule} counts`, from, ['anywhere', 'start']);
}

function refuseComponent(name: string, component: unknown): void {
  if (!isObject(component)) throw noModel(`component ${name}`, component, 'an object');
  const { moves, otherInitials = [], step } = component;
  if (!Array.isArray(otherInitials))
    throw noModel(`the other initial states of ${name}`, otherInitials, 'a list');
  if (typeof step !== 'function') throw noModel(`the step of ${name}`, step, 'a function');
  if (moves !== undefined && typeof moves !== 'function') {
    throw noModel(`the moves of ${name}`, moves, 'a function');
  }
  refuseMisspelt('no-model', 'component', component, `component ${name}`);
}

function refuseChannel(name: string, channel: unknown): void {
  if (!isObject(channel)) throw noModel(`channel ${name}`, channel, 'an object');
  refuseChoice(`the order of channel ${name}`, channel.order, orders);
  const { arrival, initial = [], kind, lossy = false, silent } = channel;
  for (const [what, asked] of Object.entries({ arrival, kind, silent })) {
    if (asked !== undefined && typeof asked !== 'function')
      throw noModel(`${what} of channel ${name}`, asked, 'a function');
  }
  if (typeof lossy !== 'boolean' && !(isObject(lossy) && typeof lossy.budget === 'string'))
    throw noModel(`lossy of channel ${name}`, lossy, 'true, false or { budget }');
  if (!Array.isArray(initial))
    throw noModel(`what is in channel ${name} at first`, initial, 'a list');
  refuseMisspelt('no-model', 'channel', channel, `channel ${name}`);
  if (channel.whenFull === undefined) return;
  refuseChoice(`whenFull of channel ${name}`, channel.whenFull, fullnesses);
}

function refuseChoice(what: string, found: unknown, known: readonly string[]): void {
  if (!known.includes(found as string)) throw noModel(what, found, `one of ${known.join(', ')}`);
}

function noModel(what: string, found: unknown, wanted: string): CheckError {
  const told = typeof found === 'string' ? JSON.stringify(found) : textOf(found);
  return new CheckError('no-model', `${what} is ${told}; it must be ${wanted}`);
}

const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null;

/** Names by which something is inherited would be overlooked: so it is of one written `{ __proto__: … }`. */
const isRecord = (value: unknown): value is Loose =>
  isObject(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value));

const isFunctions = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every((one) => typeof one === 'function');

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

const isListed = (value: unknown): boolean => isObject(value) && Symbol.iterator in value;
