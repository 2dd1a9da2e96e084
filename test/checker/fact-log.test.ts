import { describe, expect, it } from 'vitest';
import { FactLog } from '../../src/checker/crew/fact-log.ts';
import { BEYOND, type TellFact } from '../../src/checker/facts.ts';
import { NoRoom } from '../../src/checker/no-room.ts';

/** What one thread learns, and how it tells it. */
function teller(log: FactLog): { tell: TellFact; learnt: number[][] } {
  const learnt: number[][] = [];
  const tell = log.share((words, from, end) => {
    learnt.push(Array.from({ length: end - from }, (_, at) => words[from + at]!));
  });
  return { tell, learnt };
}

const never = () => false;

function thrown(by: () => void): unknown {
  try {
    by();
  } catch (what) {
    return what;
  }
  return null;
}

/** One that told a fact alone, and one that joined it. */
function pair(room?: number) {
  const first = new FactLog();
  const leads = teller(first);
  leads.tell([1], never);
  const second = new FactLog(first.shared(room));
  const follows = teller(second);
  follows.tell([1], never);
  return { first, leads, second, follows };
}

describe('what threads tell each other', () => {
  it('all learn the same, in the same order', () => {
    const { first, follows, leads, second } = pair();
    second.join();
    leads.tell([2, 20], never);
    follows.tell([3], never);
    leads.tell([], never);
    second.read();
    first.read();
    expect(leads.learnt).toEqual([[1], [2, 20], [3], []]);
    expect(follows.learnt).toEqual(leads.learnt);
  });

  it('what was told meanwhile is not told again', () => {
    const { first, follows, leads, second } = pair();
    second.join();
    leads.tell([5], never);
    const isKnown = () => follows.learnt.some(([fact]) => fact === 5);
    expect(isKnown()).toBe(false);
    follows.tell([5], isKnown);
    first.read();
    expect(leads.learnt).toEqual([[1], [5]]);
    expect(follows.learnt).toEqual(leads.learnt);
  });

  it('who joins tells by building its space what was told before', () => {
    const { follows, leads, second } = pair();
    leads.tell([2], never);
    expect(follows.learnt).toEqual([[1]]);
    second.join();
    expect(follows.learnt).toEqual([[1], [2]]);
  });

  it('who builds another space is refused', () => {
    const { first } = pair();
    const other = teller(new FactLog(first.shared()));
    expect(() => other.tell([4], never)).toThrow(
      expect.objectContaining({ code: 'not-deterministic' }),
    );
  });

  it('a log without room is no error of the subject', () => {
    const { first, leads } = pair(8);
    leads.tell([2], never);
    expect(() => leads.tell([3, 4, 5], never)).toThrow(NoRoom);
    // Nobody waits for who could not tell.
    expect(() => leads.tell([6, 7, 8], never)).toThrow(NoRoom);
    expect(first.length).toBe(6);
  });
});

describe('who claims a question', () => {
  it('keeps the others from it for a while, and then they are to do something else', () => {
    const { first, second } = pair();
    second.join();
    first.claim(7);
    expect(thrown(() => second.claim(7))).toBe(BEYOND);
    second.claim(8);
    first.release(7);
    second.claim(7);
    expect(thrown(() => first.claim(7))).toBe(BEYOND);
  });

  it('has learnt what came of it before', () => {
    const { first, follows, leads, second } = pair();
    second.join();
    first.claim(7);
    leads.tell([70], never);
    first.release(7);
    second.claim(7);
    expect(follows.learnt).toEqual([[1], [70]]);
  });

  it('must not do so before its turn', () => {
    const { second } = pair();
    second.asks = false;
    expect(thrown(() => second.claim(7))).toBe(BEYOND);
    expect(thrown(() => second.awaitTurn())).toBe(BEYOND);
    second.asks = true;
    second.awaitTurn();
  });
});
