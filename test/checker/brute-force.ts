import type { Composition, JointAction, Model, Output } from '../../models/model.ts';

/** A world as plain text values: no ids, no memory of steps, nothing shared with the checker. */
interface World {
  readonly states: Readonly<Record<string, unknown>>;
  readonly channels: Readonly<Record<string, readonly unknown[]>>;
  readonly budgets: Readonly<Record<string, number>>;
}

/** All worlds of a composition, found the slow way: for comparing counts. */
export function bruteForce(composition: Composition): { states: number; actions: number } {
  const { budgets = {}, channels = {}, components } = composition;
  const start: World = {
    states: Object.fromEntries(
      Object.entries(components).map(([name, { initial }]) => [name, initial]),
    ),
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, { initial = [] }]) => [name, initial]),
    ),
    budgets,
  };
  return search(start, (world) => successors(composition, world));
}

export function bruteForcePlain<State extends object>(
  model: Model<State>,
): { states: number; actions: number } {
  return search(model.initial[0]!, (state) =>
    [...model.actions(state)].map((action) => ('next' in action ? action.next : action[1])),
  );
}

function search<State extends object>(start: State, next: (state: State) => Iterable<State>) {
  const seen = new Set([keyOf(start)]);
  const waiting = [start];
  let actions = 0;
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    for (const one of next(state)) {
      actions++;
      const key = keyOf(one);
      if (seen.has(key)) continue;
      seen.add(key);
      waiting.push(one);
    }
  }
  return { states: seen.size, actions };
}

/** The same text for values that differ only in the order of their keys. */
function keyOf(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function successors(composition: Composition, world: World): World[] {
  const found: (World | null)[] = [];
  for (const [name, channel] of Object.entries(composition.channels ?? {})) {
    const messages = world.channels[name]!;
    const choices = channel.order === 'fifo' ? messages.slice(0, 1) : distinct(messages);
    for (const message of choices) {
      const left = channel.order === 'set' ? world : without(world, name, message);
      const event = channel.arrival === undefined ? message : channel.arrival(message);
      found.push(deliver(composition, left, channel.to, event));
      if (channel.lossy) {
        const budget = typeof channel.lossy === 'object' ? channel.lossy.budget : undefined;
        found.push(without(spent(world, budget), name, message));
      }
    }
  }
  for (const [name, component] of Object.entries(composition.components)) {
    for (const { budget, event } of component.moves?.(world.states[name]) ?? []) {
      found.push(deliver(composition, spent(world, budget), name, event));
    }
  }
  for (const { generate, reads } of composition.joint ?? []) {
    const values = reads.map(
      (name) => world.states[name] ?? world.channels[name] ?? world.budgets[name],
    );
    for (const action of generate(...values)) found.push(jointly(composition, world, action));
  }
  return found
    .filter((one) => one !== null && isAffordable(one))
    .map((one) => hushed(composition, one!));
}

function jointly(composition: Composition, world: World, action: JointAction): World | null {
  let next: World | null = spent(world, action.budget);
  for (const name of action.clear ?? []) {
    next = { ...next, channels: { ...next.channels, [name]: [] } };
  }
  for (const [name, event] of action.deliver ?? []) {
    next = next && deliver(composition, next, name, event);
  }
  for (const [name, event] of action.send ?? []) {
    next = next && put(composition, next, { to: name, event });
  }
  return next;
}

function deliver(
  composition: Composition,
  world: World,
  name: string,
  event: unknown,
): World | null {
  const stepped = composition.components[name]!.step(world.states[name], event);
  if ('refused' in stepped) return null;
  let next: World | null = { ...world, states: { ...world.states, [name]: stepped.state } };
  for (const output of stepped.outputs ?? []) next = next && put(composition, next, output);
  return next;
}

function put(composition: Composition, world: World, { event, to }: Output): World | null {
  const channel = composition.channels?.[to];
  if (channel === undefined) return deliver(composition, world, to, event);
  const messages = world.channels[to]!;
  const { capacity = Number.POSITIVE_INFINITY, order, whenFull } = channel;
  if (order === 'set' && messages.some((one) => keyOf(one) === keyOf(event))) return world;
  if (messages.length >= capacity) return whenFull === 'drop' ? world : null;
  const longer = [...messages, event];
  if (order !== 'fifo') longer.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return { ...world, channels: { ...world.channels, [to]: longer } };
}

const spent = (world: World, budget: string | undefined): World =>
  budget === undefined
    ? world
    : { ...world, budgets: { ...world.budgets, [budget]: world.budgets[budget]! - 1 } };

const isAffordable = ({ budgets }: World): boolean =>
  Object.values(budgets).every((left) => left >= 0);

function without(world: World, name: string, message: unknown): World {
  const messages = world.channels[name]!;
  const at = messages.indexOf(message);
  const left = messages.toSpliced(at, 1);
  return { ...world, channels: { ...world.channels, [name]: left } };
}

function hushed(composition: Composition, world: World): World {
  const channels = Object.entries(world.channels).map(([name, messages]) => {
    const { silent, to } = composition.channels![name]!;
    const heard = messages.filter((message) => !silent?.(message, world.states[to]));
    return [name, heard] as const;
  });
  return { ...world, channels: Object.fromEntries(channels) };
}

const distinct = (messages: readonly unknown[]): readonly unknown[] => [
  ...new Map(messages.map((message) => [keyOf(message), message])).values(),
];
