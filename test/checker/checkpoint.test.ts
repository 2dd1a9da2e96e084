import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { always, type Model } from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';
import type { Subject } from '../../src/checker/source.ts';
import { threeSites, threeSitesLive } from './models/three-sites.ts';
import { plainTwoPhaseCommit } from './models/two-phase-commit.ts';

const bounds = { writes: 2, crashes: 1, cuts: 1, capacity: 2 };

describe('a run that is cut short goes on from its checkpoint', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
    path = join(folder, 'run');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const subjects = [threeSites(bounds), threeSitesLive(bounds), plainTwoPhaseCommit(5)] as const;
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
      expect(facts).toEqual({
        ...expected,
        coverage: { ...expected.coverage, marks: facts.coverage.marks },
      });
      expect(Object.keys(facts.coverage.marks)).toEqual(Object.keys(expected.coverage.marks));
    });
  }

  it('a checkpoint of another check is refused', async () => {
    await checkModel(threeSites(bounds), { statesMax: 500, checkpoint: { path } });
    const other = checkModel(threeSites({ ...bounds, crashes: 2 }), { resume: path });
    await expect(other).rejects.toMatchObject({ code: 'bad-checkpoint' });
  });

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

  it('a place that cannot be written to is named', async () => {
    const nowhere = join(folder, 'nowhere', 'checkpoint');
    const options = { statesMax: 500, checkpoint: { path: nowhere } };
    await expect(checkModel(threeSites(bounds), options)).rejects.toMatchObject({
      code: 'bad-checkpoint',
      message: expect.stringContaining(nowhere),
    });
  });

  it.runIf(existsSync('/dev/full'))(
    'a full disk is named, and the older checkpoint stays',
    async () => {
      symlinkSync('/dev/full', `${path}.new`);
      writeFileSync(path, 'older');
      const options = { statesMax: 500, checkpoint: { path } };
      await expect(checkModel(threeSites(bounds), options)).rejects.toMatchObject({
        code: 'bad-checkpoint',
        message: expect.stringMatching(/run cannot be written: ENOSPC/),
      });
      expect(readFileSync(path, 'utf8')).toBe('older');
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
