import { describe, expect, it } from 'vitest';
import { always, ends, eventually, sometimes, transition } from '../../models/model.ts';
import { type CheckOptions, checkModel, type Progress } from '../../src/checker/check.ts';
import { renderItf } from '../../src/checker/render/itf.ts';
import { renderMermaid } from '../../src/checker/render/mermaid.ts';
import { renderProgress, renderReport } from '../../src/checker/render/report.ts';
import { renderText } from '../../src/checker/render/text.ts';
import { exitCode } from '../../src/checker/verdict.ts';
import { threeSites } from './models/three-sites.ts';
import { counter, type Wrong } from './models/wrong.ts';

const world = threeSites({ writes: 2, crashes: 1, cuts: 1, capacity: 2 });

describe('each kind of wrong has its verdict and exit code', () => {
  const answers: readonly [Wrong, string, number, steps: number | null][] = [
    ['none', 'exhausted', 0, null],
    ['safety', 'safety', 12, 7],
    ['transition', 'safety', 12, 8],
    ['change', 'safety', 12, 8],
    ['deadlock', 'deadlock', 11, null],
    ['lasso', 'liveness', 13, null],
    ['doomed', 'liveness', 13, null],
    ['coverage', 'coverage', 22, null],
  ];
  for (const [wrong, kind, code, steps] of answers) {
    it(`${wrong}: ${kind}, exit ${code}`, async () => {
      const verdict = await checkModel(counter(wrong));
      expect([verdict.kind, exitCode(verdict)]).toEqual([kind, code]);
      if (steps !== null) expect(verdict.counterexample!.steps.length - 1).toBe(steps);
    });
  }
});

describe('a run that proves nothing is never a success', () => {
  const cut: readonly [string, CheckOptions][] = [
    ['too many states', { statesMax: 1000 }],
    ['too much memory', { memoryBytesMax: 100_000 }],
    ['too long', { secondsMax: 1e-9 }],
    ['too deep', { depthMax: 5 }],
    ['interrupted', { signal: AbortSignal.abort() }],
    ['random walks', { walks: { count: 5, stepsMax: 50, seed: 1 } }],
  ];
  for (const [title, options] of cut) {
    it(title, async () => {
      const verdict = await checkModel(world, options);
      expect(verdict).toMatchObject({ kind: 'incomplete', exhaustive: false });
      expect(exitCode(verdict)).toBe(23);
      expect(verdict.properties.map(({ outcome }) => outcome)).not.toContain('holds');
    });
  }

  it('whose states take long, as soon as it is interrupted', async () => {
    const controller = new AbortController();
    let calls = 0;
    const slow = {
      name: 'slow',
      initial: Array.from({ length: 6000 }, (_, n) => n),
      actions: () => {
        controller.abort();
        calls++;
        for (const until = performance.now() + 2; performance.now() < until; );
        return [];
      },
      properties: [always('S-1', 'all is well', () => true)],
    };
    const verdict = await checkModel(slow, { signal: controller.signal });
    expect(verdict).toMatchObject({ kind: 'incomplete', reason: 'it was interrupted' });
    expect(calls).toBeLessThan(1000);
  });

  it('nothing to check', async () => {
    expect(await checkModel({ ...world, properties: [] })).toMatchObject({ kind: 'incomplete' });
  });

  it('a mark that must be reached and is not', async () => {
    const verdict = await checkModel({ ...world, mustReach: ['write', 'miracle'] });
    expect(verdict).toMatchObject({ kind: 'coverage', reason: 'mark miracle is never reached' });
  });
});

describe('what a person sees', () => {
  it('numbered steps, with who did what and what changed', async () => {
    const text = renderText(await checkModel(counter('safety')));
    expect(text).toContain('W-SAFETY: After these steps it is not true that the sum stays small.');
    expect(text).toMatch(/1\. (left|right): up/);
    expect(text).toMatch(/left -> right|to right -> right|at left/);
    expect(text).toMatch(/(left|right): 0 => 1/);
  });

  it('what is wrong before anything happens is not told to be so after steps', async () => {
    const wrong = always('W-START', 'nothing is', () => false);
    const { counterexample } = await checkModel({ ...counter('safety'), properties: [wrong] });
    expect(counterexample!.steps.length).toBe(1);
    expect(counterexample!.claim).toBe('At the start it is not true that nothing is.');
  });

  it('a sequence diagram, with the loop', async () => {
    const verdict = await checkModel(counter('lasso'));
    const diagram = renderMermaid(verdict.counterexample!);
    expect(diagram).toMatch(/^sequenceDiagram/);
    expect(diagram).toContain('loop for ever');
    expect(
      diagram
        .trim()
        .split('\n')
        .filter((line) => line.trim() === 'end'),
    ).toHaveLength(1);
  });

  it('a trace for other viewers', async () => {
    const verdict = await checkModel(counter('lasso'));
    const trace = JSON.parse(renderItf(verdict.counterexample!));
    expect(trace.vars).toEqual(['left', 'right', 'to left', 'to right']);
    expect(trace.states).toHaveLength(verdict.counterexample!.steps.length);
    expect(trace.states[trace.loop].left).toBe(trace.states.at(-1).left);
  });

  it('progress and report as JSON', async () => {
    const seen: Progress[] = [];
    const verdict = await checkModel(world, {
      onProgress: (progress) => seen.push(progress),
      progressEveryMilliseconds: 1,
    });
    expect(JSON.parse(renderProgress(seen.at(-1)!))).toMatchObject({
      type: 'progress',
      states: verdict.states,
    });
    expect(JSON.parse(renderReport(verdict))).toMatchObject({
      exitCode: 0,
      states: 20_714,
      bounds: { crashes: 1, cuts: 1 },
    });
  });
});

it('a sometimes stands beside an always', async () => {
  const properties = [
    always('A', 'true', () => true),
    sometimes('B', 'two', ['left'], (left: number) => left === 2),
  ];
  const verdict = await checkModel({ ...counter('none'), properties });
  expect(verdict.properties.map(({ outcome }) => outcome)).toEqual(['holds', 'reached']);
});

it('where a goal may never come all worlds were asked the rest, and only goals declared after it are open', async () => {
  const isAt = (goal: number) => (n: number) => n === goal;
  const verdict = await checkModel({
    name: 'a way with a fork',
    initial: [0],
    actions: (n) => (n === 0 ? [['left', 1] as const, ['right', 2] as const] : []),
    properties: [
      eventually('E', 'the fork is left', null, (n: number) => n > 0, { from: 'start' }),
      eventually('E', 'it is at 1', null, isAt(1)),
      eventually('E', 'it is at 2', null, isAt(2)),
      always('A', 'it is on its way', (n: number) => n < 3),
      ends('D', 'it has left', (n: number) => n > 0),
      transition('T', 'it goes on', null, (before: number, _, after: number) => before < after),
      sometimes('S', 'it is at 2', isAt(2)),
      sometimes('S', 'it is at 3', isAt(3)),
    ],
  });
  expect(verdict).toMatchObject({ kind: 'liveness', exhaustive: true });
  const goals = ['holds', 'violated', 'not decided'];
  const rest = ['holds', 'holds', 'holds', 'reached', 'never reached'];
  expect(verdict.properties.map(({ outcome }) => outcome)).toEqual([...goals, ...rest]);
});
