import type { Command, SiteEvent } from '../event.ts';
import { holds } from '../holding.ts';
import { entriesOf } from '../sidefile-log.ts';
import { change, emit, type SiteContext, type Turn, weak } from '../site.ts';
import type { Entry, Sequence } from '../words.ts';

/**
 * A suffix is kept where an operator finds it (4.3): because this site cuts it, or because he wants to look at it. The one
 * must be durable before the cut. The other is a copy: it may be refused, and keeps nobody waiting.
 */

/**
 * Everything beyond `above` that the sidefile has; nothing when it has none. Also what is on its way to the disk: a disk
 * keeps what it was asked to store before, and it would be durable by the time that a header cuts it.
 */
export const exportCut = (turn: Turn, above: Sequence): void =>
  exportEntries(turn, above, cutOf(turn.site, above), true);

export function exportAsked(turn: Turn, event: { command: Command }): void {
  if (event.command.name !== 'export') return;
  const { above } = event.command;
  exportEntries(turn, above, copyOf(turn.site, above), false);
}

function exportEntries(
  turn: Turn,
  above: Sequence,
  entries: readonly Entry[],
  isForCut: boolean,
): void {
  if (entries.length === 0) return;
  const through = entries.at(-1)!.sequence;
  const exporting = { above, through, count: entries.length, isForCut };
  change(turn, { exporting: [...turn.site.exporting, exporting] });
  emit(turn, { type: 'export', above, through, entries });
}

/** The newest write beyond `above` that a copy has; null: the sidefile has none, and what it holds is in its volumes. */
export const newestExported = (site: SiteContext, above: Sequence): Sequence | null =>
  copyOf(site, above).at(-1)?.sequence ?? null;

function cutOf(site: SiteContext, above: Sequence): Entry[] {
  const entries = entriesOf(site.log, above + 1, site.log.newest);
  if (!weak(site, 'export-what-is-stored')) return entries;
  return entries.filter(({ sequence }) => holds(site.held, sequence));
}

/** What a header under way lets go has left: its places are used again while a copy is read. */
const copyOf = (site: SiteContext, above: Sequence): Entry[] =>
  entriesOf(site.log, Math.max(above + 1, site.header.start), site.log.newest);

export function noteExported(turn: Turn): void {
  const [done, ...exporting] = turn.site.exporting;
  const { above, through, count } = done!;
  change(turn, { exporting });
  emit(turn, { type: 'report', event: { kind: 'exported', above, through, count } });
}

/** A copy is not made. That of a cut is `storage.failed` (models/step.ts). */
export function noteExportRefused(turn: Turn, event: { reason: string }): void {
  const [done, ...exporting] = turn.site.exporting;
  const { above, through } = done!;
  const { reason } = event;
  change(turn, { exporting });
  emit(turn, { type: 'report', event: { kind: 'exportRefused', above, through, reason } });
}

/** What has no place and must be kept: its site cannot go on. What an operator wanted a copy of is where it was. */
export const isCutRefused = (site: SiteContext, event: SiteEvent): boolean =>
  event.type === 'exportRefused' &&
  site.exporting[0]?.isForCut !== false &&
  !weak(site, 'cut-what-has-no-place');

/** Headers wait for exports of what is cut: it is kept elsewhere before. */
export const isKeeping = (site: SiteContext): boolean =>
  !weak(site, 'cut-beside-its-export') && site.exporting.some(({ isForCut }) => isForCut);

/** The first sequence that a copy under way still reads; infinity: none. */
export const firstCopied = (site: SiteContext): Sequence =>
  site.exporting.reduce(
    (first, { above, isForCut }) => (isForCut ? first : Math.min(first, above + 1)),
    Number.POSITIVE_INFINITY,
  );
