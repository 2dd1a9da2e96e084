import type { Command } from '../event.ts';
import { holds, newestOfHolding } from '../holding.ts';
import { entriesOf } from '../sidefile-log.ts';
import { change, emit, type Turn } from '../site.ts';
import type { Sequence } from '../words.ts';

/** A suffix is kept where an operator finds it, before somebody cuts or discards it (4.3). */

/** Everything durable beyond `above` that the sidefile still has; nothing when it has none. */
export function exportSuffix(turn: Turn, above: Sequence): void {
  const { site } = turn;
  const through = newestOfHolding(site.held);
  const entries = entriesOf(site.log, above + 1, through).filter(({ sequence }) =>
    holds(site.held, sequence),
  );
  if (entries.length === 0) return;
  const exporting = { above, through, count: entries.length };
  change(turn, { exporting: [...site.exporting, exporting] });
  emit(turn, { type: 'export', above, through, entries });
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
