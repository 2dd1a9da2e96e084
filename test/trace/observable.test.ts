import { describe, expect, it } from 'vitest';
import type { TraceLine } from '../../src/trace/format.ts';
import { verdictOf } from '../../src/trace/validate.ts';
import { readOf, record } from './recorded.ts';

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

const isAcknowledgement = ({ effects }: TraceLine): boolean =>
  effects.some(
    (effect) =>
      effect.type === 'send' &&
      effect.message.type === 'acknowledged' &&
      effect.message.held.contiguous > 2,
  );

const ahead = (line: TraceLine): TraceLine =>
  JSON.parse(JSON.stringify(line), (name, value) => (name === 'contiguous' ? value + 5 : value));
