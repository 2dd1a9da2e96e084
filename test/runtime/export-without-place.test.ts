import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createArrangement } from '../../src/index.ts';

const pause = (time: number) => new Promise((resume) => setTimeout(resume, time));

test('HOST-20: an export that an operator asks for and that finds no place is refused; the primary goes on', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'export-without-place-'));
  const sites = await createArrangement({ storage: { directory }, volumes: [16], blockBytes: 512 });
  try {
    for (let block = 0; block < 3; block++) await sites.write(0, block, Buffer.alloc(512, 'a'));
    // As where it is full, or may not be written to.
    const exports = join(directory, 'site-0', 'exports');
    rmSync(exports, { recursive: true, force: true });
    writeFileSync(exports, 'no directory');
    await sites.exportSuffix(0, 0).catch(() => {});
    await pause(100);
    expect(sites.status().sites[0]?.role).toBe('primary');
  } finally {
    await sites.close().catch(() => {});
    rmSync(directory, { recursive: true, force: true });
  }
});
