import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { explain } from '../../models/abstract/explain.ts';
import { isUnlawful, take } from '../../models/abstract/steps.ts';
import { type Moment, readTrace } from './itf.ts';
import { quint, TESTS } from './quint.ts';

/** models/abstract is spec/sidefile.qnt: each step of the one is some steps of the other. */

const TIMEOUT = { timeout: 300_000 };

async function traces(main: string, init: string, ...more: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'sidefile-traces-'));
  const options = [`--main=${main}`, `--init=${init}`, '--max-steps=25', '--mbt', '--seed=7'];
  const out = `--out-itf=${join(folder, '{seq}.itf.json')}`;
  const { output } = await quint('run', TESTS, ...options, out, '--verbosity=1', ...more);
  const files = readdirSync(folder).map((name) => join(folder, name));
  const found = files.map(readTrace);
  rmSync(folder, { recursive: true });
  return { found, output };
}

/** The first step of a trace that the abstract protocol in TypeScript does not have. */
function firstUnexplained(trace: readonly Moment[]) {
  for (let index = 1; index < trace.length; index++) {
    const [before, after] = [trace[index - 1]!, trace[index]!];
    const explanation = explain(before.state, after.state);
    if (explanation.kind === 'unexplained') return { action: after.action, ...explanation };
  }
  return null;
}

describe.each([
  ['initBusy', 'step'],
  ['initAloneBusy', 'step'],
  ['initBehind', 'stepOfVolumes'],
  ['initBehind', 'stepOfCopies'],
])('random runs from %s on: %s', (init, step) => {
  let found: readonly (readonly Moment[])[] = [];

  beforeAll(async () => {
    const more = [`--step=${step}`, '--max-samples=15', '--n-traces=15'];
    const made = await traces('sidefile', init, ...more);
    expect(made.found.length, made.output).toBeGreaterThan(10);
    found = made.found;
  }, TIMEOUT.timeout);

  test('every step is one here', TIMEOUT, () => {
    expect(found.map(firstUnexplained).filter((one) => one !== null)).toEqual([]);
  });

  test('what may be said is the same in both', TIMEOUT, () => {
    for (const trace of found.slice(0, 5)) {
      for (let index = 1; index < trace.length; index++) {
        const [before, after] = [trace[index - 1]!, trace[index]!];
        const explanation = explain(before.state, after.state);
        let { state } = before;
        for (const step of explanation.kind === 'steps' ? explanation.steps : []) {
          const next = take(state, step);
          if (isUnlawful(next)) throw new Error(next.why);
          state = next;
        }
        expect(saidOf(state), after.action).toEqual(saidOf(after.state));
      }
    }
  });
});

/** Every epoch with its words; a note of nothing is none. */
const saidOf = ({ words }: Moment['state']) =>
  words.said
    .map(({ held, ...said }) => ({
      ...said,
      held: held.map(({ incarnation, through }) => (through === 0 ? 0 : [incarnation, through])),
    }))
    .sort((one, other) => one.epoch - other.epoch);

// What a broken Quint text does and the right one does not is refused here as well, by the rule.
test.each([
  ['acknowledgesMaxima', 'S1_HoldersHoldWhatWasAcknowledged', ['MIRROR-10', 'PRIMARY-20']],
  ['appliesBeyondC', 'S3_NothingIsAppliedBeyondC', ['MIRROR-20']],
  ['talksAfterAPromise', 'S2_AcknowledgedIsInEveryNewerHistory', ['EPOCH-40']],
])('a run of %s is refused', TIMEOUT, async (main, invariant, rules) => {
  const more = ['--invariants', invariant, '--max-samples=2000'];
  const { found, output } = await traces(main, 'initBusy', ...more);
  expect(output).toContain('[violation]');
  const refused = firstUnexplained(found[0]!);
  expect(refused?.rules.some((rule) => rules.includes(rule))).toBe(true);
});
