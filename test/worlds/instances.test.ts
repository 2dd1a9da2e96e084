import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { instances } from '../../models/instances.ts';
import { say } from '../cli/terminal.ts';

interface World {
  readonly name: string;
  readonly states: number;
}

/** Of each world the number of states there were when it was measured (`npm run check:deep -- NAME --measure`). */
const measured: readonly World[] = JSON.parse(readFileSync('docs/checked.json', 'utf8'));
const inDefaultSet = new Set(
  instances.filter(({ set }) => set === 'default').map(({ name }) => name),
);

const statesOf = (worlds: readonly World[]) =>
  Object.fromEntries(worlds.map(({ name, states }) => [name, states]));

/** As `sidefile check` visits it; a changed rule shows as a changed number. The deep set: `npm run check:deep`. */
test('every world of the default set holds to the end, with as many states as docs/checked.json has, and together they reach all there is', async () => {
  const { exitCode, printed } = await say('check --json');
  const { verdicts, coverage } = JSON.parse(printed);
  const kinds = verdicts.map(({ kind }: { kind: string }) => kind);
  expect(statesOf(verdicts)).toEqual(
    statesOf(measured.filter(({ name }) => inDefaultSet.has(name))),
  );
  expect(new Set(kinds)).toEqual(new Set(['exhausted']));
  expect({ holes: coverage.holes, stale: coverage.stale }).toEqual({ holes: [], stale: [] });
  expect(exitCode).toBe(0);
}, 1_500_000);
