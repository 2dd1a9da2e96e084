import {
  always,
  type Channel,
  type Component,
  type Composition,
  type Model,
  permutationsOf,
  type Renaming,
  refused,
  sometimes,
} from '../../../models/model.ts';

type Participant = 'working' | 'prepared' | 'committed' | 'aborted';
type Order = 'prepare' | 'abort by itself' | 'commit' | 'abort';
interface Manager {
  readonly decided: 'no' | 'commit' | 'abort';
  readonly prepared: readonly number[];
}
type Heard =
  | { readonly type: 'prepared'; readonly by: number }
  | { readonly type: 'decide'; readonly to: 'commit' | 'abort' };

const participantNames = (count: number) =>
  Array.from({ length: count }, (_, index) => `participant ${index}`);

/**
 * Two-phase commit as a composition: messages stay in sets for ever, as in the TLA+ example, and may arrive again. Without
 * `repeats`, what arrived is not taken again: the same states, fewer actions.
 */
export function twoPhaseCommit(count: number, repeats = true): Composition {
  const names = participantNames(count);
  const participants = names.map(
    (name, index) => [name, once(participant(index), repeats)] as const,
  );
  const orders = names.map(
    (name, index) => [`orders ${index}`, { order: 'set', from: 'manager', to: name }] as const,
  );
  return {
    name: `two-phase commit, ${count} participants`,
    components: { manager: once(manager(count), repeats), ...Object.fromEntries(participants) },
    channels: {
      votes: { order: 'set', to: 'manager' },
      ...(Object.fromEntries(orders) as Record<string, Channel<Order, Participant>>),
    },
    // Of eight there are 40,320 orders.
    symmetry: count > 6 ? [] : permutationsOf(count).map(reordered),
    properties: [
      always('2PC-1', 'no two participants decide differently', names, agreement),
      sometimes('2PC-2', 'all commit', names, (...all: Participant[]) =>
        all.every((one) => one === 'committed'),
      ),
      sometimes('2PC-3', 'all abort', names, (...all: Participant[]) =>
        all.every((one) => one === 'aborted'),
      ),
    ],
  };
}

/** Refuses what would change nothing. */
function once<State, Event>(
  component: Component<State, Event>,
  repeats: boolean,
): Component<State, Event> {
  if (repeats) return component;
  return {
    ...component,
    step(state, event) {
      const stepped = component.step(state, event);
      if ('refused' in stepped) return stepped;
      const isSame = JSON.stringify(stepped.state) === JSON.stringify(state);
      return isSame ? refused : stepped;
    },
  };
}

/** The participants in another order. */
function reordered(order: readonly number[]): Renaming {
  const names = order.flatMap((to, from) => [
    [`participant ${from}`, `participant ${to}`],
    [`orders ${from}`, `orders ${to}`],
  ]);
  return {
    names: Object.fromEntries(names),
    value(value, name) {
      if (name === 'votes') {
        const vote = value as Extract<Heard, { type: 'prepared' }>;
        return { ...vote, by: order[vote.by] };
      }
      if (name !== 'manager') return value;
      const { decided, prepared } = value as Manager;
      return { decided, prepared: prepared.map((by) => order[by]!).sort((a, b) => a - b) };
    },
  };
}

const agreement = (...all: Participant[]) =>
  !(all.includes('committed') && all.includes('aborted'));

function participant(index: number): Component<Participant, Order> {
  return {
    initial: 'working',
    step: (_, order) => {
      switch (order) {
        case 'prepare':
          return {
            state: 'prepared',
            outputs: [{ to: 'votes', event: { type: 'prepared', by: index } }],
          };
        case 'abort by itself':
        case 'abort':
          return { state: 'aborted' };
        case 'commit':
          return { state: 'committed' };
        default:
          return order satisfies never;
      }
    },
    moves: (state) =>
      state === 'working'
        ? [
            { name: 'prepare', event: 'prepare' },
            { name: 'abort', event: 'abort by itself' },
          ]
        : [],
  };
}

function manager(count: number): Component<Manager, Heard> {
  const tell = (event: Order) =>
    Array.from({ length: count }, (_, index) => ({ to: `orders ${index}`, event }));
  return {
    initial: { decided: 'no', prepared: [] },
    step: (state, heard) => {
      if (state.decided !== 'no') return refused;
      if (heard.type === 'decide')
        return { state: { ...state, decided: heard.to }, outputs: tell(heard.to) };
      const prepared = [...new Set([...state.prepared, heard.by])].sort((a, b) => a - b);
      return { state: { ...state, prepared } };
    },
    moves: ({ decided, prepared }) => {
      if (decided !== 'no') return [];
      const abort = { name: 'abort', event: { type: 'decide', to: 'abort' } } as const;
      const commit = { name: 'commit', event: { type: 'decide', to: 'commit' } } as const;
      return prepared.length === count ? [abort, commit] : [abort];
    },
  };
}

interface State {
  readonly participants: readonly Participant[];
  readonly decided: 'no' | 'commit' | 'abort';
  readonly heard: readonly boolean[];
  readonly voted: readonly boolean[];
}

/** The same as a plain model. */
export function plainTwoPhaseCommit(count: number): Model<State> {
  const none: readonly boolean[] = new Array(count).fill(false);
  return {
    name: `plain two-phase commit, ${count} participants`,
    initial: [
      { participants: new Array(count).fill('working'), decided: 'no', heard: none, voted: none },
    ],
    *actions(state) {
      const { decided, heard, participants, voted } = state;
      if (decided === 'no') {
        yield ['manager aborts', { ...state, decided: 'abort' }];
        if (heard.every(Boolean)) yield ['manager commits', { ...state, decided: 'commit' }];
      }
      for (let index = 0; index < count; index++) {
        if (decided === 'no' && voted[index])
          yield ['manager hears', { ...state, heard: heard.with(index, true) }];
        if (participants[index] === 'working') {
          const prepared = participants.with(index, 'prepared');
          yield ['prepare', { ...state, participants: prepared, voted: voted.with(index, true) }];
          yield [
            'abort by itself',
            { ...state, participants: participants.with(index, 'aborted') },
          ];
        }
        if (decided === 'no') continue;
        const obeyed = decided === 'commit' ? 'committed' : 'aborted';
        yield [decided, { ...state, participants: participants.with(index, obeyed) }];
      }
    },
    images: ({ decided, heard, participants, voted }) =>
      permutationsOf(count).map((order) => ({
        decided,
        heard: order.map((at) => heard[at]!),
        participants: order.map((at) => participants[at]!),
        voted: order.map((at) => voted[at]!),
      })),
    properties: [
      always(
        '2PC-1',
        'no two participants decide differently',
        ['participants'],
        (all: readonly Participant[]) => agreement(...all),
      ),
    ],
  };
}
