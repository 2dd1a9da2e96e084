import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Vitest leaves one processor to itself, which hardly needs it: of two that would be half. */
const maxWorkers = Math.max(2, availableParallelism() - 1);
/** For what hangs: on a machine that is busy a test may take ten times as long as alone. */
const testTimeout = 300_000;

/** What takes some half a minute and more, longest first: begun last, one of them would keep one processor busy and the others waiting. */
const long = [
  'worlds/instances',
  'docs-site/browser',
  'worlds/mutants',
  'spec/as-built',
  'checker/workers',
  'trace/bad-input',
  'spec/refinement',
  'spec/drive',
  'cli/check',
  'checker/symmetry',
  'trace/mutants',
  'simulator/stored-seeds',
  'trace/outlook',
  'runtime/demo',
  'backend/crash-points',
  'simulator/simulate',
  'spec/refined-runs',
  'runtime/killed-processes',
  'spec/quint',
  'checker/known-counts',
];
const turnOf = ({ moduleId }: TestSpecification): number => {
  const place = long.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`));
  return place < 0 ? long.length : place;
};

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => turnOf(one) - turnOf(other));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    sequence: { sequencer: LongestFirst },
    maxWorkers,
    testTimeout,
    hookTimeout: testTimeout,
  },
});
