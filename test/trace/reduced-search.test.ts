import { describe, expect, it } from 'vitest';
import type { Node } from '../../models/node.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { differenceOf } from '../../src/trace/difference.ts';
import type { TraceLine } from '../../src/trace/format.ts';
import { PossibleStates } from '../../src/trace/possible-states.ts';
import { SiteSearch } from '../../src/trace/site-search.ts';
import { answeredSteps, innerSteps, type Told, toldSteps } from '../../src/trace/site-steps.ts';
import { mutantKinds, mutantOf } from './mutator.ts';
import { record } from './recorded.ts';

/** All states of a site, told apart by everything they are, with nothing left out and no look ahead. */
class PlainSearch {
  states: readonly Node[];
  constructor(first: readonly Node[]) {
    this.states = first;
  }

  /** Null: there are too many of them. */
  take(told: Told): boolean | null {
    const looked = new Map<string, Node>();
    const kept = new Map<string, Node>();
    const keep = (steps: ReturnType<typeof innerSteps>) => {
      for (const { node, seen } of steps) {
        if (differenceOf(seen, told.seen) === null) kept.set(JSON.stringify(node), node);
      }
    };
    for (let level = this.states; level.length > 0; ) {
      const next: Node[] = [];
      for (const node of level) {
        const text = JSON.stringify(node);
        if (looked.has(text)) continue;
        looked.set(text, node);
        if (told.event !== null) keep(toldSteps(node, told));
        if (told.event?.type === 'start') continue;
        const steps = [...innerSteps(node), ...answeredSteps(node, told)];
        if (told.event === null) keep(steps.filter(({ seen }) => seen.length > 0));
        next.push(...steps.filter(({ seen }) => seen.length === 0).map((one) => one.node));
      }
      if (looked.size > 3000) return null;
      level = next;
    }
    this.states = [...kept.values()];
    return this.states.length > 0;
  }
}

/** Asks both searches of each line of a trace. Null: the plain one came to its bound. */
function compared(
  lines: readonly TraceLine[],
  header: ConstructorParameters<typeof PossibleStates>[0],
) {
  const plain = new Map<SiteSearch, PlainSearch>();
  const answers: (boolean | null)[] = [];
  const follower = new PossibleStates(header);
  for (const line of lines) follower.reads(line);
  const take = SiteSearch.prototype.take;
  SiteSearch.prototype.take = function (told) {
    if (!plain.has(this)) plain.set(this, new PlainSearch(this.states));
    answers.push(plain.get(this)!.take(told));
    return take.call(this, told);
  };
  try {
    const queue = [...lines];
    for (let at = 0; queue.length > 0 && at < queue.length; ) {
      if (follower.waits(queue[at]!)) at++;
      else {
        const refused = follower.accept(queue.splice(at, 1)[0]!);
        if (refused) return { refused, answers };
        at = 0;
      }
    }
    return { refused: null, answers };
  } finally {
    SiteSearch.prototype.take = take;
  }
}

describe('the search finds what a search of all states finds', () => {
  it('short traces, true and falsified', async () => {
    let refusals = 0;
    let asked = 0;
    for (const seed of [1, 2, 3, 4, 6, 9, 10, 12]) {
      const patch = { length: 8, lanes: 1, outstanding: 1, faults: [] };
      const recorded = await record(seed, 'observable', patch);
      const random = seededRandom(seed);
      const mutants = mutantKinds.map((kind) => mutantOf(recorded.lines, kind, random)!.lines);
      for (const lines of [recorded.lines, ...mutants]) {
        const { refused, answers } = compared(lines.slice(0, 70), recorded.header);
        const isOver = answers.includes(null);
        const whole = isOver ? answers.slice(0, answers.indexOf(null)) : answers;
        asked += whole.length;
        const isSearched = refused?.sentence.includes('explains this') === true && !isOver;
        const until = isSearched ? whole.slice(0, -1) : whole;
        expect(until.every((one) => one === true)).toBe(true);
        if (!isSearched) continue;
        expect(whole.at(-1), refused!.sentence).toBe(false);
        expect(refused!.isBounded).toBe(false);
        refusals++;
      }
    }
    expect(asked).toBeGreaterThan(2000);
    expect(refusals).toBeGreaterThan(12);
    console.log(`${asked} lines asked of both, ${refusals} refused by both`);
  });
});
