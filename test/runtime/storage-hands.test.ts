import { expect, it } from 'vitest';
import type { SiteEvent } from '../../models/event.ts';
import type { Header } from '../../models/header.ts';
import type { Run } from '../../models/message.ts';
import type { Backend } from '../../src/backend/port.ts';
import { FakeClock } from '../../src/runtime/clock.ts';
import { Payloads } from '../../src/runtime/payloads.ts';
import { UnreadableBlocks } from '../../src/runtime/read-volumes.ts';
import { StorageHands } from '../../src/runtime/storage-hands.ts';
import { nakedFrame } from '../../src/transport/port.ts';

const entry = {
  epoch: 0,
  sequence: 1,
  extent: { volume: 0, first: 0, count: 1 },
  kind: 'trim',
  checksum: 0,
} as const;

/** Hands with a store that waits for more of its kind, and what their backend was asked for. */
function hands() {
  const asked: string[] = [];
  const backend = new Proxy({} as Backend, {
    get: (_, name) => async () => {
      asked.push(String(name));
      return [];
    },
  });
  const made = new StorageHands(
    backend,
    new Payloads(backend, 0),
    new UnreadableBlocks(backend, [8]),
    new FakeClock(),
    () => {},
  );
  made.store([entry], 0, [new Uint8Array(0)], false);
  expect(asked).toEqual([]);
  return { asked, made };
}

const frame = nakedFrame({ type: 'probe', epoch: 0, rank: 0 });

it.each([
  ['a header', 'persist', (made: StorageHands) => made.persist({} as Header)],
  ['entries to apply', 'apply', (made: StorageHands) => made.apply([entry], 1)],
  ['a flush', 'flush', (made: StorageHands) => made.flush(1)],
  ['a comparison', 'sums', (made: StorageHands) => made.compare([{ first: 0, count: 1 }], frame)],
])('%s goes after a store that was asked for before and has waited', (_, name, act) => {
  const { asked, made } = hands();
  act(made);
  expect(asked).toEqual(['store', name]);
});

it('what has waited begins when its site closes, and never when it dies', () => {
  const closed = hands();
  closed.made.begin();
  expect(closed.asked).toEqual(['store']);
  const dead = hands();
  dead.made.drop();
  dead.made.begin();
  expect(dead.asked).toEqual([]);
});

it('what is written over volumes is told once a flush that came after it has ended', async () => {
  const asked: string[] = [];
  let flushed = () => {};
  const backend = {
    overwrite: async () => void asked.push('overwrite'),
    flush: () => {
      asked.push('flush');
      return new Promise<void>((resolve) => {
        flushed = resolve;
      });
    },
  } as unknown as Backend;
  const told: (SiteEvent | null)[] = [];
  const made = new StorageHands(
    backend,
    new Payloads(backend, 0),
    new UnreadableBlocks(backend, [8]),
    new FakeClock(),
    (event) => told.push(event),
  );
  made.take([3], { ...frame, payloads: [new Uint8Array(8)] });
  made.overwrite([3]);
  await new Promise((resolve) => setImmediate(resolve));
  expect([asked, told]).toEqual([['overwrite', 'flush'], []]);
  flushed();
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([{ type: 'overwritten', blocks: [3] }]);
});

it('RECOVERY-60: whoever looks for unreadable blocks hears what was written, when it is', async () => {
  const done = async () => {};
  const backend = { apply: done, applyStage: done, overwrite: done, flush: done };
  const said: string[] = [];
  const unreadable = {
    applied: (entries: readonly unknown[]) => void said.push(`applied ${entries.length}`),
    written: ({ first, count }: Run) => void said.push(`written ${first}+${count}`),
    stageApplied: () => void said.push('all written'),
  } as unknown as UnreadableBlocks;
  const payloads = new Payloads(backend as unknown as Backend, 0);
  const tell = (event: SiteEvent | null) => void said.push(event!.type);
  const made = new StorageHands(
    backend as unknown as Backend,
    payloads,
    unreadable,
    new FakeClock(),
    tell,
  );
  made.apply([entry], 1);
  await new Promise((resolve) => setImmediate(resolve));
  made.applyStage();
  await new Promise((resolve) => setImmediate(resolve));
  made.take([3], { ...frame, payloads: [new Uint8Array(8)] });
  made.overwrite([3]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(said).toEqual([
    ...['applied 1', 'applied'],
    ...['all written', 'stageApplied'],
    ...['written 3+1', 'overwritten'],
  ]);
});
