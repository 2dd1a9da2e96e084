import { describe, expect, it } from 'vitest';
import { checkModel } from '../../src/checker/check.ts';
import type { Source } from '../../src/checker/source.ts';
import type { Where, Wrong } from './models/astray.ts';

const tree = (wrong: Wrong, where: Where): Source => ({
  module: './test/checker/models/astray.ts',
  export: 'astray',
  arguments: [wrong, where],
});
const inTwo = { workers: 2, aloneUntil: 20 };

describe.each(['first', 'second'] as const)(
  'what goes wrong in the %s thread ends the run',
  (where) => {
    it.each([
      ['step throws', 'component-threw'],
      ['step is of no shape', 'bad-result'],
      ['step differs', 'not-deterministic'],
      ['moves throw', 'component-threw'],
      ['property throws', 'property-threw'],
      ['property answers nothing', 'bad-result'],
    ] as const)('%s', async (wrong, code) => {
      await expect(checkModel(tree(wrong, where), inTwo)).rejects.toMatchObject({ code });
    });
  },
);

it('a thread that ends in the middle of a question ends the run', async () => {
  const run = checkModel(tree('thread ends', 'second'), inTwo);
  const message = 'a thread ended too early, with code 7';
  await expect(run).rejects.toMatchObject({ code: 'thread-ended', message });
});

it('a thread that ends ends the run also where each thread asks for itself', async () => {
  const source = { module: './test/checker/models/ends-its-thread.ts', export: 'endsItsThread' };
  const run = checkModel(source, { workers: 2, aloneUntil: 0 });
  await expect(run).rejects.toMatchObject({ code: 'thread-ended' });
});

it('a subject that another thread cannot make is told by its code', async () => {
  const run = checkModel(tree('nothing', 'second'), inTwo);
  await expect(run).rejects.toMatchObject({ code: 'model-threw' });
});

it('a subject that is another one in another thread is refused', async () => {
  const run = checkModel(tree('has another channel', 'second'), inTwo);
  await expect(run).rejects.toMatchObject({
    code: 'not-deterministic',
    message: 'the subject was another one when it was loaded again',
  });
});

it('a run is interrupted while each thread asks', async () => {
  const controller = new AbortController();
  const onProgress = ({ states }: { states: number }) => {
    if (states > 300) controller.abort();
  };
  const { signal } = controller;
  const options = { ...inTwo, signal, onProgress, progressEveryMilliseconds: 1 };
  const verdict = await checkModel(tree('nothing', 'first'), options);
  expect(verdict).toMatchObject({ kind: 'incomplete', workers: 2, reason: 'it was interrupted' });
  expect(verdict).toMatchObject({ exhaustive: false });
});

it('nothing goes wrong: each question is asked once, whoever asks it', async () => {
  const one = await checkModel(tree('nothing', 'first'));
  for (const workers of [2, 3]) {
    const { calls, coverage, depth, generated, kind, states } = one;
    const { marks, moves } = coverage;
    const verdict = await checkModel(tree('nothing', 'first'), { ...inTwo, workers });
    expect(verdict).toMatchObject({ workers, calls, depth, generated, kind, states });
    expect(verdict.coverage).toMatchObject({ marks, moves });
  }
});
