import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { checkModel } from '../../src/checker/check.ts';
import { Levels } from '../../src/checker/crew/levels.ts';
import {
  COUNT,
  DEPTH,
  LEVELS_MAX,
  ofWorker,
  reserve,
  STOP,
  STOP_FULL,
} from '../../src/checker/crew/memory.ts';
import type { Source } from '../../src/checker/source.ts';

const models = './test/checker/models';
const bounds = { writes: 2, crashes: 1, cuts: 1, capacity: 2 };
const subjects: readonly [string, Source][] = [
  [
    'two-phase commit',
    { module: `${models}/two-phase-commit.ts`, export: 'twoPhaseCommit', arguments: [5] },
  ],
  [
    'a plain model',
    { module: `${models}/two-phase-commit.ts`, export: 'plainTwoPhaseCommit', arguments: [5] },
  ],
  [
    'a model of many starts, in which a key may be null',
    { module: `${models}/chameneos.ts`, export: 'chameneos', arguments: [3, 3] },
  ],
  [
    'three sites',
    { module: `${models}/three-sites.ts`, export: 'threeSites', arguments: [bounds] },
  ],
  [
    'three sites, with liveness',
    { module: `${models}/three-sites.ts`, export: 'threeSitesLive', arguments: [bounds] },
  ],
  [
    'a safety violation',
    { module: `${models}/wrong.ts`, export: 'counter', arguments: ['safety'] },
  ],
  ['a deadlock', { module: `${models}/wrong.ts`, export: 'counter', arguments: ['deadlock'] }],
  ['a lasso', { module: `${models}/wrong.ts`, export: 'counter', arguments: ['lasso'] }],
  [
    'a point of no return',
    { module: `${models}/wrong.ts`, export: 'counter', arguments: ['doomed'] },
  ],
  [
    'a forbidden action',
    { module: `${models}/wrong.ts`, export: 'counter', arguments: ['transition'] },
  ],
  [
    'a forbidden change',
    { module: `${models}/wrong.ts`, export: 'counter', arguments: ['change'] },
  ],
  [
    'a hole in coverage',
    { module: `${models}/wrong.ts`, export: 'counter', arguments: ['coverage'] },
  ],
];

describe('two workers say what one says', () => {
  for (const [title, source] of subjects) {
    it(title, async () => {
      const one = await checkModel(source);
      const two = await checkModel(source, { workers: 2, aloneUntil: 0 });
      const facts = (verdict: typeof one) => ({
        kind: verdict.kind,
        states: verdict.states,
        generated: verdict.generated,
        depth: verdict.depth,
        exhaustive: verdict.exhaustive,
        properties: verdict.properties,
        made: verdict.coverage.moves.map(({ by, made, name }) => [by, name, made]).sort(),
        marks: Object.keys(verdict.coverage.marks),
        holes: verdict.coverage.holes,
        rule: verdict.counterexample?.rule,
        steps: verdict.counterexample?.steps.length,
      });
      expect(facts(two)).toEqual(facts(one));
      expect(two.workers).toBe(2);
    });
  }

  it('a world that is small is visited by one, a larger one by both', async () => {
    const source = subjects[0]![1];
    const few = await checkModel(source, { workers: 2 });
    expect([few.workers, few.states, few.exhaustive]).toEqual([1, 8_832, true]);
    const many = await checkModel(source, { workers: 2, aloneUntil: 2_000 });
    expect([many.workers, many.states, many.exhaustive]).toEqual([2, 8_832, true]);
  });

  it('whoever asks, each question is asked once: three workers make no more calls than one', async () => {
    const source = subjects[3]![1];
    const one = await checkModel(source);
    const three = await checkModel(source, { workers: 3, aloneUntil: 0 });
    expect([three.workers, three.states, three.generated]).toEqual([3, one.states, one.generated]);
    expect(three.calls).toBe(one.calls);
  });

  it.each([
    ['whose layout grows while both are at work', 'flap', 100],
    ['whose index grows among levels of few worlds', 'takeover', 5_000],
  ] as const)('worlds of the protocol, %s', async (_, world, aloneUntil) => {
    const source = { module: './test/bench/worlds.ts', export: 'safetyWorld', arguments: [world] };
    const one = await checkModel(source);
    const two = await checkModel(source, { workers: 2, aloneUntil });
    const { calls, depth, generated, kind, states } = one;
    expect(kind).toBe('exhausted');
    expect(two).toMatchObject({ workers: 2, calls, depth, generated, kind, states });
  });

  it('what is cut short is told as incomplete, with nothing violated', async () => {
    const source = subjects[3]![1];
    const cut = await checkModel(source, { workers: 2, aloneUntil: 0, statesMax: 2_000 });
    expect([cut.workers, cut.kind, cut.exhaustive]).toEqual([2, 'incomplete', false]);
    expect(cut.states).toBeGreaterThanOrEqual(2_000);
    expect(cut.partial!.waiting).toBeGreaterThan(0);
  });

  it('an error in a worker is told by its code', async () => {
    const source = { module: `${models}/wrong.ts`, export: 'counter', arguments: ['throws'] };
    await expect(checkModel(source, { workers: 2, aloneUntil: 0 })).rejects.toMatchObject({
      code: 'component-threw',
    });
  });

  it('a model that looks at the clock is refused, whichever thread asked', async () => {
    const source = { module: `${models}/fickle.ts`, export: 'clocked' };
    await expect(checkModel(source, { workers: 2, aloneUntil: 0 })).rejects.toMatchObject({
      code: 'not-deterministic',
    });
  });

  it('an error of who listens to progress is told, and ends the threads', async () => {
    const terminate = vi.spyOn(Worker.prototype, 'terminate');
    const onProgress = () => {
      throw new Error('nobody listens');
    };
    const options = { workers: 2, aloneUntil: 0, onProgress, progressEveryMilliseconds: 0 };
    await expect(checkModel(subjects[1]![1], options)).rejects.toThrow('nobody listens');
    const ended = new Set(terminate.mock.contexts);
    terminate.mockRestore();
    expect(ended.size).toBe(2);
  });

  it('a run is interrupted also while its threads begin', async () => {
    const source = {
      module: `${models}/slow-in-threads.ts`,
      export: 'twoPhaseCommit',
      arguments: [5],
    };
    const signal = AbortSignal.timeout(1000);
    const cut = await checkModel(source, { workers: 2, aloneUntil: 0, signal });
    expect(cut).toMatchObject({ kind: 'incomplete', reason: 'it was interrupted' });
  });

  it('more levels than two can share are visited by one', async () => {
    const module = `${models}/long-count.ts`;
    const source = { module, export: 'longCount', arguments: [102] };
    const verdict = await checkModel(source, { workers: 2, aloneUntil: 1_055_000 });
    expect(verdict).toMatchObject({ kind: 'exhausted', states: 102 ** 3, depth: 102 ** 3 - 1 });
  });

  it('where the room for levels ends the run does, as one that is cut short', () => {
    const memory = reserve(2, [1], 4096);
    const { control, levels } = memory;
    const crew = new Levels(memory, 0);
    control[DEPTH] = LEVELS_MAX - 2;
    for (const count of [1, 2]) {
      expect(control[STOP]).toBe(0);
      control[ofWorker(1, COUNT)] = count;
      expect(crew.endLevel()).toBe(count === 1);
    }
    expect(control[STOP]).toBe(STOP_FULL);
    expect(levels.at(-1)).toBe(2);
  });

  it('what an earlier run reserved is given back before more is', async () => {
    const earlier = new WeakRef(reserve(2, [1], 4096).arena.buffer);
    // What a weak reference was made for stays until this turn ends.
    await new Promise((resume) => setImmediate(resume));
    reserve(2, [1], 4096);
    expect(earlier.deref()).toBe(undefined);
  });

  it('a model that cannot be sent to other threads is refused', async () => {
    const { counter } = await import('./models/wrong.ts');
    await expect(checkModel(counter('safety'), { workers: 2 })).rejects.toMatchObject({
      code: 'cannot-share',
    });
  });
});

describe('each thread loads the model for itself', () => {
  const module = `${models}/wrong-start.ts`;

  it('starts that can be gone through once are there whenever they are wanted', async () => {
    const source = { module, export: 'startsOnce' };
    for (const aloneUntil of [0, 20]) {
      const { kind, states, workers } = await checkModel(source, { workers: 2, aloneUntil });
      expect([kind, states, workers]).toEqual(['exhausted', 1000, 2]);
    }
  });

  it('and is told where it begins with other keys in another thread', async () => {
    const source = { module, export: 'startsApart' };
    await expect(checkModel(source, { workers: 2, aloneUntil: 0 })).rejects.toMatchObject({
      code: 'not-deterministic',
      message: expect.stringContaining('and in another thread of in '),
    });
  });
});
