import { describe, expect, test } from 'vitest';
import { quint, SPECIFICATION, TESTS } from './quint.ts';
import { brokenByStory, brokenProtocols } from './quint-runs.ts';

// Fixed seeds: the same runs every time. `npm run spec:quint` takes new ones, and many more.
const TIMEOUT = { timeout: 300_000 };

describe('the abstract protocol in Quint', () => {
  test('typechecks, and so do its tests', TIMEOUT, async () => {
    const { code, output } = await quint('typecheck', TESTS);
    expect(code, output).toBe(0);
  });

  test('the stories of the failure matrix hold', TIMEOUT, async () => {
    const { code, output } = await quint('test', TESTS, '--main=stories', '--max-samples=1');
    expect(code, output).toBe(0);
    expect(output).toContain('27 passing');
  });

  test.each(['initBusy', 'initAloneBusy'])(
    'random runs from %s are safe',
    TIMEOUT,
    async (init) => {
      const { code, output } = await quint(
        ...(['run', SPECIFICATION, '--main=sidefile', `--init=${init}`] as const),
        ...['--invariants', 'safe', '--max-steps=20', '--max-samples=200', '--seed=1'],
      );
      expect(code, output).toBe(0);
    },
  );
});

describe('every mistake is noticed', () => {
  test.each(brokenProtocols)('$module violates $violates', TIMEOUT, async (broken) => {
    const { code, output } = await quint(
      ...(['run', TESTS, `--main=${broken.module}`] as const),
      ...[`--init=${broken.init}`, `--step=${broken.step}`, '--invariants', broken.violates],
      ...['--max-steps=25', '--max-samples=2000', '--seed=1'],
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
