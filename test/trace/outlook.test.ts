import { describe, expect, it } from 'vitest';
import { exceeds, Outlook } from '../../src/trace/outlook.ts';
import { WorldPath } from '../../src/trace/path.ts';
import { record } from './recorded.ts';

describe('what a site tells later says what it may have done before', () => {
  it.each([1, 2, 3, 4, 5, 6, 8, 12, 14, 20])(
    'no state that a site was in is beyond it: seed %i',
    async (seed) => {
      const { header, lines } = await record(seed, 'full');
      const outlook = new Outlook();
      for (const line of lines) outlook.reads(line);
      const path = new WorldPath(header);
      let bounded = 0;
      for (const line of lines) {
        expect(path.accept(line)).toBeNull();
        if (line.event?.type === 'end') continue; // what comes next is another life
        const bounds = outlook.from(line.site, line.number + 1);
        bounded += bounds.length;
        const isTooFar = exceeds(path.nodes[line.site]!, bounds);
        expect(isTooFar && [line.site, line.number, bounds]).toBe(false);
      }
      expect(bounded).toBeGreaterThan(lines.length / 2);
    },
  );
});
