import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { always, ends, eventually, type Model, sometimes, transition } from '../../models/model.ts';
import { checkModel, type Progress } from '../../src/checker/check.ts';
import { Ledger, loadCheckpoint, saveCheckpoint } from '../../src/checker/checkpoint.ts';
import { Expander } from '../../src/checker/expander.ts';
import { Monitor } from '../../src/checker/monitor.ts';
import { renderText } from '../../src/checker/render/text.ts';
import { Search } from '../../src/checker/search.ts';
import { type Subject, spaceOf } from '../../src/checker/source.ts';
import { exitCode } from '../../src/checker/verdict.ts';
import { chameneos } from './models/chameneos.ts';
import { threeSites, threeSitesLive } from './models/three-sites.ts';
import { plainTwoPhaseCommit, twoPhaseCommit } from './models/two-phase-commit.ts';

const bounds = { writes: 2, crashes: 1, cuts: 1, capacity: 2 };

describe('a run that is cut short goes on from its checkpoint', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
    path = join(folder, 'run');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const subjects = [
    threeSites(bounds),
    threeSitesLive(bounds),
    plainTwoPhaseCommit(5),
    // A key of its states may be null.
    chameneos(3, 3),
  ] as const;
  for (const subject of subjects) {
    it(`${subject.name}, ${subject.properties.length} properties: and ends as if nothing had happened`, async () => {
      const whole = await checkModel(subject);
      const first = await checkModel(subject, {
        statesMax: whole.states / 3,
        checkpoint: { path },
      });
      expect(first.kind).toBe('incomplete');
      const second = await checkModel(subject, { resume: path });
      const { calls: _, rate: __, seconds: ___, bytesPerState: ____, ...facts } = second;
      const { calls, rate, seconds, bytesPerState, ...expected } = whole;
      expect(facts).toEqual(expected);
    });
  }

  it('a run that is cut short while it is decided what must come goes on with that', async () => {
    const patience = { milliseconds: 1 };
    const slow: Model<{ n: number }> = {
      name: 'slow',
      initial: [{ n: 0 }],
      actions: ({ n }) => (n < 3000 ? [['on', { n: n + 1 }]] : []),
      properties: [
        eventually('L', 'the goal comes', null, ({ n }: { n: number }) => {
          for (const end = performance.now() + patience.milliseconds; performance.now() < end; );
          return n === 3000;
        }),
      ],
    };
    const limits = { secondsMax: 1, checkpoint: { path } };
    const first = await checkModel(slow as Subject, limits);
    expect(first).toMatchObject({ kind: 'incomplete', states: 3001, notSaved: null });
    patience.milliseconds = 0;
    const second = await checkModel(slow as Subject, { resume: path });
    expect(second).toMatchObject({ kind: 'exhausted', states: 3001, generated: 3001, depth: 3000 });
  });

  it('a checkpoint of another check is refused', async () => {
    await checkModel(threeSites(bounds), { statesMax: 500, checkpoint: { path } });
    const other = checkModel(threeSites({ ...bounds, crashes: 2 }), { resume: path });
    await expect(other).rejects.toMatchObject({ code: 'bad-checkpoint' });
    await expect(other).rejects.toThrow(/its bounds: \{.*\}; asked for: \{.*\}$/);
    const named = checkModel({ ...threeSites(bounds), name: 'four sites' }, { resume: path });
    await expect(named).rejects.toThrow(/its name: ".*"; asked for: "four sites"$/);
  });

  it.each([true, false])(
    'so is one of worlds that were taken for each other, where none are, and the other way round',
    async (reduced) => {
      const subject = twoPhaseCommit(4);
      await checkModel(subject, { reduced, statesMax: 100, checkpoint: { path } });
      const other = checkModel(subject, { reduced: !reduced, resume: path });
      // Told by what it is of, not by chance: what is asked again may well answer the same.
      await expect(other).rejects.toMatchObject({
        code: 'bad-checkpoint',
        message: expect.stringContaining('is of another check'),
      });
      const { states } = await checkModel(subject, { reduced });
      expect((await checkModel(subject, { reduced, resume: path })).states).toBe(states);
    },
  );

  it.each([0.3, 0.5, 0.7, 0.99])(
    'one bit that rotted at %d of a checkpoint is noticed',
    async (share) => {
      await checkModel(threeSites(bounds), { statesMax: 500, checkpoint: { path } });
      const bytes = readFileSync(path);
      bytes[Math.floor(bytes.length * share)]! ^= 4;
      writeFileSync(path, bytes);
      await expect(checkModel(threeSites(bounds), { resume: path })).rejects.toMatchObject({
        code: 'bad-checkpoint',
      });
    },
  );

  it('a checkpoint of the same name and bounds, and of other rules, is refused', async () => {
    const line = (step: number): Model<number> => ({
      name: 'line',
      initial: [0],
      actions: (n) => (n < 900 ? [['on', n + step] as const] : []),
      properties: [always('C-1', 'small', null, (n: number) => n < 1000)],
    });
    for (const [made, resumed] of [
      [1, 2],
      [2, 1],
    ] as const) {
      await checkModel(line(made) as Subject, { statesMax: 300, checkpoint: { path } });
      await expect(checkModel(line(resumed) as Subject, { resume: path })).rejects.toMatchObject({
        code: 'bad-checkpoint',
        message: expect.stringContaining('behaves otherwise'),
      });
    }
  });

  it('a checkpoint of other properties is refused: what was visited was not asked about these', async () => {
    const line = (limit: number, rule: string): Subject => ({
      name: 'line',
      initial: [0],
      actions: (n) => ((n as number) < 900 ? [['on', (n as number) + 1] as const] : []),
      properties: [always(rule, 'it is another number', null, (n: number) => n !== limit)],
    });
    await checkModel(line(1000, 'C-1'), { statesMax: 300, checkpoint: { path } });
    const other = checkModel(line(5, 'C-2'), { resume: path });
    await expect(other).rejects.toMatchObject({
      code: 'bad-checkpoint',
      message: expect.stringContaining('is of another check'),
    });
  });

  /** The text of its claim is the same whatever the limit is. */
  const below = (limit: { n: number }, claim: (n: number) => boolean): Subject => ({
    name: 'line',
    initial: [{ n: 0 }],
    actions: (state) => {
      const { n } = state as { n: number };
      return n < 900 ? [['on', { n: n + 1 }] as const] : [];
    },
    properties: [always('C-1', 'it is another number', ['n'], claim), reached(limit)],
  });
  const reached = (limit: { n: number }) =>
    sometimes('C-2', 'it is reached', ['n'], (n: number) => n === limit.n);

  it('a property of the same name that says something else is another one', async () => {
    const limit = { n: 1 };
    const first = below(limit, (n) => n !== 1000);
    await checkModel(first, { statesMax: 300, checkpoint: { path } });
    await expect(
      checkModel(
        below(limit, (n) => n !== 5),
        { resume: path },
      ),
    ).rejects.toMatchObject({ code: 'bad-checkpoint' });
  });

  it('what is true of the worlds of a checkpoint is asked again: a function may call another one today', async () => {
    const limit = { n: 1000 };
    const subject = below({ n: 1 }, (n) => n !== limit.n);
    await checkModel(subject, { statesMax: 300, checkpoint: { path } });
    expect((await checkModel(subject, { resume: path })).kind).toBe('exhausted');
    limit.n = 5;
    const verdict = await checkModel(subject, { resume: path });
    expect(verdict).toMatchObject({ kind: 'safety', counterexample: { rule: 'C-1' } });
    expect(verdict.counterexample!.steps).toHaveLength(6);
  });

  it('so it is of actions and of ends, of some', async () => {
    const right = { now: true };
    const step = transition<{ n: number }>(
      'C-1',
      'the step is right',
      ['n'],
      (_, __, { n }) => right.now || n !== 6,
    );
    const end = ends('C-2', 'the end is right', ['n'], (n: number) => right.now || n >= 0);
    for (const [property, kind] of [
      [step, 'safety'],
      [end, 'deadlock'],
    ] as const) {
      right.now = true;
      const fork = { ...below({ n: 1 }, () => true), properties: [property] } as Model<{
        n: number;
      }>;
      const actions = ({ n }: { n: number }) =>
        n === 0
          ? [['aside', { n: -1 }] as const, ...fork.actions({ n })]
          : n < 0
            ? []
            : fork.actions({ n });
      const subject = { ...fork, actions } as Subject;
      await checkModel(subject, { statesMax: 300, checkpoint: { path } });
      right.now = false;
      expect((await checkModel(subject, { resume: path })).kind).toBe(kind);
    }
  });

  it('what was reached before is not taken for reached today', async () => {
    const goal = { n: 1 };
    const subject = below(goal, () => true);
    await checkModel(subject, { statesMax: 300, checkpoint: { path } });
    goal.n = -1;
    expect((await checkModel(subject, { resume: path })).kind).toBe('coverage');
  });

  it.each(['null', '5', '{}', '', '{"format":"sidefile-checkpoint-6"}', '\0\0'])(
    'what is no checkpoint at all is refused: %j',
    async (text) => {
      writeFileSync(path, `${text}\n`);
      await expect(checkModel(threeSites(bounds), { resume: path })).rejects.toMatchObject({
        code: 'bad-checkpoint',
      });
    },
  );

  it.each(['checkpoint', 'resume', 'walks'])(
    'two workers are refused with %s, not made one in silence',
    async (option) => {
      const source = { module: './test/checker/models/wrong.ts', export: 'counter', arguments: [] };
      const given = {
        checkpoint: { path },
        resume: path,
        walks: { count: 1, stepsMax: 1, seed: 1 },
      }[option];
      await expect(checkModel(source, { workers: 2, [option]: given })).rejects.toMatchObject({
        code: 'impossible-bound',
        message: `${option} is for one worker, and workers is 2: leave one of them away`,
      });
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('a place that cannot be written to is named', async () => {
    const nowhere = join(folder, 'nowhere', 'checkpoint');
    const options = { statesMax: 500, checkpoint: { path: nowhere } };
    await expect(checkModel(threeSites(bounds), options)).rejects.toMatchObject({
      code: 'bad-checkpoint',
      message: expect.stringContaining(nowhere),
    });
  });

  it('so is one where a folder is', async () => {
    mkdirSync(path);
    const options = { statesMax: 500, checkpoint: { path } };
    await expect(checkModel(threeSites(bounds), options)).rejects.toMatchObject({
      code: 'bad-checkpoint',
      message: expect.stringMatching(/run cannot be written: it is a folder/),
    });
  });

  it('nothing is left where nothing was to be saved', async () => {
    await checkModel(threeSites(bounds), { checkpoint: { path } });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('what was found is told though the folder is gone when it is to be saved', async () => {
    const onProgress = () => rmSync(folder, { recursive: true, force: true });
    const options = { statesMax: 500, checkpoint: { path }, onProgress };
    const verdict = await checkModel(threeSites(bounds), options);
    mkdirSync(folder);
    expect(verdict).toMatchObject({
      kind: 'incomplete',
      reason: 'it reached the limit of 500 states',
      notSaved: expect.stringMatching(/run cannot be written: ENOENT/),
    });
    expect(exitCode(verdict)).toBe(23);
    expect(renderText(verdict)).toMatch(/\nNot saved: checkpoint .*ENOENT/);
  });

  it('a save that fails on the way is told at once, ends nothing, and is made up for', async () => {
    const heard = new Set<string>();
    const onProgress = ({ notSaved }: Progress) => {
      if (notSaved === null) return rmSync(folder, { recursive: true, force: true });
      heard.add(notSaved);
      mkdirSync(folder, { recursive: true });
    };
    const often = { onProgress, progressEveryMilliseconds: 0 };
    const checkpoint = { path, everySeconds: 0 };
    const whole = await checkModel(threeSites(bounds), { ...often, checkpoint });
    expect(whole).toMatchObject({ kind: 'exhausted', notSaved: null });
    expect([...heard]).toEqual([expect.stringContaining(path)]);
    mkdirSync(folder, { recursive: true });
  });

  it('where memory ended within an action, nothing is saved: the rest of it would be missing', async () => {
    const subject = threeSites(bounds);
    await checkModel(subject, { statesMax: 200, checkpoint: { path } });
    const older = readFileSync(path);
    const { expand } = Expander.prototype;
    const spy = vi.spyOn(Expander.prototype, 'expand').mockImplementation(function (
      this: Expander,
      number,
    ) {
      if (number === 400) throw new RangeError('Array buffer allocation failed');
      return expand.call(this, number);
    });
    const verdict = await checkModel(subject, { checkpoint: { path } }).finally(() =>
      spy.mockRestore(),
    );
    expect(verdict).toMatchObject({
      kind: 'incomplete',
      notSaved: expect.stringContaining('memory ended within an action'),
    });
    expect(readFileSync(path)).toEqual(older);
  });

  it('counts of actions that no longer fit 32 bits are kept', () => {
    const subject = threeSites(bounds);
    const likeness = { name: subject.name, rules: [], claims: [], bounds: {}, reduced: false };
    const begun = () => {
      const space = spaceOf(subject, new Ledger());
      return new Search(space, new Monitor(space, subject.properties), 'none');
    };
    const search = begun();
    search.begin();
    const { numbers, ...rest } = search.save(likeness, []);
    const made = [2 ** 31, 2 ** 40];
    saveCheckpoint(path, { ...rest, numbers, made, foundBy: [0, 2 ** 32] });
    const resumed = begun();
    resumed.restore(loadCheckpoint(path, likeness));
    expect([resumed.made(0), resumed.made(1), resumed.foundBy(1)]).toEqual([...made, 2 ** 32]);
    const again = resumed.save(likeness, []);
    expect(again.made.slice(0, 2)).toEqual(made);
  });

  it.runIf(existsSync('/dev/full'))(
    'a full disk is told beside what was found, and the older checkpoint stays',
    async () => {
      symlinkSync('/dev/full', `${path}.new`);
      writeFileSync(path, 'older');
      const verdict = await checkModel(threeSites(bounds), {
        statesMax: 500,
        checkpoint: { path },
      });
      expect(verdict).toMatchObject({
        kind: 'incomplete',
        notSaved: expect.stringMatching(/run cannot be written: ENOSPC/),
      });
      expect(readFileSync(path, 'utf8')).toBe('older');
      expect(existsSync(`${path}.new`)).toBe(false);
    },
  );

  it('a damaged checkpoint is refused', async () => {
    await checkModel(threeSites(bounds), { statesMax: 500, checkpoint: { path } });
    writeFileSync(path, readFileSync(path).subarray(0, -100));
    await expect(checkModel(threeSites(bounds), { resume: path })).rejects.toMatchObject({
      code: 'bad-checkpoint',
    });
    await expect(
      checkModel(threeSites(bounds), { resume: join(folder, 'none') }),
    ).rejects.toMatchObject({ code: 'bad-checkpoint' });
  });
});
