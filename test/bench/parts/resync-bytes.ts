import type { ArrangementOptions } from '../../../src/runtime/arrangement-options.ts';
import { type Stage, stage } from '../../runtime/on-fake-time.ts';
import type { Row } from './row.ts';
import { WireMeter } from './wire-meter.ts';

const blockBytes = 4096;
const blocks = 4096;
const comparing = ['probe', 'probed', 'propose', 'promise', 'record', 'recordStored'] as const;
const data = ['write', 'fetched'] as const;
const shipped = ['blocks'] as const;

interface Resync {
  readonly meter: WireMeter;
  readonly verdicts: readonly string[];
}

/** The far mirror is cut off, so many blocks are written, the primary dies or not, all become level. */
async function resync(
  addresses: readonly number[],
  options: Partial<ArrangementOptions>,
  how: { readonly isLost: boolean; readonly rest: number } = { isLost: true, rest: 500 },
): Promise<Resync> {
  const meter = new WireMeter(blockBytes);
  const play = await stage({
    volumes: [blocks],
    blockBytes,
    durations: { election: 20, patience: 25, retry: 10, request: 5000 },
    observe: (_, { effects }) => meter.see(effects),
    ...options,
  });
  const { arrangement, until, pass } = play;
  await until(arrangement.write(0, 0, new Uint8Array(blockBytes)));
  await pass(200);
  arrangement.network.part(0, 2);
  arrangement.network.part(1, 2);
  await pass(200);
  for (let at = 0; at < addresses.length; at += 64) {
    const some = addresses.slice(at, at + 64);
    await until(Promise.all(some.map((block) => arrangement.write(0, block, bytesOf(block + at)))));
  }
  await pass(how.rest);
  if (how.isLost) await until(arrangement.crash(0));
  arrangement.network.joinAll();
  meter.clear();
  await untilLevel(play);
  const verdicts = arrangement.timeline().flatMap(({ event }) => {
    return event.kind === 'planned' && event.peer === 2 ? [event.verdict] : [];
  });
  await until(arrangement.close());
  return { meter, verdicts };
}

async function untilLevel({ arrangement, pass }: Stage): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    await pass(20);
    if (arrangement.status().level) return;
  }
  throw new Error('the mirrors did not become level');
}

const bytesOf = (fill: number): Uint8Array => new Uint8Array(blockBytes).fill(1 + (fill % 250));

const spreadOut = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => 1 + ((index * 1777) % (blocks - 1)));

/** Bytes of encoded frames, by simulated time: the same in every run. */
export async function resyncBytes(): Promise<Row[]> {
  const roomy = { sidefile: { mode: 'fixed', capacity: 8192 } } as const;
  const small = { sidefile: { mode: 'fixed', capacity: 64 } } as const;
  const rows: Row[] = [];
  const missing = 1000;
  const delta = await resync(spreadOut(missing), roomy);
  expectVerdict(delta, 'delta');
  rows.push(shareOf(`delta of ${missing} writes`, delta.meter.of(...data, ...shipped), missing));
  const few = 300;
  const again = [1, 2, 3, 4].flatMap(() => spreadOut(few).map((block) => block % 512));
  const distinct = new Set(again).size;
  const ways = [
    { name: 'the link back', isLost: false, rest: 500 },
    { name: 'the primary lost', isLost: true, rest: 500 },
    { name: 'the primary lost at once after the last write', isLost: true, rest: 0 },
  ];
  for (const { name, ...how } of ways) {
    const folded = await resync(again, { ...roomy, volumes: [512] }, how);
    expectVerdict(folded, 'folded');
    const what = `folded delta of ${again.length} writes to ${distinct} blocks, ${name}`;
    rows.push(shareOf(what, folded.meter.of(...shipped, ...data), distinct));
  }
  for (const { name, ...how } of ways) {
    const hot = [1, 2, 3].flatMap(() => spreadOut(100));
    const folded = await resync(hot, roomy, how);
    expectVerdict(folded, 'folded');
    const what = `folded delta of ${hot.length} writes to 100 of ${blocks} blocks, ${name}`;
    rows.push(shareOf(what, folded.meter.of(...shipped, ...data), 100));
  }
  const fresh = [...spreadOut(1000), ...spreadOut(250)];
  const straight = await resync(fresh, roomy);
  expectVerdict(straight, 'delta');
  const slight = `delta of ${fresh.length} writes to 1000 blocks: too little to fold`;
  rows.push(shareOf(slight, straight.meter.of(...data, ...shipped), fresh.length));
  const bitmap = await resync([...spreadOut(missing), ...spreadOut(missing)], small);
  expectVerdict(bitmap, 'bitmap');
  const name = `bitmap of ${missing} blocks, each written twice`;
  rows.push(shareOf(name, bitmap.meter.of(...shipped, ...data), missing));
  for (const lag of [0, 100, 4000]) rows.push(comparison(await resync(spreadOut(lag), roomy), lag));
  return rows;
}

function shareOf(name: string, bytes: number, lacking: number): Row {
  const share = bytes / (lacking * blockBytes);
  const measured = `${share.toFixed(4)} x what was lacking (${bytes.toLocaleString('en')} bytes)`;
  return { part: 'bytes', name, measured, target: 'at most 1.02 x', holds: share <= 1.02 };
}

function comparison({ meter }: Resync, lag: number): Row {
  const bytes = meter.of(...comparing);
  const [promise, record] = [meter.of('propose', 'promise'), meter.of('record')];
  return {
    part: 'bytes',
    name: `comparison, lag of ${lag.toLocaleString('en')} writes without holes`,
    measured: `${bytes} bytes, both ways (proposal and promise ${promise}, record ${record})`,
    target: 'at most 4,096 bytes',
    holds: bytes > 0 && bytes <= 4096,
  };
}

function expectVerdict({ verdicts }: Resync, wanted: string): void {
  if (verdicts.at(-1) === wanted) return;
  throw new Error(`this was to measure a ${wanted}, but planned was ${verdicts.join(', ')}`);
}
