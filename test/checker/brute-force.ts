import type { Composition, JointAction, Model, Output } from '../../models/model.ts';

/** A world as plain text values: no ids, no memory of steps, nothing shared with the checker. */
export interface World {
  readonly states: Readonly<Record<string, unknown>>;
  readonly channels: Readonly<Record<string, readonly unknown[]>>;
  readonly budgets: Readonly<Record<string, number>>;
}

/** All worlds of a composition, found the slow way: for comparing counts. */
export function bruteForce(composition: Composition): { states: number; actions: number } {
  return search(startOf(composition), (world) => successors(composition, world));
}

/** The first of the worlds it may begin in. */
export function startOf(composition: Composition): World {
  const { budgets = {}, channels = {}, components } = composition;
  const states = Object.entries(components).map(([name, { initial }]) => [name, initial] as const);
  const start: World = {
    states: Object.fromEntries(states),
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, { initial = [] }]) => [name, initial]),
    ),
    budgets,
  };
  return hushed(composition, start);
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
export function keyOf(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** One action on a world. `group`: what is owed fairness together. */
export interface Edge {
  readonly name: string;
  readonly group: string;
  readonly fault: boolean;
  readonly event: unknown;
  readonly next: World;
}

const successors = (composition: Composition, world: World): readonly World[] =>
  edgesFrom(composition, world).map(({ next }) => next);

/** Everything that can happen in a world. */
export function edgesFrom(composition: Composition, world: World): readonly Edge[] {
  const all = [
    ...arrivals(composition, world),
    ...localMoves(composition, world),
    ...jointMoves(composition, world),
  ];
  return all.flatMap(({ next, ...edge }) =>
    next === null || !isAffordable(next) ? [] : [{ ...edge, next: hushed(composition, next) }],
  );
}

type Attempt = Omit<Edge, 'next'> & { readonly next: World | null };

function arrivals(composition: Composition, world: World): readonly Attempt[] {
  return Object.entries(composition.channels ?? {}).flatMap(([name, channel]) => {
    const messages = world.channels[name]!;
    const choices = channel.order === 'fifo' ? messages.slice(0, 1) : distinct(messages);
    return choices.flatMap((message) => {
      const left = channel.order === 'set' ? world : without(world, name, message);
      const event = channel.arrival === undefined ? message : channel.arrival(message);
      const kind = channel.kind?.(message) ?? typeOf(message);
      const arrival: Attempt = {
        name: kind === '' ? `${name} delivers` : `${name} delivers ${kind}`,
        group: channel.order === 'fifo' ? name : `${name} ${keyOf(message)}`,
        fault: false,
        event,
        next: deliver(composition, left, channel.to, event),
      };
      if (!channel.lossy) return [arrival];
      const budget = typeof channel.lossy === 'object' ? channel.lossy.budget : undefined;
      const next = without(spent(world, budget), name, message);
      const loses = `${name} loses`;
      return [arrival, { name: loses, group: loses, fault: true, event: message, next }];
    });
  });
}

const typeOf = (message: unknown): string =>
  typeof message === 'string' ? message : ((message as { type?: string } | null)?.type ?? '');

function localMoves(composition: Composition, world: World): readonly Attempt[] {
  return Object.entries(composition.components).flatMap(([component, { moves }]) =>
    (moves?.(world.states[component]) ?? []).map(({ budget, event, fault = false, name: move }) => {
      const name = `${component}: ${move}`;
      const next = deliver(composition, spent(world, budget), component, event);
      return { name, group: name, fault, event, next };
    }),
  );
}

function jointMoves(composition: Composition, world: World): readonly Attempt[] {
  return (composition.joint ?? []).flatMap(({ generate, parts = {}, reads }) => {
    const values = reads.map((name) => {
      const value = valueNamed(world, name);
      return (parts[name] as ((whole: unknown) => unknown) | undefined)?.(value) ?? value;
    });
    return generate(...values).map((action) => {
      const { fault = false, name } = action;
      const next = jointly(composition, world, action);
      return { name, group: name, fault, event: null, next };
    });
  });
}

/** Of a component, channel or budget. */
export const valueNamed = ({ budgets, channels, states }: World, name: string): unknown =>
  states[name] ?? channels[name] ?? budgets[name];

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
