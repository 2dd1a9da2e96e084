import type { Command } from '../event.ts';
import { holds } from '../holding.ts';
import { entriesOf } from '../sidefile-log.ts';
import { change, emit, type SiteContext, type Turn, weak } from '../site.ts';
import type { Entry, Sequence } from '../words.ts';

/** A suffix is kept where an operator finds it, before somebody cuts or discards it (4.3). */

/**
 * Everything beyond `above` that the sidefile has; nothing when it has none. Also what is on its way to the disk: a disk
 * keeps what it was asked to store before, and it would be durable by the time that a header cuts it.
 */
export function exportSuffix(turn: Turn, above: Sequence): void {
  const { site } = turn;
  const entries = suffixOf(site, above);
  if (entries.length === 0) return;
  const through = entries.at(-1)!.sequence;
  const exporting = { above, through, count: entries.length };
  change(turn, { exporting: [...site.exporting, exporting] });
  emit(turn, { type: 'export', above, through, entries });
}

/** The newest write beyond `above` that an export has; null: the sidefile has none, and what it holds is in its volumes. */
export const newestExported = (site: SiteContext, above: Sequence): Sequence | null =>
  suffixOf(site, above).at(-1)?.sequence ?? null;

function suffixOf(site: SiteContext, above: Sequence): Entry[] {
  const entries = entriesOf(site.log, above + 1, site.log.newest);
  if (!weak(site, 'export-what-is-stored')) return entries;
  return entries.filter(({ sequence }) => holds(site.held, sequence));
}

export function exportAsked(turn: Turn, event: { command: Command }): void {
  if (event.command.name === 'export') exportSuffix(turn, event.command.above);
}

export function noteExported(turn: Turn): void {
  const [done, ...exporting] = turn.site.exporting;
  change(turn, { exporting });
  emit(turn, { type: 'report', event: { kind: 'exported', ...done! } });
}

/** Headers wait for exports: what a header cuts is kept elsewhere before. */
export const isExporting = (site: Turn['site']): boolean => site.exporting.length > 0;
