import { describe, expect, it } from 'vitest';
import type { SiteEvent } from '../../models/event.ts';
import { FakeClock, systemClock } from '../../src/runtime/clock.ts';
import { type HostAnswer, type HostCode, HostDesk } from '../../src/runtime/host-desk.ts';
import { HostRequests, type HostShape } from '../../src/runtime/host-requests.ts';
import type { SiteLoop } from '../../src/runtime/site-loop.ts';
import { waited } from './on-fake-time.ts';

/** A host that is told "not done" writes again, or gives up: of what may be there it must never be told so. */

const block = { volume: 0, first: 0, count: 1 };
const codeOf = async (answer: Promise<HostAnswer>) => (await answer).code;

/** Requests to a site that is played. */
function requestsOf(
  site: object,
  clock: FakeClock,
  shape: Pick<HostShape, 'volumes' | 'blockBytes' | 'blocksPerWriteMax'>,
): HostRequests {
  const primary = () => site as SiteLoop;
  return new HostRequests({ ...shape, clock, bound: 50, ownCopy: (bytes) => bytes, primary });
}

describe('what one site was asked', () => {
  const desk = () => {
    const heard: SiteEvent[] = [];
    return { heard, desk: new HostDesk(new FakeClock(), 100, (event) => void heard.push(event)) };
  };

  it('a write that the site heard of and forgot is of unknown fate, a read is not served', async () => {
    const { desk: asked } = desk();
    const written = codeOf(asked.write(block, 'zeroes', new Uint8Array(0)));
    const read = codeOf(asked.read(block));
    await Promise.resolve();
    asked.answerForgotten([1, 2]);
    expect(await Promise.all([written, read])).toEqual(['unknown-fate', 'not-serving']);
  });

  it('at a site that is gone: what it heard of may be written, what it never heard of is not', async () => {
    const { desk: asked, heard } = desk();
    const before = codeOf(asked.write(block, 'zeroes', new Uint8Array(0)));
    await Promise.resolve();
    expect(heard.map(({ type }) => type)).toEqual(['host.write']);
    const after = codeOf(asked.write(block, 'zeroes', new Uint8Array(0)));
    const read = codeOf(asked.read(block));
    asked.close();
    const late = codeOf(asked.flush());
    const told = await Promise.all([before, after, read, late]);
    expect(told).toEqual(['unknown-fate', 'stopped', 'stopped', 'stopped']);
  });
});

describe('a write in parts', () => {
  it('each part carries the bytes of its own blocks', async () => {
    const written = new Uint8Array(7 * 512);
    const site = {
      async write(extent: { first: number; count: number }, _: string, payload: Uint8Array) {
        expect(payload.length).toBe(extent.count * 512);
        written.set(payload, extent.first * 512);
        return { code: 'done', bytes: null };
      },
    };
    const clock = new FakeClock();
    const requests = new HostRequests({
      volumes: [7],
      blockBytes: 512,
      blocksPerWriteMax: 2,
      clock,
      bound: 50,
      ownCopy: (bytes) => bytes.slice(),
      primary: () => site as unknown as SiteLoop,
    });
    const bytes = Uint8Array.from({ length: 5 * 512 }, (_, at) => 1 + Math.floor(at / 512));
    await waited(clock, requests.write(0, 2, bytes));
    const fills = Array.from({ length: 7 }, (_, block) => written[block * 512 + 511]);
    expect(fills).toEqual([0, 0, 1, 2, 3, 4, 5]);
  });

  /** How the parts end, by their first block. */
  async function endOf(answers: readonly HostCode[]): Promise<string> {
    const clock = new FakeClock();
    const site = {
      write: async ({ first }: { first: number }) => ({ code: answers[first]!, bytes: null }),
    };
    const requests = requestsOf(site, clock, {
      volumes: [4],
      blockBytes: 512,
      blocksPerWriteMax: 1,
    });
    const written = requests.write(0, 0, new Uint8Array(512 * answers.length)).then(
      () => 'done',
      ({ code }) => code,
    );
    return waited(clock, written);
  }

  it.each([
    [['done', 'done', 'done'], 'done'],
    [['done', 'not-serving', 'done'], 'unknown-fate'],
    [['done', 'refused-busy'], 'unknown-fate'],
    [['unknown-fate', 'not-primary'], 'unknown-fate'],
    [['not-primary', 'unknown-fate'], 'unknown-fate'],
    [['not-primary', 'not-serving'], 'no-primary'],
    [['refused-busy', 'refused-busy'], 'busy'],
  ] as const)('of which the parts end %j ends %s', async (answers, told) => {
    expect(await endOf(answers)).toBe(told);
  });
});

describe('requests of any size', () => {
  const blocks = 2 ** 31;
  /** Answers each part after a moment; says how many were under way at once, and what was asked last. */
  function asked(answers: (first: number) => HostCode) {
    const clock = new FakeClock();
    const seen = { most: 0, parts: 0, last: 0 };
    let now = 0;
    const site = {
      async write({ first }: { first: number }) {
        seen.most = Math.max(seen.most, ++now);
        seen.parts++;
        seen.last = Math.max(seen.last, first);
        await new Promise<void>((resume) => clock.after(1, resume));
        now--;
        return { code: answers(first), bytes: null };
      },
      readBlocks: async () => ({ code: 'done', bytes: new Uint8Array(0) }),
    };
    const shape = { volumes: [blocks], blockBytes: 4096, blocksPerWriteMax: 16 };
    const requests = requestsOf(site, clock, shape);
    return { clock, requests, seen };
  }

  it('a volume of millions of parts is zeroed a few parts at a time, and no further than one that fails', async () => {
    const { clock, requests, seen } = asked((first) => (first < 16_000 ? 'done' : 'unknown-fate'));
    const ended = requests.zeroes(0, 0, blocks).catch(({ code, message }) => `${code}: ${message}`);
    expect(await waited(clock, ended)).toMatch(/^unknown-fate: 134216728 of 134217728 parts/);
    expect(seen.most).toBeLessThan(200);
    expect(seen.parts).toBeLessThan(1300);
  });

  it('all parts of what is larger than that are written, in order of their blocks', async () => {
    const { clock, requests, seen } = asked(() => 'done');
    await waited(clock, requests.trim(0, 0, 16 * 999 + 1));
    expect([seen.parts, seen.last]).toEqual([1000, 16 * 999]);
  });

  it('a read that no memory holds in one piece is refused with what one read gives', async () => {
    const { requests } = asked(() => 'done');
    const refusal = await requests.read(0, 0, blocks).catch(({ code, message }) => [code, message]);
    expect(refusal).toEqual(['range', 'one read gives 1..262144 blocks, not 2147483648']);
    expect(await requests.read(0, 0, 262_144)).toEqual(new Uint8Array(0));
  });
});

it('the real clock does not take a very long wait for none', async () => {
  let hasCome = false;
  const cancel = systemClock.after(2 ** 40, () => {
    hasCome = true;
  });
  await new Promise((resume) => setTimeout(resume, 20));
  cancel();
  expect(hasCome).toBe(false);
});
