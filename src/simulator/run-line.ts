import { newestEpoch } from '../../models/history.ts';
import type { SiteId } from '../../models/words.ts';
import type { Observed } from '../runtime/site-loop.ts';

/** One step of one site, for a person who follows a run. */
export function runLine(
  now: number,
  site: SiteId,
  { event, site: after, effects }: Observed,
): string {
  const { role, state, context } = after;
  const { held, committed, durable, applied, header } = context;
  const where = JSON.stringify(state).replaceAll('"', '');
  const epochs = `e${newestEpoch(header.history)} p${header.promised}`;
  const positions = `held ${held.contiguous}${held.ranges.length ? '+' : ''} c ${committed}/${durable} a ${applied} s ${header.settled} start ${header.start}`;
  const done = effects.map((effect) => `\n      -> ${shortly(effect)}`).join('');
  return `${now.toFixed(2)} site ${site} ${epochs} ${role}${where} ${positions}\n    event ${shortly(event)}${done}`;
}

export const shortly = (value: unknown): string => JSON.stringify(value).slice(0, 400);
