import type { Bounds, Opening } from '../../models/bounds.ts';
import type { NodeEvent } from '../../models/node.ts';
import type { SiteConfig } from '../../models/site.ts';
import { type SiteId, siteIds } from '../../models/words.ts';
import type { Counterexample, Step } from '../checker/counterexample.ts';
import type { Fault } from './fault.ts';
import type { Scenario } from './scenario.ts';

/** Milliseconds: longer than the waits of a simulated run, and time enough for some frames. */
const waitTakes = 30;
const stepTakes = 2;
const beginsAt = 40;
const restTakes = 150;

interface Telling {
  at: number;
  readonly begun: Fault[];
  readonly open: Map<string, Fault>;
  readonly notExpressed: string[];
}

const sites: Readonly<Record<string, SiteId>> = { P: 0, S: 1, A: 2 };

/** What an operator's command is in a scenario. Others have no counterpart there. */
const operations = ['switchover', 'suspend', 'takeOver', 'consent', 'force'] as const;

/**
 * A scenario with the faults of a counterexample in their order. What happens between them (frames, disks, waits) happens
 * by itself in a simulated run, in an order of its own: `notExpressed` says which steps are left to it.
 */
export function scenarioFrom(
  counterexample: Counterexample,
  bounds: Bounds,
  weakness: string | null,
): Scenario {
  const telling: Telling = { at: beginsAt, begun: [], open: new Map(), notExpressed: [] };
  for (const opening of bounds.opening) tellOpening(telling, opening);
  for (const step of counterexample.steps.slice(1)) tellStep(telling, step);
  const length = telling.at + restTakes;
  for (const fault of [...telling.open.values()]) close(telling, keyOf(fault), length);
  const { config } = counterexample.steps[0]!.world.P as { config: SiteConfig };
  const { sidefile, onLegLoss, reads, syncFar, takeover, verify } = config;
  const { lazyCommit, frameEntries, frameBlocks, pendingMax } = config;
  return {
    shows: `${counterexample.rule}: ${counterexample.claim}`,
    notExpressed: telling.notExpressed,
    seed: 1,
    storage: 'file',
    volumes: [bounds.blocks],
    blocksPerWriteMax: Math.max(...bounds.writes.map(({ count }) => count)),
    sidefile,
    policies: { onLegLoss, reads, syncFar, takeover, verify },
    tuning: { lazyCommit, frameEntries, frameBlocks, pendingMax, weakness },
    lanes: bounds.unordered.length > 0 ? 2 : 1,
    diskMost: bounds.slow.length > 0 ? 3 : 0.2,
    nearMost: 0.5,
    farMost: 2,
    outstanding: bounds.outstanding,
    length,
    media: 'sound',
    faults: telling.begun.sort((one, other) => one.at - other.at),
  };
}

function tellOpening(telling: Telling, opening: Opening): void {
  switch (opening.type) {
    case 'breaks':
      open(telling, part(telling.at, ...opening.between));
      break;
    case 'heals':
      close(telling, linkKey(...opening.between), telling.at);
      break;
    case 'crashes':
    case 'replaces':
      open(telling, ended(telling.at, opening.site, opening.type === 'replaces'));
      break;
    case 'starts':
      close(telling, `site ${opening.site}`, telling.at);
      break;
    default:
      telling.notExpressed.push(`before the first step: ${opening.type}`);
  }
  telling.at += waitTakes;
}

function tellStep(telling: Telling, step: Step): void {
  const told = step.happened.filter(({ kind }) => kind === 'happens');
  const expressed = told.map(({ event, to }) => tellEvent(telling, to, event));
  if (!expressed.includes(true)) telling.notExpressed.push(`${step.number}. ${step.action}`);
  telling.at += isWait(step) ? waitTakes : stepTakes;
}

/** False: the simulator has no word for it. */
function tellEvent(telling: Telling, to: string, event: unknown): boolean {
  if (to.startsWith('link ')) {
    const [one, other] = [...to.slice('link '.length)].map((name) => sites[name]!);
    if ((event as { up: boolean }).up) close(telling, linkKey(one!, other!), telling.at);
    else if (!siteIds.some((site) => telling.open.has(`site ${site}`))) {
      open(telling, part(telling.at, one!, other!));
    }
    return true;
  }
  const site = sites[to];
  return site !== undefined && tellSite(telling, site, event as NodeEvent);
}

function tellSite(telling: Telling, site: SiteId, event: NodeEvent): boolean {
  switch (event.type) {
    case 'crash':
    case 'replace':
      open(telling, ended(telling.at, site, event.type === 'replace'));
      return true;
    case 'start':
    case 'boot':
      close(telling, `site ${site}`, telling.at);
      return true;
    case 'site': {
      if (event.event.type !== 'operator') return false;
      const { command } = event.event;
      const kind = operations.find((name) => name === command.name);
      if (kind === undefined) return false;
      const about = 'to' in command ? command.to : 'peer' in command ? command.peer : site;
      telling.begun.push({ kind, at: telling.at, lasts: 0, site: about });
      return true;
    }
    default:
      return false;
  }
}

const isWait = ({ happened }: Step): boolean =>
  happened.some(({ event }) => {
    const inner = (event as { event?: { type?: string } } | null)?.event;
    return inner?.type === 'timeout';
  });

const linkKey = (one: SiteId, other: SiteId): string =>
  `link ${Math.min(one, other)} ${Math.max(one, other)}`;

const keyOf = (fault: Fault): string =>
  'from' in fault ? linkKey(fault.from, fault.to) : `site ${(fault as { site: SiteId }).site}`;

const part = (at: number, from: SiteId, to: SiteId): Fault => ({
  kind: 'part',
  at,
  lasts: 0,
  from,
  to,
});

const ended = (at: number, site: SiteId, replaced: boolean): Fault =>
  replaced
    ? { kind: 'blank', at, lasts: 0, site }
    : { kind: 'crash', how: 'power', at, lasts: 0, site };

function open(telling: Telling, fault: Fault): void {
  telling.open.set(keyOf(fault), fault);
}

function close(telling: Telling, key: string, at: number): void {
  const fault = telling.open.get(key);
  if (fault === undefined) return;
  telling.open.delete(key);
  telling.begun.push({ ...fault, lasts: Math.max(1, at - fault.at) });
}
