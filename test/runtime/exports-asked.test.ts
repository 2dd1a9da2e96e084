import { expect, it } from 'vitest';
import type { Effect } from '../../models/effect.ts';
import { ExportsAsked } from '../../src/runtime/exports-asked.ts';
import type { HostError } from '../../src/runtime/host-error.ts';
import type { Observed } from '../../src/runtime/site-loop.ts';

const above = 4;
const heard = (...effects: Partial<Effect>[]) =>
  ({
    event: { type: 'operator', command: { name: 'export', above } },
    effects,
  }) as unknown as Observed;
const begun = (through: number) => heard({ type: 'export', above, through, entries: [] });
const exported = (through: number) => ({ kind: 'exported', above, through, count: 1 }) as const;
const end = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    ({ code }: HostError) => code,
  );

it('what the site has let go of by the time that it hears of the export is refused, and waited for by nobody', async () => {
  const exports = new ExportsAsked();
  const [early, late, elsewhere] = [
    exports.wait(0, above),
    exports.wait(0, above),
    exports.wait(1, above),
  ];
  exports.heard(0, begun(6));
  exports.heard(0, heard());
  expect(await end(late)).toBe('refused');
  exports.happened(0, exported(6));
  expect(await end(early)).toBe('done');
  exports.happened(1, { kind: 'ended', how: 'crash' });
  expect(await end(elsewhere)).toBe('stopped');
});

it('as much as there still is when the site hears of it is waited for, and an export asked for before is not taken for it', async () => {
  const exports = new ExportsAsked();
  let ended = 'not yet';
  const asked = end(exports.wait(0, above)).then((how) => {
    ended = how;
  });
  exports.happened(0, exported(9));
  exports.heard(0, begun(7));
  exports.happened(0, exported(6));
  await null;
  expect(ended).toBe('not yet');
  exports.happened(0, exported(7));
  await asked;
  expect(ended).toBe('done');
});

it('a copy without a place is told to who asked for it first, with the reason and what to do; others are waited for', async () => {
  const exports = new ExportsAsked();
  const [early, late] = [exports.wait(0, above), exports.wait(0, above)];
  exports.heard(0, begun(6));
  exports.heard(0, begun(6));
  const reason = 'x.ndjson was not kept: no space is left; make room there';
  exports.happened(0, { kind: 'exportRefused', above, through: 6, reason });
  const told = `site 0 goes on without that copy: ${reason}; then ask for it again`;
  await expect(early).rejects.toMatchObject({ code: 'no-place', message: told });
  exports.happened(0, exported(6));
  expect(await end(late)).toBe('done');
});
