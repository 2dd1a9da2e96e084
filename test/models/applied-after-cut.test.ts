import { expect, test } from 'vitest';
import type { EpochRecord } from '../../models/history.ts';
import { summaryOf } from '../../models/rules/summary.ts';
import { boot, type Site, step } from '../../models/step.ts';
import type { Entry } from '../../models/words.ts';
import { configOf, freshNode, type Setup } from './attack/setup.ts';

const setup: Setup = { blocks: 4, writes: [], slow: [], config: {} };

const entry = (sequence: number): Entry => ({
  epoch: 0,
  sequence,
  extent: { volume: 0, first: sequence - 1, count: 1 },
  kind: 'data',
  checksum: sequence,
});

/** The async mirror took over with a loss beyond 1. */
const loss: EpochRecord = {
  epoch: 2,
  primary: 2,
  incarnations: [1, 1, 1],
  syncSet: [],
  parent: { epoch: 0, sequence: 1 },
  how: 'majority',
  lossBeyond: 1,
};

/** A mirror that redoes 1..3 when a record with this parent comes, and then hears that it is done. */
function redoneAcross(record: EpochRecord): Site {
  const { header } = freshNode(setup, 1).disk;
  const found = { header, entries: [1, 2, 3].map(entry), committed: 3, damage: [] };
  const booted = boot(configOf(setup, 1), found);
  expect(booted.effects).toContainEqual(expect.objectContaining({ type: 'apply', through: 3 }));
  let site: Site = booted.site;
  const happens = (event: Parameters<typeof step>[1]) => {
    site = step(site, event).site;
  };
  happens({ type: 'persisted' });
  happens({ type: 'link.up', peer: 2, session: 5, incarnation: 1 });
  const history = [...header.history, record];
  const summary = { ...summaryOf(site.context), site: 2, history, promised: record.epoch } as const;
  happens({ type: 'received', from: 2, session: 5, message: { type: 'record', summary } });
  expect(site.context.held.contiguous).toBe(record.parent.sequence);
  happens({ type: 'applied', through: 3 });
  return site;
}

test('what a record cuts while it is being applied does not count as applied, and is marked for repair', () => {
  const { context } = redoneAcross(loss);
  expect(context.applied).toBeLessThanOrEqual(1);
  expect(context.header.consistency).toMatchObject({ kind: 'inconsistent', shippedTo: 1 });
  expect(context.header.repair).not.toEqual([]);
});

test('what a record keeps while it is being applied counts as applied when it is', () => {
  const parent = { epoch: 0, sequence: 3 };
  const { context } = redoneAcross({ ...loss, parent, lossBeyond: null });
  expect(context.applied).toBe(3);
});
