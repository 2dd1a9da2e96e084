import { describe, expect, it } from 'vitest';
import { checkModel } from '../../src/checker/check.ts';
import { plainTwoPhaseCommit, twoPhaseCommit } from './models/two-phase-commit.ts';

/** Distinct states of the TLA+ example TwoPhase, by number of resource managers. */
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
});
