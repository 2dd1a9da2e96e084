import { describe, expect, it } from 'vitest';
import type { Composition, Model } from '../../models/model.ts';
import { checkModel } from '../../src/checker/check.ts';
import { bruteForce, bruteForcePlain } from './brute-force.ts';
import { chameneos } from './models/chameneos.ts';
import { ewd840 } from './models/ewd840.ts';
import { paxos, plainPaxos } from './models/paxos.ts';
import { register } from './models/register.ts';
import { threeSites } from './models/three-sites.ts';
import { plainTwoPhaseCommit, twoPhaseCommit } from './models/two-phase-commit.ts';

/** Distinct states of the TLA+ example TwoPhase, by number of resource managers. 8 and 9: `npm run bench:check`. */
const twoPhaseStates = { 3: 288, 5: 8_832, 7: 296_448 };

describe('known numbers of states', () => {
  for (const [count, states] of Object.entries(twoPhaseStates)) {
    it(`two-phase commit with ${count} participants has ${states} states`, async () => {
      const verdict = await checkModel(twoPhaseCommit(Number(count)));
      expect(verdict).toMatchObject({ kind: 'exhausted', states, exhaustive: true });
    });
  }

  for (const count of [3, 5] as const) {
    it(`the plain model of it with ${count} participants has the same states and actions`, async () => {
      const plain = await checkModel(plainTwoPhaseCommit(count));
      const composed = await checkModel(twoPhaseCommit(count));
      expect(plain).toMatchObject({ kind: 'exhausted', states: twoPhaseStates[count] });
      expect([plain.generated, plain.depth]).toEqual([composed.generated, composed.depth]);
    });
  }

  it('Paxos as the TLA+ example checks it (3 acceptors, 2 values, symmetric acceptors): 25 states', async () => {
    const verdict = await checkModel(plainPaxos({ acceptors: 3, ballots: 1, values: 2 }), {
      reduced: true,
    });
    // TLC counts the start as depth 1: its manifest says 9.
    expect(verdict).toMatchObject({ kind: 'exhausted', states: 25, depth: 8, represents: 73 });
  });

  it('Chameneos as the TLA+ example checks it (4 meetings of 4, 81 starts): 34,534 states', async () => {
    const verdict = await checkModel(chameneos(4, 4) as Model<unknown>);
    // TLC, too, counts each start among what was generated, and calls the first of a path depth 1.
    const counts = { states: 34_534, generated: 104_697, depth: 12 };
    expect(verdict).toMatchObject({ kind: 'exhausted', ...counts });
  });
});

/** What the manifest of the TLA+ examples says of EWD840 with 3 and 4 nodes. */
it.each([
  [3, 302],
  [4, 1_566],
])('EWD840 with %d nodes: %d states', async (nodes, states) => {
  const verdict = await checkModel(ewd840(nodes) as Model<unknown>);
  expect(verdict).toMatchObject({ kind: 'exhausted', states });
});

describe('as many states as a search that shares no code finds', () => {
  const small = { writes: 2, crashes: 1, cuts: 1, capacity: 2 };
  const compositions: readonly Composition[] = [
    twoPhaseCommit(3),
    paxos({ acceptors: 3, ballots: 2, values: 2 }),
    register({ servers: 3, writes: 1, readers: 1, forgetful: false }),
    threeSites(small),
  ];
  for (const composition of compositions) {
    it(composition.name, async () => {
      const { kind, states, generated } = await checkModel(composition);
      const found = bruteForce(composition);
      // Actions found by the checker include the start.
      expect({ kind, states, actions: generated - 1 }).toEqual({ kind: 'exhausted', ...found });
    });
  }

  const plain: readonly Model<never>[] = [
    plainTwoPhaseCommit(4) as Model<never>,
    plainPaxos({ acceptors: 3, ballots: 2, values: 1 }) as Model<never>,
  ];
  for (const model of plain) {
    it(model.name, async () => {
      const { states, generated } = await checkModel(model as Model<unknown>);
      expect({ states, actions: generated - 1 }).toEqual(bruteForcePlain(model));
    });
  }

  it('Paxos composed and plain: the same states', async () => {
    const bounds = { acceptors: 3, ballots: 2, values: 2 };
    const composed = await checkModel(paxos(bounds));
    expect((await checkModel(plainPaxos(bounds))).states).toBe(composed.states);
  });
});

describe('what these protocols are known for', () => {
  it('a reader that does not write back returns a value older than another read did', async () => {
    const bounds = { servers: 3, writes: 1, readers: 2, forgetful: true };
    const verdict = await checkModel(register(bounds));
    expect(verdict).toMatchObject({ kind: 'safety', counterexample: { rule: 'ABD-1' } });
  });
});
