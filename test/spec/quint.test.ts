import { describe, expect, test } from 'vitest';
import { quint, TESTS } from './quint.ts';
import { brokenByStory, brokenProtocols } from './quint-runs.ts';

// Fixed seeds: the same runs every time. Stories are told by drive.test.ts, random runs made by
// `npm run spec:quint`.
const TIMEOUT = { timeout: 300_000 };

test('the abstract protocol in Quint typechecks, and so do its tests', TIMEOUT, async () => {
  const { code, output } = await quint('typecheck', TESTS);
  expect(code, output).toBe(0);
});

// One after the other: each thread of Quint would have to read the text first, which takes longer than most of these.
describe('every mistake is noticed', () => {
  test.each(brokenProtocols)('$module violates $violates', TIMEOUT, async (broken) => {
    const { code, output } = await quint(
      ...(['run', TESTS, `--main=${broken.module}`] as const),
      ...[`--init=${broken.init}`, `--step=${broken.step}`, '--invariants', broken.violates],
      ...['--max-steps=25', '--max-samples=2000', `--seed=${broken.seed}`],
    );
    expect(output).toContain('[violation] Found an issue'); // of the one invariant asked for
    expect(code).not.toBe(0);
  });

  test.each(brokenByStory)('%s: a story ends in the violation', TIMEOUT, async (module) => {
    const { code, output } = await quint('test', TESTS, `--main=${module}`, '--max-samples=1');
    expect(code, output).toBe(0);
    expect(output).toContain('1 passing');
  });
});
