import { expect, it } from 'vitest';
import type { Composition } from '../../models/model.ts';
import { always } from '../../models/model.ts';
import { checkModel } from '../../src/checker/api.ts';
import { sequenceOf, shortText } from '../../src/diagrams/counterexample.ts';
import { renderSequence } from '../../src/diagrams/sequence.ts';
import { renderStory, stories } from '../../src/diagrams/stories.ts';

/** One letter on its way; the property says it never arrives. */
const letter: Composition = {
  name: 'letter',
  components: {
    sender: {
      initial: 'ready',
      step: () => ({
        state: 'sent',
        outputs: [{ to: 'post', event: { type: 'letter', page: 1 } }],
      }),
      moves: (state) => (state === 'ready' ? [{ name: 'send', event: 'send' }] : []),
    },
    reader: { initial: 'waiting', step: () => ({ state: 'has read' }) },
  },
  channels: { post: { order: 'fifo', from: 'sender', to: 'reader' } },
  properties: [always('X-1', 'nothing is ever read', ['reader'], (at: string) => at === 'waiting')],
};

it('a counterexample is drawn: participants in order, numbered steps, arrows with short text', async () => {
  const { counterexample } = await checkModel(letter);
  const diagram = sequenceOf(counterexample!);
  expect(diagram.participants).toEqual(['sender', 'reader']);
  const picture = renderSequence(diagram);
  expect(picture.startsWith('<svg ')).toBe(true);
  for (const text of ['nothing is ever read', '1. send', 'letter page 1', '>reader<']) {
    expect(picture).toContain(text);
  }
  expect(renderSequence(diagram)).toBe(picture);
});

it('what is written in a message can not break the picture', () => {
  const picture = renderSequence({
    title: 'a < b & "c"',
    participants: ['<one>', 'two'],
    rows: [
      { kind: 'message', number: 1, from: '<one>', to: 'two', text: '<script>', fate: 'is lost' },
      { kind: 'note', number: null, text: '</svg>', tone: 'fault', at: 'two' },
    ],
  });
  expect(picture).not.toContain('<script>');
  expect(picture.match(/<\/svg>/g)).toHaveLength(1);
});

it('an event is told by its type and its first plain values, however deep it is wrapped', () => {
  const frame = { type: 'frame', message: { type: 'write', epoch: 3, entries: [], committed: 1 } };
  expect(shortText(frame)).toBe('write epoch 3, committed 1');
  expect(shortText({ type: 'site', event: { type: 'timeout', timer: 'retry' } })).toBe(
    'timeout timer retry',
  );
  expect(shortText('crash')).toBe('crash');
});

const told: Readonly<Record<string, readonly string[]>> = {
  write: ['write 1', 'stored up to 1', 'inform', 'confirmed', '>The sync mirror knows'],
  failover: ['crashes', 'propose epoch', 'promise, with', 'compares the two', '>Both mirrors'],
  return: ['crashes', 'restart', 'propose epoch', '>The old primary follows'],
  update: ['begin an update', 'blocks', 'commit the stage', '>The mirror stands'],
};

it.each(stories.map((story) => [story.name, story] as const))(
  'the story "%s" is a run of the machines, told in order',
  async (name, story) => {
    const picture = await renderStory(story);
    const places = told[name]!.map((text) => picture.indexOf(text));
    expect(places.every((place, index) => place > (places[index - 1] ?? 0))).toBe(true);
  },
);
