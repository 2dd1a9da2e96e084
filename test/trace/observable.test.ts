import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TraceLine } from '../../src/trace/format.ts';
import { verdictOf } from '../../src/trace/validate.ts';
import { say } from '../cli/terminal.ts';
import { readOf, record, textOf } from './recorded.ts';

describe('what an observer sees of a run', () => {
  it.each([
    ['a crash and a cut', 5, { length: 40, lanes: 1 }],
    ['one connection', 15, { length: 30, lanes: 1 }],
    ['two connections', 9, { length: 30, lanes: 2 }],
  ] as const)('is explained: %s', async (_, seed, patch) => {
    const recorded = await record(seed, 'observable', patch);
    const { kind, refused, lines } = await verdictOf('trace', readOf(recorded));
    expect(refused).toBeNull();
    expect(kind).toBe('valid');
    expect(lines).toBe(recorded.lines.length);
    expect(lines).toBeGreaterThan(60);
  });

  it('an acknowledgement of a write that never arrived is explained by no state', async () => {
    const recorded = await record(4, 'observable', {
      length: 8,
      lanes: 1,
      outstanding: 1,
      faults: [],
    });
    const at = recorded.lines.findIndex(isAcknowledgement);
    const lines = recorded.lines.map((line, index) => (index === at ? ahead(line) : line));
    const { kind, refused } = await verdictOf('trace', readOf({ ...recorded, lines }));
    expect(kind).toBe('violated');
    expect(refused!.at).toBe(at + 2);
    expect(refused!.refusal.sentence).toContain('explains this');
    expect(refused!.refusal.difference!.path).toContain('message.held.contiguous');
  });

  it('a start that leaves out what it found is explained by what a loss of power may leave', async () => {
    const recorded = await record(5, 'observable', { length: 40, lanes: 1 });
    const { lines, starts } = withoutFound(recorded.lines);
    expect(starts).toBeGreaterThan(0);
    expect((await verdictOf('trace', readOf({ ...recorded, lines }))).refused).toBeNull();
  });

  it('where not all states are known nothing is refused for certain: undecided, and what to do next', async () => {
    const recorded = await record(5, 'observable', { length: 40, lanes: 1 });
    const { lines, last } = withoutFound(recorded.lines);
    const { site } = lines[last]!;
    const tells = ({ effects }: TraceLine) => JSON.stringify(effects).includes('"contiguous":');
    const at = lines.findIndex((line, index) => index > last && line.site === site && tells(line));
    expect(at).toBeGreaterThan(last);
    const forged = lines.map((line, index) => (index === at ? ahead(line) : line));
    const folder = await mkdtemp(join(tmpdir(), 'sidefile-undecided-'));
    const file = join(folder, 'run.ndjson');
    await writeFile(file, textOf({ ...recorded, lines: forged }));
    const { exitCode, printed } = await say(`trace validate ${file}`);
    await rm(folder, { recursive: true });
    expect(printed).toContain(`${file}:${at + 2}: undecided: `);
    expect(printed).toContain('next      let the writer tell more of its inside');
    expect(exitCode).toBe(23);
  });

  it('an effect that no observer can see is refused', async () => {
    const recorded = await record(4, 'observable', {
      length: 8,
      lanes: 1,
      outstanding: 1,
      faults: [],
    });
    const lines = recorded.lines.map((line, index) =>
      index === 9 ? { ...line, effects: [{ type: 'flush', through: 1 } as const] } : line,
    );
    const { refused } = await verdictOf('trace', readOf({ ...recorded, lines }));
    expect(refused!.refusal.sentence).toBe('flush cannot be observed');
  });
});

/** The same without what the starts found that are not a site's first. */
function withoutFound(lines: readonly TraceLine[]) {
  let starts = 0;
  let last = 0;
  const stripped = lines.map((line, index): TraceLine => {
    if (line.event?.type !== 'start' || line.number === 1) return line;
    starts++;
    last = index;
    return { ...line, event: { type: 'start' } };
  });
  return { lines: stripped, starts, last };
}

const isAcknowledgement = ({ effects }: TraceLine): boolean =>
  effects.some(
    (effect) =>
      effect.type === 'send' &&
      effect.message.type === 'acknowledged' &&
      effect.message.held.contiguous > 2,
  );

const ahead = (line: TraceLine): TraceLine =>
  JSON.parse(JSON.stringify(line), (name, value) => (name === 'contiguous' ? value + 5 : value));
