import { survivalsOf } from '../../models/disk.ts';
import type { Effect } from '../../models/effect.ts';
import type { Message } from '../../models/message.ts';
import { type Frame, type Node, stepNode } from '../../models/node.ts';
import type { SiteId } from '../../models/words.ts';
import { type Difference, differenceOf } from './difference.ts';
import {
  isObservableEffect,
  type TraceEffect,
  type TraceEvent,
  type TraceHeader,
  type TraceLine,
} from './format.ts';
import { nodeWith } from './new-node.ts';
import { Outlook } from './outlook.ts';
import type { Refusal } from './path.ts';
import { type Life, newWork, SiteSearch } from './site-search.ts';
import type { Reached, Seen, Told } from './site-steps.ts';
import { Surroundings } from './surroundings.ts';

type Start = Extract<TraceEvent, { type: 'start' }>;

/**
 * An observer of three sites: of each a set of states it may be in (`SiteSearch`). What it knows of frames it knows
 * from their senders' lines, so each site is looked at by itself.
 */
export class PossibleStates {
  readonly work = newWork();
  private readonly header: TraceHeader;
  private readonly around: Surroundings;
  private readonly outlook = new Outlook();
  private readonly searches: (SiteSearch | null)[] = [null, null, null];
  /** Did a start leave out what it found? */
  private readonly isDiskSeen = [false, false, false];

  constructor(header: TraceHeader) {
    this.header = header;
    this.around = new Surroundings(header.lanes);
  }

  /** A line that is judged later. */
  reads(line: TraceLine): void {
    this.outlook.reads(line);
  }

  waits(line: TraceLine): boolean {
    return this.around.waits(line);
  }

  accept(line: TraceLine): Refusal | null {
    const { site, event } = line;
    const sentence = this.around.refuse(line);
    if (sentence !== null) return refusal(sentence);
    if (event?.type === 'end' || event?.type === 'disk.lies') return null;
    const seen = line.effects.map(withoutFrame);
    const unseen = seen.find((effect) => !isObservableEffect(effect));
    if (unseen) return refusal(`${unseen.type} cannot be observed`);
    if (event === null && seen.length === 0)
      return refusal('a line without an event tells nothing');
    const arrived = event?.type === 'received' ? this.around.arrival(site, event) : null;
    if (typeof arrived === 'string') return refusal(arrived);
    if (event?.type === 'start') {
      this.searches[site] = new SiteSearch(this.lifeFrom(site, event), this.work);
    }
    const search = this.searches[site]!;
    const { number } = line;
    const bounds = this.outlook.from(site, number);
    const later = this.outlook.from(site, number + 1);
    const told: Told = { number, event, arrived, seen, bounds, later };
    return search.take(told) ? this.sends(line) : nothingExplains(site, search, told);
  }

  private lifeFrom(site: SiteId, { found }: Start): Life {
    if (found) {
      const first = [nodeWith(this.header.configs[site], found)];
      return { first, isWhole: true, isDiskSeen: this.isDiskSeen[site]! };
    }
    const before = this.searches[site];
    const known = this.isDiskSeen[site] || !before ? before : before.withDisk();
    this.isDiskSeen[site] = true;
    const first = known?.states.flatMap(afterLoss) ?? [];
    return { first, isWhole: false, isDiskSeen: true };
  }

  private sends({ site, effects }: TraceLine): Refusal | null {
    const { flights } = this.around;
    for (const effect of effects) {
      if (effect.type !== 'send') continue;
      const next = flights.nextOf(site);
      if (effect.frame !== next) {
        return refusal(`frame ${effect.frame} of site ${site} should have the number ${next}`);
      }
      flights.send(effect.to, frameOf(site, effect));
    }
    return null;
  }
}

/** All that may be left when power is lost in this state. */
function afterLoss(node: Node): readonly Node[] {
  return survivalsOf(node.disk).flatMap((survived) => {
    const lost = stepNode(node, { type: 'crash', unflushed: 'lost', survived });
    return 'refused' in lost ? [] : [lost.state];
  });
}

function nothingExplains(site: SiteId, search: SiteSearch, { seen }: Told): Refusal {
  const { others } = search.instead();
  const names = new Set(others.map((one) => one.seen.map(nameOf).join(', ') || 'nothing seen'));
  const isBounded = !search.isSurelyRefused();
  const states = search.states.length;
  const sentence = isBounded
    ? `nothing found that site ${site} may do, in the ${states} states of it that were kept, explains this`
    : `nothing that site ${site} may do explains this`;
  const enabled = [...names].slice(0, 6);
  return { sentence, difference: nearestOf(others, seen), enabled, isBounded };
}

/** The difference that lies furthest inside says most. */
function nearestOf(others: readonly Reached[], seen: readonly Seen[]): Difference | null {
  let nearest: Difference | null = null;
  for (const one of others) {
    const found = differenceOf(one.seen, seen, 'effects');
    if (found && (nearest === null || found.path.length > nearest.path.length)) nearest = found;
  }
  return nearest;
}

const refusal = (sentence: string): Refusal => ({ sentence, difference: null, enabled: [] });

function frameOf(from: SiteId, { session, message }: Extract<Effect, { type: 'send' }>): Frame {
  return { type: 'frame', from, session, message, contents: contentsOf(message) };
}

/** Contents are not observed; only which blocks they are of counts. */
function contentsOf(message: Message) {
  if (message.type === 'blocks' || message.type === 'lent') {
    return message.blocks.map((block) => ({ block, content: 0 }));
  }
  if (message.type !== 'sums') return [];
  return message.runs.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, index) => ({ block: first + index, content: 0 })),
  );
}

function withoutFrame(effect: TraceEffect): Seen {
  if (effect.type !== 'send') return effect;
  const { frame: _, ...sent } = effect;
  return sent;
}

const nameOf = (effect: Seen): string =>
  effect.type === 'send' ? `send ${effect.message.type} to ${effect.to}` : effect.type;
