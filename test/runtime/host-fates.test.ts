import { describe, expect, it } from 'vitest';
import type { SiteEvent } from '../../models/event.ts';
import { FakeClock, systemClock } from '../../src/runtime/clock.ts';
import { type HostAnswer, type HostCode, HostDesk } from '../../src/runtime/host-desk.ts';
import { HostRequests } from '../../src/runtime/host-requests.ts';
import type { SiteLoop } from '../../src/runtime/site-loop.ts';
import { waited } from './on-fake-time.ts';

/** A host that is told "not done" writes again, or gives up: of what may be there it must never be told so. */

const block = { volume: 0, first: 0, count: 1 };
const codeOf = async (answer: Promise<HostAnswer>) => (await answer).code;

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
  /** How the parts end, by their first block. */
  async function endOf(answers: readonly HostCode[]): Promise<string> {
    const clock = new FakeClock();
    const site = {
      write: async ({ first }: { first: number }) => ({ code: answers[first]!, bytes: null }),
    };
    const requests = new HostRequests({
      volumes: [4],
      blockBytes: 512,
      blocksPerWriteMax: 1,
      clock,
      bound: 50,
      ownCopy: (bytes) => bytes,
      primary: () => site as unknown as SiteLoop,
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

it('the real clock does not take a very long wait for none', async () => {
  let hasCome = false;
  const cancel = systemClock.after(2 ** 40, () => {
    hasCome = true;
  });
  await new Promise((resume) => setTimeout(resume, 20));
  cancel();
  expect(hasCome).toBe(false);
});
