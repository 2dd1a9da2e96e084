import {
  always,
  type Component,
  type Composition,
  type Model,
  type Output,
  permutationsOf,
  sometimes,
} from '../../../models/model.ts';

/** Single-decree Paxos as in the TLA+ example (Lamport): acceptors, ballots, and messages that stay in a set for ever. */
export interface PaxosBounds {
  readonly acceptors: number;
  readonly ballots: number;
  readonly values: number;
}

interface Acceptor {
  /** Largest ballot promised, and the last vote; -1: none. */
  readonly maxBallot: number;
  readonly votedBallot: number;
  readonly votedValue: number;
}

type Message =
  | { readonly type: '1a'; readonly ballot: number }
  | {
      readonly type: '1b';
      readonly acceptor: number;
      readonly ballot: number;
      readonly votedBallot: number;
      readonly votedValue: number;
    }
  | { readonly type: '2a'; readonly ballot: number; readonly value: number }
  | {
      readonly type: '2b';
      readonly acceptor: number;
      readonly ballot: number;
      readonly value: number;
    };

interface State {
  readonly acceptors: readonly Acceptor[];
  /** Sorted by text: a set. */
  readonly messages: readonly Message[];
}

/** The same for equal messages: states come back with their keys in order. */
const textOf = (message: Message): string => JSON.stringify(Object.entries(message).sort());
const byText = (one: Message, other: Message): number => (textOf(one) < textOf(other) ? -1 : 1);
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

function sent(messages: readonly Message[], message: Message): readonly Message[] {
  const text = textOf(message);
  if (messages.some((one) => textOf(one) === text)) return messages;
  return [...messages, message].sort(byText);
}

const start: Acceptor = { maxBallot: -1, votedBallot: -1, votedValue: -1 };

/** What a leader may propose in a ballot, from what a majority promised: the value of the largest vote, or any. */
function proposals(
  { acceptors, values }: PaxosBounds,
  messages: readonly Message[],
  ballot: number,
): readonly number[] {
  if (messages.some((one) => one.type === '2a' && one.ballot === ballot)) return [];
  const promises = messages.filter((one) => one.type === '1b' && one.ballot === ballot) as Extract<
    Message,
    { type: '1b' }
  >[];
  const quorum = Math.floor(acceptors / 2) + 1;
  const allowed = new Set<number>();
  for (const members of subsets(upTo(acceptors), quorum)) {
    const theirs = promises.filter(({ acceptor }) => members.includes(acceptor));
    if (!members.every((member) => theirs.some(({ acceptor }) => acceptor === member))) continue;
    const newest = Math.max(...theirs.map(({ votedBallot }) => votedBallot));
    if (newest < 0) for (const value of upTo(values)) allowed.add(value);
    for (const { votedBallot, votedValue } of theirs) {
      if (newest >= 0 && votedBallot === newest) allowed.add(votedValue);
    }
  }
  return [...allowed].sort();
}

function subsets(list: readonly number[], size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return list.flatMap((first, at) =>
    subsets(list.slice(at + 1), size - 1).map((rest) => [first, ...rest]),
  );
}

/** An acceptor's answer, or null. */
function answer(
  acceptor: Acceptor,
  index: number,
  message: Message,
): { readonly acceptor: Acceptor; readonly message: Message } | null {
  const { ballot } = message;
  if (message.type === '1a' && ballot > acceptor.maxBallot) {
    const { votedBallot, votedValue } = acceptor;
    return {
      acceptor: { ...acceptor, maxBallot: ballot },
      message: { type: '1b', acceptor: index, ballot, votedBallot, votedValue },
    };
  }
  if (message.type === '2a' && ballot >= acceptor.maxBallot) {
    const { value } = message;
    return {
      acceptor: { maxBallot: ballot, votedBallot: ballot, votedValue: value },
      message: { type: '2b', acceptor: index, ballot, value },
    };
  }
  return null;
}

function chosen({ acceptors, values, ballots }: PaxosBounds, messages: readonly Message[]): number {
  const quorum = Math.floor(acceptors / 2) + 1;
  return upTo(values).filter((value) =>
    upTo(ballots).some((ballot) => {
      const votes = messages.filter(
        (one) => one.type === '2b' && one.ballot === ballot && one.value === value,
      );
      return votes.length >= quorum;
    }),
  ).length;
}

/** The acceptors in another order: nothing tells one from the others. */
function reordered(state: State, order: readonly number[]): State {
  const messages = state.messages.map((message) =>
    'acceptor' in message ? { ...message, acceptor: order[message.acceptor]! } : message,
  );
  const moved = new Array<Acceptor>(order.length);
  for (const [at, acceptor] of state.acceptors.entries()) moved[order[at]!] = acceptor;
  return { acceptors: moved, messages: messages.sort(byText) };
}

/** As one state with a set of messages. */
export function plainPaxos(bounds: PaxosBounds): Model<State> {
  return {
    name: `Paxos, ${JSON.stringify(bounds)}`,
    initial: [{ acceptors: new Array(bounds.acceptors).fill(start), messages: [] }],
    *actions({ acceptors, messages }) {
      for (const ballot of upTo(bounds.ballots)) {
        yield ['1a', { acceptors, messages: sent(messages, { type: '1a', ballot }) }];
        for (const value of proposals(bounds, messages, ballot)) {
          const message = { type: '2a', ballot, value } as const;
          yield ['2a', { acceptors, messages: sent(messages, message) }];
        }
      }
      for (const [index, acceptor] of acceptors.entries()) {
        for (const message of messages) {
          const answered = answer(acceptor, index, message);
          if (answered === null) continue;
          const next = {
            acceptors: acceptors.with(index, answered.acceptor),
            messages: sent(messages, answered.message),
          };
          yield [answered.message.type, next];
        }
      }
    },
    images: (state) => permutationsOf(bounds.acceptors).map((order) => reordered(state, order)),
    properties: [
      always(
        'PAXOS-1',
        'at most one value is chosen',
        ['messages'],
        (messages: readonly Message[]) => chosen(bounds, messages) <= 1,
      ),
      sometimes(
        'PAXOS-2',
        'a value is chosen',
        ['messages'],
        (messages: readonly Message[]) => chosen(bounds, messages) === 1,
      ),
    ],
  };
}

/** The same as components that talk over channels which are sets: acceptors, and a leader of all ballots. */
export function paxos(bounds: PaxosBounds): Composition {
  const names = upTo(bounds.acceptors).map((index) => `acceptor ${index}`);
  return {
    name: `composed Paxos, ${JSON.stringify(bounds)}`,
    components: {
      // The leader keeps nothing but which ballots have begun and what was proposed: both are on the air.
      leader: { initial: 0, step: (state) => ({ state }) },
      ...Object.fromEntries(names.map((name, index) => [name, acceptorOf(index)])),
    },
    channels: {
      ...Object.fromEntries(names.map((name) => [`to ${name}`, { order: 'set', to: name }])),
      answers: { order: 'set', to: 'leader', silent: () => false },
    },
    joint: [
      {
        name: 'leader',
        reads: ['to acceptor 0', 'answers'],
        generate: (asked, answers) => leads(bounds, names, asked, answers),
      },
    ],
    properties: [
      always(
        'PAXOS-1',
        'at most one value is chosen',
        ['answers'],
        (messages: Message[]) => chosen(bounds, messages) <= 1,
      ),
      sometimes(
        'PAXOS-2',
        'a value is chosen',
        ['answers'],
        (messages: Message[]) => chosen(bounds, messages) === 1,
      ),
    ],
  };
}

function acceptorOf(index: number): Component<unknown, unknown> {
  return {
    initial: start,
    step: (state, message) => {
      const answered = answer(state as Acceptor, index, message as Message);
      if (answered === null) return { refused: true };
      const outputs: Output[] = [{ to: 'answers', event: answered.message }];
      return { state: answered.acceptor, outputs };
    },
  };
}

function leads(
  bounds: PaxosBounds,
  names: readonly string[],
  asked: unknown,
  answers: unknown,
): { name: string; send: (readonly [string, unknown])[] }[] {
  const messages = [...(asked as Message[]), ...(answers as Message[])];
  const toAll = (message: Message) => names.map((name) => [`to ${name}`, message] as const);
  return upTo(bounds.ballots).flatMap((ballot) => [
    { name: '1a', send: toAll({ type: '1a', ballot }) },
    ...proposals(bounds, messages, ballot).map((value) => ({
      name: '2a',
      send: toAll({ type: '2a', ballot, value }),
    })),
  ]);
}
