import { newestEpoch } from '../history.ts';
import { eventually, type Property } from '../model.ts';
import type { Node } from '../node.ts';
import { isServing } from './facts.ts';

/** All three stand on one history, hold the same writes, and show the same bytes. */
export function isLevel(...nodes: readonly Node[]): boolean {
  const [first, ...others] = nodes.map((node) => node.site?.context ?? null);
  if (!first || !nodes.some(isServing)) return false;
  return others.every(
    (context, index) =>
      context !== null &&
      newestEpoch(context.header.history) === newestEpoch(first.header.history) &&
      context.header.consistency.kind === 'consistent' &&
      context.held.contiguous === first.held.contiguous &&
      context.held.ranges.length + first.held.ranges.length === 0 &&
      context.applied === first.applied &&
      nodes[index + 1]!.disk.cached.join() === nodes[0]!.disk.cached.join(),
  );
}

/** Waits that may still end are counted, so that epochs stay finite: with none left nothing is owed. */
export const settles: readonly Property[] = [
  eventually(
    'L1',
    'once faults stop, all three sites come to hold the same writes and bytes, and one serves',
    ['P', 'S', 'A', 'timeouts'],
    (primary: Node, sync: Node, async: Node, waits: number) =>
      waits === 0 || isLevel(primary, sync, async),
  ),
];
