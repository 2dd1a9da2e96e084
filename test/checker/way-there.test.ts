import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import type { CheckOptions } from '../../src/checker/api.ts';
import {
  always,
  type Component,
  type Composition,
  type Model,
  machineComponent,
} from '../../src/checker/api.ts';
import { checkModel } from '../../src/checker/check.ts';
import type { Subject } from '../../src/checker/source.ts';

const told = (subject: Subject, options: CheckOptions = {}): Promise<string> =>
  checkModel(subject, options).then(
    ({ sentence }) => sentence,
    ({ code, message }) => `${code}: ${message}`,
  );

/** Asks the door until it opens, or knocks at it. */
const door = (
  component: Component<never, never>,
  more: Partial<Composition> = {},
): Composition => ({
  name: 'door',
  components: {
    guest: {
      initial: 0,
      step: (asked: number, event: string) => ({
        state: asked + 1,
        outputs: [{ to: 'hall', event: { type: event } }],
      }),
      moves: (asked: number) =>
        asked < 4 ? ['ring', 'knock'].map((name) => ({ name, event: name })) : [],
    } as Component<number, string>,
    door: component,
  },
  channels: { hall: { order: 'fifo', to: 'door' } },
  properties: [always('D', 'it is a door', ['door'], () => true)],
  ...more,
});

const machine = createMachine({
  id: 'door',
  initial: 'shut',
  states: {
    shut: { on: { ring: 'open', knock: {} } },
    open: { on: { ring: {} } },
  },
});

const opens = (fails: (heard: number) => boolean): Component<never, never> =>
  ({
    initial: 0,
    step: (heard: number, { type }: { type: string }) => {
      if (fails(heard)) throw new Error(`too many, and ${type}`);
      return { state: heard + 1 };
    },
  }) as never;

/** Counts to three, where asking for more fails. */
const counting: Model<number> = {
  name: 'counting',
  initial: [0],
  actions: (count) => {
    if (count === 3) throw new Error('that is enough');
    return [{ name: `from ${count}`, next: count + 1 }];
  },
  properties: [always('C', 'it is a count', null, (count: number) => count >= 0)],
};

const lines = (...all: string[]): string => all.join('\n');

describe('an error of the model tells the shortest way to where it was met', () => {
  it('an event that a machine does not handle', async () => {
    expect(await told(door(machineComponent(machine) as never))).toBe(
      lines(
        'unhandled-event: machine door does not handle {"type":"knock"} in "open"',
        'It was met after:',
        '  1. guest: ring',
        '  2. hall delivers ring',
        '  3. guest: knock',
      ),
    );
  });

  it('a step that throws, after nothing', async () => {
    const bell = { ...door(opens(() => true)), channels: { hall: { order: 'set', to: 'door' } } };
    expect(await told(bell as Composition)).toMatch(
      /too many.*\nIt was met after:\n {2}1\. guest: \w+$/,
    );
    const guest = { initial: 0, step: () => wrong(), moves: () => [{ name: 'ring', event: '' }] };
    const alone = { ...bell, components: { ...bell.components, guest } };
    expect(await told(alone as never)).toMatch(/component-threw: .*\nIt was met at the start\.$/);
  });

  it('a channel that is full', async () => {
    const channels = {
      hall: { order: 'fifo', to: 'door', capacity: 2, whenFull: 'error' },
    } as const;
    const deaf = { initial: 0, step: (heard: number) => ({ state: heard }) };
    const full = await told(door(deaf as never, { channels }));
    expect(full).toMatch(
      /^channel-full: .*\nIt was met after:\n {2}1\. guest: ring\n {2}2\. guest: ring$/,
    );
  });

  it('a plain model, visited as a whole or at random', async () => {
    const way = lines(
      'It was met after:',
      ...[0, 1, 2].map((from) => `  ${from + 1}. from ${from}`),
    );
    const walks = { count: 1, seed: 1, stepsMax: 9 };
    for (const options of [{}, { walks }]) {
      expect(await told(counting, options)).toMatch(/^model-threw: .*that is enough\n/);
      expect(await told(counting, options)).toContain(way);
    }
  });

  it('what was thrown first is told, of a model too that does otherwise when it is asked for the way', async () => {
    let hasThrown = false;
    const otherwise: readonly ((count: number) => number)[] = [
      (count) => count + 2,
      () => {
        throw new Error('tired');
      },
    ];
    for (const again of otherwise) {
      hasThrown = false;
      const moody: Model<number> = {
        ...counting,
        actions: (count) => {
          const next = hasThrown ? again(count) : count + 1;
          hasThrown = count === 3;
          if (hasThrown) throw new Error('that is enough');
          return [{ name: 'on', next }];
        },
      };
      expect(await told(moody)).toMatch(
        /^model-threw: .*given 3, threw: that is enough\nIt was met after 3 steps; asked again .* otherwise\.$/,
      );
    }
  });

  it('one state for all that are symmetric to it', async () => {
    const halves: Model<readonly number[]> = {
      name: 'halves',
      initial: [[0, 0]],
      actions: ([left = 0, right = 0]) => {
        if (left + right === 2) throw new Error('both');
        return [
          { name: 'left', next: [left + 1, right] },
          { name: 'right', next: [left, right + 1] },
        ];
      },
      images: ([left = 0, right = 0]) => [[right, left]],
      properties: [always('H', 'it is small', null, (all: readonly number[]) => all.length === 2)],
    };
    expect(await told(halves, { reduced: true })).toMatch(
      /both\nIt was met after:\n {2}1\. \w+\n {2}2\. \w+$/,
    );
  });

  it('several workers do not know it, and say who does', async () => {
    const source = {
      module: './test/checker/models/wrong.ts',
      export: 'counter',
      arguments: ['throws'],
    };
    const alone = await told(source as never);
    expect(alone).toMatch(/^component-threw: .*\nIt was met after:\n {2}1\. /);
    expect(await told(source as never, { workers: 2, aloneUntil: 0 })).toMatch(
      /^component-threw: .*\nIt was met by one of several workers; one alone tells the way there\.$/,
    );
    expect(await told(source as never, { workers: 2 })).toBe(alone);
  });
});

function wrong(): never {
  throw new Error('at once');
}
