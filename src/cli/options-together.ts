import { CommandError } from './command-error.ts';

/** Of two options, by their names: `seed` needs `walks`, `walks` excludes `resume`. */
export type Together = readonly [one: string, how: 'needs' | 'excludes', other: string];

/** An option that would do nothing, or contradicts another, is refused: never left out of account in silence. */
export function refuseTogether(options: object, rules: readonly Together[]): void {
  const isGiven = (name: string) => (options as Record<string, unknown>)[name] !== undefined;
  for (const [one, how, other] of rules) {
    if (!isGiven(one) || isGiven(other) !== (how === 'excludes')) continue;
    const sentence =
      how === 'needs'
        ? `--${one} does nothing without --${other}: give both, or neither`
        : `--${one} and --${other} cannot be asked for together: leave one of them away`;
    throw new CommandError('usage', sentence);
  }
}
