import {
  type Channel,
  type Component,
  type Composition,
  type JointMove,
  type Model,
  type Move,
  type Output,
  refused,
  type Stepped,
} from '../../models/model.ts';
import { keyOf } from './brute-force.ts';
import { drawn, numberFrom, randomProperties, textOf } from './random-properties.ts';

/** Small subjects made at random: each is all tables, drawn from its seed, so it answers the same whenever it is asked. */

const letters = ['a', 'b', { type: 'c', of: 1 }, { type: 'c', of: 2 }] as const;

export function randomComposition(seed: number): Composition {
  const number = (text: string, end: number) => numberFrom(seed, text, end);
  const named = (count: number, name: string) =>
    Array.from({ length: count }, (_, at) => `${name}${at}`);
  const components = named(1 + number('components', 3), 'part');
  const channels = named(1 + number('channels', 2), 'way');
  const budgets = named(number('budgets', 4), 'budget');
  const names = [...components, ...channels, ...budgets];
  const strict = drawn(seed, 'strict', 40) ? 100 : 97;
  return {
    name: `composition ${seed}`,
    components: Object.fromEntries(
      components.map((name, at) => [
        name,
        randomComponent(seed, name, [...components.slice(at + 1), ...channels], budgets),
      ]),
    ),
    channels: Object.fromEntries(
      channels.map((name) => [name, randomChannel(seed, name, components, budgets)]),
    ),
    joint: named(number('joint', 4), 'joint').map((name) =>
      randomJoint(seed, name, components, channels, budgets),
    ),
    budgets: Object.fromEntries(budgets.map((name) => [name, number(`left of ${name}`, 3)])),
    properties: randomProperties(seed, names, strict),
  };
}

function randomComponent(
  seed: number,
  name: string,
  targets: readonly string[],
  budgets: readonly string[],
): Component<unknown, unknown> {
  const size = 2 + numberFrom(seed, `size of ${name}`, 2);
  const isRecord = drawn(seed, `record ${name}`, 40);
  const state = (at: number) => (isRecord ? { at, odd: at % 2 === 1 } : at);
  return {
    initial: state(0),
    step: (before, event): Stepped<unknown> => {
      const asked = `${name} ${keyOf(before)} ${keyOf(event)}`;
      if (drawn(seed, `refuses ${asked}`, drawn(seed, 'lively', 50) ? 3 : 12)) return refused;
      const outputs: Output[] = targets.flatMap((to) =>
        drawn(seed, `says to ${to} ${asked}`, 30)
          ? [{ to, event: letters[numberFrom(seed, `what to ${to} ${asked}`, letters.length)] }]
          : [],
      );
      return { state: state(numberFrom(seed, `next ${asked}`, size)), outputs };
    },
    moves: (at) =>
      ['x', 'y', 'z'].flatMap((move): Move<unknown>[] => {
        const asked = `${name} ${keyOf(at)} ${move}`;
        if (!drawn(seed, `moves ${asked}`, drawn(seed, 'lively', 50) ? 75 : 45)) return [];
        const budget = budgets[numberFrom(seed, `draws ${asked}`, 5)];
        return [
          {
            name: move,
            event: move,
            ...(budget === undefined ? {} : { budget }),
            ...(drawn(seed, `fault ${name} ${move}`, 25) ? { fault: true } : {}),
          },
        ];
      }),
  };
}

function randomChannel(
  seed: number,
  name: string,
  components: readonly string[],
  budgets: readonly string[],
): Channel<unknown, unknown> {
  const pick = <Value>(text: string, values: readonly Value[]): Value =>
    values[numberFrom(seed, `${text} ${name}`, values.length)]!;
  const [budget] = budgets;
  const isDeaf = (message: unknown, receiver: unknown) =>
    drawn(seed, `deaf ${name} ${keyOf(message)} ${keyOf(receiver)}`, 25);
  return {
    order: pick('order', ['fifo', 'fifo', 'unordered', 'set'] as const),
    to: pick('to', components),
    capacity: pick('capacity', [1, 2, 2, 3]),
    whenFull: pick('when full', ['block', 'drop'] as const),
    lossy: pick('lossy', [false, false, true, budget === undefined ? true : { budget }]),
    ...(drawn(seed, `begins ${name}`, 30) ? { initial: [letters[3]] } : {}),
    ...(drawn(seed, `silent ${name}`, 25) ? { silent: isDeaf } : {}),
    ...(drawn(seed, `arrival ${name}`, 25)
      ? { arrival: (message) => ({ by: name, message }) }
      : {}),
    ...(drawn(seed, `kind ${name}`, 25) ? { kind: (message) => keyOf(message).slice(0, 3) } : {}),
  };
}

function randomJoint(
  seed: number,
  name: string,
  components: readonly string[],
  channels: readonly string[],
  budgets: readonly string[],
): JointMove<readonly unknown[]> {
  const all = [...components, ...channels, ...budgets];
  const reads = all.filter((one) => drawn(seed, `${name} reads ${one}`, 40));
  const offers = (values: readonly unknown[]) =>
    !values.some((value) => drawn(seed, `${name} rests ${textOf([value])}`, 25));
  const isExcused = drawn(seed, `${name} excused`, 50) && reads.length > 0;
  return {
    name,
    reads,
    ...(isExcused ? { unless: { [reads[0]!]: (value: unknown) => !offers([value]) } } : {}),
    generate: (...values) => {
      if (!offers(values)) return [];
      const count = numberFrom(seed, `count ${name} ${textOf(values)}`, 3);
      return [name, `${name} too`].slice(0, count).map((each) => {
        const asked = `${each} ${textOf(values)}`;
        const one = (text: string, from: readonly string[]) =>
          from[numberFrom(seed, `${text} ${asked}`, from.length + 1)];
        const taker = one('taker', components);
        const cleared = one('cleared', channels);
        const sent = one('sent', channels);
        const budget = one('budget', budgets);
        const letter = letters[numberFrom(seed, `letter ${asked}`, letters.length)];
        return {
          name: each,
          ...(taker === undefined ? {} : { deliver: [[taker, 'jointly'] as const] }),
          ...(cleared === undefined ? {} : { clear: [cleared] }),
          ...(sent === undefined ? {} : { send: [[sent, letter] as const] }),
          ...(budget === undefined ? {} : { budget }),
          ...(drawn(seed, `fault ${each}`, 30) ? { fault: true } : {}),
        };
      });
    },
  };
}

type Record3 = { readonly [name in 'p' | 'q' | 'r']?: number };

/** States of up to three keys, some of which some states lack. */
export function randomModel(seed: number): Model<Record3> {
  const names = ['p', 'q', 'r'] as const;
  const size = 2 + numberFrom(seed, 'size', 3);
  const some = (text: string): Record3 =>
    Object.fromEntries(
      names.flatMap((name) =>
        drawn(seed, `lacks ${name} ${text}`, name === 'p' ? 0 : 12)
          ? []
          : [[name, numberFrom(seed, `${name} of ${text}`, size)]],
      ),
    );
  const full = { p: 0, q: 0, r: 0 };
  const strict = drawn(seed, 'strict', 40) ? 100 : 97;
  return {
    name: `model ${seed}`,
    initial: drawn(seed, 'two starts', 40) ? [full, some('start')] : [full],
    actions: (state) =>
      ['x', 'y', 'z', 'w'].flatMap((name) =>
        [1, 2].flatMap((way) => {
          const asked = `${name} ${way} ${keyOf(state)}`;
          if (!drawn(seed, `happens ${asked}`, drawn(seed, 'lively', 50) ? 45 : 30)) return [];
          const fault = drawn(seed, `fault ${name}`, 25);
          const next = drawn(seed, `stays ${asked}`, 10) ? state : some(asked);
          return [{ name, next, fault }];
        }),
      ),
    properties: randomProperties(seed, names, strict),
  };
}
