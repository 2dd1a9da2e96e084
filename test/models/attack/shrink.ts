import type { Line } from './events.ts';
import { type Ended, replay } from './run.ts';
import type { Setup } from './setup.ts';

/** A shorter list of lines that breaks the same rule. `tries`: replays at most. */
export function shrink(ended: Ended, tries = 2000): Ended {
  let best = ended;
  let left = tries;
  const attempt = (lines: readonly Line[], setup: Setup = best.setup): boolean => {
    if (left-- <= 0) return false;
    const again = replay(setup, lines);
    if (again.rule !== ended.rule) return false;
    best = again;
    return true;
  };
  attempt(best.lines);
  for (let before = -1; before !== best.lines.length && left > 0; ) {
    before = best.lines.length;
    for (let size = Math.ceil(before / 2); size >= 1; size = size > 1 ? size >> 1 : 0) {
      for (let at = 0; at < best.lines.length; ) {
        const { lines } = best;
        const without = [...lines.slice(0, at), ...lines.slice(at + size)];
        const settled = [...lines.slice(0, at), 'settle', ...lines.slice(at + size)];
        if (attempt(without) || (size > 1 && attempt(settled))) continue;
        at += size;
      }
    }
  }
  for (const slow of [[], [0], [1], [2]] as const) {
    if (best.setup.slow.length > slow.length) attempt(best.lines, { ...best.setup, slow });
  }
  return best;
}
