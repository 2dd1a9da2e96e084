import { describe, expect, it } from 'vitest';
import { coverables } from '../../models/coverage.ts';
import { checkModel } from '../../src/checker/api.ts';
import { coverageOf, coverageText } from '../../src/cli/check-coverage.ts';
import { checkWorlds } from '../../src/cli/check-worlds.ts';
import { worldNamed } from '../../src/cli/protocol-worlds.ts';

const verdict = await checkModel(worldNamed('old-frames'));
const seen = coverables.find(({ mark }) => mark in verdict.coverage.marks)!.mark;
const unseen = coverables.find(({ mark }) => !(mark in verdict.coverage.marks))!.mark;

describe('what worlds show of the charts', () => {
  it('is counted by kind, against what the charts themselves have', () => {
    const { inSum, perInstance } = coverageOf([verdict]);
    expect(perInstance).toEqual([{ instance: 'old-frames', shown: inSum }]);
    for (const { kind, of, reached } of inSum) {
      expect(of).toBe(coverables.filter((coverable) => coverable.kind === kind).length);
      expect(reached).toBeGreaterThan(0);
    }
    expect(coverables.map(({ mark }) => mark)).toContain(
      'primary.service.collecting always if mayServe to primary.service.serving',
    );
  });

  it('a hole without a reason is a hole', () => {
    const { excused, holes } = coverageOf([verdict], []);
    expect(holes).toContain(unseen);
    expect(holes).not.toContain(seen);
    expect(excused).toEqual([]);
  });

  it('a hole with a reason is excused; a reason for what is shown, or is not there, is stale', () => {
    const reasons = [unseen, seen, 'nothing of the charts'].map((mark) => ({
      mark,
      why: 'as it is',
    }));
    const coverage = coverageOf([verdict], reasons);
    expect(coverage.excused).toEqual([{ mark: unseen, why: 'as it is' }]);
    expect(coverage.holes).not.toContain(unseen);
    expect(coverage.stale).toEqual([seen, 'nothing of the charts']);
    expect(coverageText(coverage)).toContain('a reason is given for what is shown');
  });

  it('exit 22, and each hole is named, where the whole is judged', async () => {
    const printed: string[] = [];
    const terminal = {
      print: (text: string) => void printed.push(text),
      complain: () => {},
      watched: false,
    };
    const chosen = { names: ['old-frames'], weakness: null, judgeCoverage: true };
    const request = { workers: 1, steps: 1, seed: 1 };
    const open = coverageOf([verdict]).holes;
    const code = await checkWorlds(chosen, request, terminal);
    // One world alone leaves much open that the others show.
    expect([code, open.length > 0]).toEqual([22, true]);
    for (const hole of open) expect(printed.join('\n')).toContain(hole);
    expect(await checkWorlds({ ...chosen, judgeCoverage: false }, request, terminal)).toBe(0);
  });

  it('of worlds that were cut short nothing is said to be never shown', async () => {
    const printed: string[] = [];
    const print = (text: string) => void printed.push(text);
    const terminal = { print, complain: () => {}, watched: false };
    const chosen = { names: ['old-frames'], weakness: null, judgeCoverage: true };
    expect(await checkWorlds(chosen, { workers: 1, states: 1000 }, terminal)).toBe(23);
    const said = printed.join('\n');
    expect(said).toContain('not each was seen to its end');
    expect(said).not.toContain('never shown');
  });
});
