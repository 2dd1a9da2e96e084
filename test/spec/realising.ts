import { explain } from '../../models/abstract/explain.ts';
import { type AbstractState, sequenceOf } from '../../models/abstract/state.ts';
import type { AbstractStep } from '../../models/abstract/steps.ts';
import type { Bounds } from '../../models/bounds.ts';
import { type Frame, nodeName } from '../../models/node.ts';
import { lacksElected } from '../../models/rules/leg.ts';
import { recordOf } from '../../models/site.ts';
import { timersOf } from '../../models/step.ts';
import { othersOf, type SiteId } from '../../models/words.ts';
import { joined, Machines, nothingWished, type Parts, type Wished } from './looking.ts';

/**
 * Which moves of machines bring a step of the text about, as machines stand: what happens from outside (waits
 * that end, links that break and heal, power, operators, hosts), and which frames and disk work that step waits
 * for. All else they do by themselves as well, but it can wait.
 */
export interface Wishes {
  readonly moves: RegExp | null;
  readonly frames: (to: SiteId, frame: Frame) => boolean;
}

/** What is wanted: from one state of the trace to the next; `end`: the last one, as it tells what comes of it. */
export interface Wanted {
  readonly before: AbstractState;
  readonly after: AbstractState;
  readonly end: AbstractState;
}

export function wishesOf(parts: Parts, wanted: Wanted, bounds: Bounds): Wishes {
  const machines = new Machines(parts, bounds);
  const { moves, frames } = joined(
    ...stepsBetween(wanted).map((step) => wishes(machines, wanted, step)),
  );
  return {
    moves: moves.length === 0 ? null : new RegExp(moves.join('|')),
    frames: (to, frame) => frames!(to, frame),
  };
}

/** Explaining is dear, and a pair of states of a trace is asked about often. */
function stepsBetween({ before, after }: Wanted): readonly AbstractStep[] {
  const known = explained.get(after);
  if (known?.before === before) return known.steps;
  const explanation = explain(before, after);
  const all = explanation.kind === 'steps' ? explanation.steps : [];
  // Who is forced stands for nothing first.
  const forced = all.find(({ name }) => name === 'force');
  const steps = forced
    ? all.filter(({ name, site }) => name === 'force' || site !== forced.site)
    : all;
  explained.set(after, { before, steps });
  return steps;
}

const explained = new WeakMap<
  AbstractState,
  { readonly before: AbstractState; readonly steps: readonly AbstractStep[] }
>();

function wishes(machines: Machines, wanted: Wanted, step: AbstractStep): Wished {
  const { site } = step;
  const name = nodeName(site);
  const { before, end } = wanted;
  switch (step.name) {
    case 'hostWrite':
      return { moves: ['^host writes'] };
    case 'crash':
      return { moves: [`^${name} crashes`] };
    case 'rot':
      return { moves: [`^${name} crashes, entry ${sequenceOf(step.write)} is unreadable`] };
    case 'returnEmpty':
      return { moves: [`^${name} is replaced`] };
    case 'setBack':
      return settingBack(machines, site);
    case 'restart':
      return { moves: [`^${name}: restart`] };
    case 'force':
      return forcing(machines, site);
    case 'discard':
      return { moves: [`^operator at ${name}: discard`] };
    case 'stand':
      return standing(machines, end, site, step.epoch);
    case 'pledge':
      return promising(machines, site, (step.epoch % 3) as SiteId);
    case 'giveWord':
      return machines.work(site) ?? nothingWished;
    case 'decide':
      return deciding(machines, wanted, site, step.others);
    case 'record':
      return machines.work(site, 'persist', 'store', 'export') ?? nothingWished;
    case 'adopt':
      return adopting(machines, site, end, step.epoch);
    case 'serve':
      return filling(machines, site) ?? nothingWished;
    case 'store':
      return storing(machines, site, sequenceOf(step.write));
    case 'learn':
      return learning(machines, site);
    case 'forget':
      return forgetting(machines, site, step.what);
    case 'beginUpdate':
      return machines.update(step.source, site);
    case 'offer':
    case 'endUpdate':
      return machines.update(before.sites[site].source as SiteId, site);
    default:
      return resting(machines, site);
  }
}

/** Known by what the others noted durably, when their session with it ended. */
function settingBack(machines: Machines, site: SiteId): Wished {
  const noting = othersOf(site).map((other) => {
    const context = machines.context(other);
    if (context === null) return null;
    const heard = context.peers[site].held.contiguous;
    if (heard <= context.header.peers[site].noted.contiguous) {
      return machines.work(other, 'persist') ?? machines.frames(site, other, 'write', 'advance');
    }
    return joined(machines.part(other, site), machines.work(other, 'persist'));
  });
  return joined({ moves: [`^${nodeName(site)} is set back`] }, ...noting);
}

/** Nobody is asked by a site that an operator forces if it talks to nobody. */
function forcing(machines: Machines, site: SiteId): Wished {
  const name = nodeName(site);
  const [one, other] = othersOf(site);
  return (
    machines.start(site) ??
    machines.part(site, one) ??
    machines.part(site, other) ??
    machines.work(site, 'persist', 'store', 'export') ?? { moves: [`^operator at ${name}: force`] }
  );
}

/**
 * A mirror stands when an operator says so (or it hears of no primary) and one other site does not hear the
 * primary; a primary when a member of its sync set is away or a mirror enters, or an operator names another.
 */
function standing(machines: Machines, end: AbstractState, site: SiteId, epoch: number): Wished {
  const { site: running } = machines.node(site);
  if (running === null) return machines.start(site)!;
  const name = nodeName(site);
  const { role } = running.state as { readonly role?: string };
  if (running.role === 'primary') return resigning(machines, end, site, epoch);
  // Its number is durable, and it waits for what it began before: it may be told to take over again.
  const waits = role === 'readying' && machines.work(site, 'persist') === null;
  if ((role === 'readying' && !waits) || role === 'recording' || role === 'adopting') {
    return (
      machines.work(site, 'persist', 'store', 'export') ?? machines.work(site) ?? nothingWished
    );
  }
  // Who is to become primary, if that comes of it: an operator may have to name it.
  const record = end.words.records.find((one) => one.epoch === epoch);
  const taker = record?.primary ?? site;
  const helpers = othersOf(site).filter((other) => helps(machines, other));
  return joined(
    ...helpers.map((other) => {
      const ready =
        machines.connect(site, other) ?? machines.deafen(other, site) ?? machines.tire(other);
      if (ready) return ready;
      const { election } = running.context;
      const named = election?.named ?? taker;
      const isWrong = record !== undefined && named !== taker;
      if (role === 'probing' && !isWrong) {
        return (
          machines.frames(other, site, 'probed') ??
          machines.frames(site, other, 'probe') ?? { moves: [`^${name} election time-out`] }
        );
      }
      if (machines.isOffered(site, 'consent', taker)) {
        return { moves: [`^operator at ${name}: consent`] };
      }
      // In a candidate that was given a promise the end of a wait decides.
      const ends = role === 'proposing' ? [] : [`^${name} election time-out`];
      return { moves: [`^operator at ${name}: takeOver`, ...ends] };
    }),
  );
}

/** May it say yes? A primary that stands does not. */
function helps(machines: Machines, other: SiteId): boolean {
  const { site: running } = machines.node(other);
  return running !== null && running.role !== 'primary';
}

function resigning(machines: Machines, end: AbstractState, site: SiteId, epoch: number): Wished {
  const name = nodeName(site);
  const running = machines.node(site).site!;
  const before = recordOf(running.context)!;
  const record = end.words.records.find((one) => one.epoch === epoch);
  const admitted = othersOf(site).filter(
    (other) => record && record.incarnations[other] !== before.incarnations[other],
  );
  const entering = othersOf(site).filter((other) => record?.syncSet.includes(other));
  for (const other of [...admitted, ...entering]) {
    const ready = machines.stream(site, other);
    if (ready) return ready;
  }
  const said = joined(
    ...othersOf(site).map((other) => machines.frames(other, site, 'acknowledged')),
  );
  const taker = record?.primary ?? site;
  const { handover } = running.context;
  if (taker !== site && handover !== taker && before.syncSet.includes(taker)) {
    return machines.stream(site, taker) ?? { moves: [`^operator at ${name}: switchover`] };
  }
  if (timersOf(running).includes('patience')) {
    return joined(said, { moves: [`^${name} patience time-out`] });
  }
  const away = before.syncSet.map((member) => machines.part(site, member));
  // Where nothing comes of it, nobody need be away.
  const named =
    record === undefined && machines.isOffered(site, 'switchover', null)
      ? joined(...othersOf(site).map((other) => machines.stream(site, other)), {
          moves: [`^operator at ${name}: switchover`],
        })
      : nothingWished;
  const refused = othersOf(site).map((other) => machines.frames(other, site, 'refused'));
  return joined(said, named, ...away, ...refused);
}

function promising(machines: Machines, voter: SiteId, candidate: SiteId): Wished {
  return (
    machines.connect(candidate, voter) ??
    joined(machines.frames(candidate, voter, 'propose'), machines.work(voter))
  );
}

/** Promises arrive, all those that this record counts; then it decides, at once or when its wait ends. */
function deciding(
  machines: Machines,
  { before, end }: Wanted,
  site: SiteId,
  others: readonly SiteId[],
): Wished {
  const { candidate } = before.sites[site];
  const context = machines.context(site);
  const election = context?.election;
  if (!election || election.record !== null) return machines.work(site) ?? nothingWished;
  const record = end.words.records.find(({ epoch }) => epoch === candidate);
  const given = before.words.promises.filter(({ epoch }) => epoch === candidate);
  const voters = others.filter((other) => {
    const promise = given.find(({ summary }) => summary.site === other);
    if (!promise || !before.sites[other].up) return false;
    // Who is near, and level, and no member: it was not heard.
    const isLevel = promise.summary.held.length >= (record?.parent.sequence ?? 0);
    const isMember = record?.primary === other || record?.syncSet.includes(other);
    return other === 2 || isMember || !isLevel;
  });
  const dropped = othersOf(site).map((other) => {
    const isKept = record?.syncSet.includes(other) || context.peers[other].phase !== 'streaming';
    const isAdmitted = record?.incarnations[other] === context.peers[other].incarnation;
    const wasMember = recordOf(context)?.syncSet.includes(other);
    if (voters.includes(other) || isKept || (isAdmitted && !wasMember)) return null;
    return machines.part(site, other);
  });
  const away = voters.map((other) => {
    if (election.promises.some((summary) => summary.site === other)) return null;
    return (
      machines.connect(site, other) ??
      machines.frames(other, site, 'promise') ??
      machines.work(other)
    );
  });
  // Who is to hear of the record is connected when it is announced.
  const listeners =
    record?.primary === site ? [] : othersOf(site).filter((other) => before.sites[other].up);
  const apart = listeners.map((other) => machines.connect(site, other));
  const missing = [...dropped, ...away, ...apart].filter((one) => one !== null);
  if (missing.length > 0) return joined(...missing);
  return { moves: [`^${nodeName(site)} election time-out`] };
}

function adopting(machines: Machines, site: SiteId, end: AbstractState, epoch: number): Wished {
  const record = end.words.records.find((one) => one.epoch === epoch);
  const candidate = (epoch % 3) as SiteId;
  const primary = record?.primary ?? candidate;
  const told = joined(
    ...othersOf(site).map((other) => machines.frames(other, site, 'record')),
    machines.work(site, 'persist', 'store', 'export'),
  );
  const stands = primary !== site && machines.primaries().includes(primary);
  return joined(told, stands ? machines.stream(primary, site) : null);
}

/** A new primary waits until its record stands, and gets what it lacks; null: nothing is to be done. */
function filling(machines: Machines, site: SiteId): Wished | null {
  const context = machines.context(site);
  if (context === null) return machines.start(site);
  const legs = othersOf(site).map((other) => {
    const asked = machines.frames(site, other, 'fetch') ?? machines.frames(other, site, 'fetched');
    if (machines.node(other).site === null) return null;
    return machines.stream(site, other) ?? asked;
  });
  return joined(...legs, machines.work(site, 'store'));
}

function storing(machines: Machines, site: SiteId, sequence: number): Wished {
  const primaries = machines.primaries();
  const own = machines.context(site);
  if (own && primaries.includes(site)) {
    const stored = machines.work(site, 'store');
    return stored && !lacksElected(own) ? stored : (filling(machines, site) ?? nothingWished);
  }
  const name = nodeName(site);
  const together = `^${name}: ${name} \\d stores`;
  const stores = joined(machines.work(site, 'store'), { moves: [together] });
  const sent = primaries.map(
    (primary): Wished =>
      machines.stream(primary, site) ?? {
        moves: [],
        frames: (to, { from, message }) =>
          to === site &&
          from === primary &&
          message.type === 'write' &&
          message.entries.some((entry) => entry.sequence === sequence),
      },
  );
  return joined(stores, ...sent);
}

function learning(machines: Machines, site: SiteId): Wished {
  const context = machines.context(site);
  if (context === null) return machines.start(site)!;
  const members = (recordOf(context)?.syncSet ?? []).filter((member) => member !== site);
  // With an empty sync set whoever is there can be asked.
  const witnesses = members.length > 0 ? members : othersOf(site);
  const legs = witnesses.map((other) => machines.stream(site, other));
  const words = othersOf(site).flatMap((other) => [
    machines.frames(other, site, 'acknowledged', 'evidence'),
    members.includes(other) ? machines.work(other, 'store') : machines.frames(site, other, 'ask'),
  ]);
  return joined(machines.work(site, 'store'), ...legs, ...words);
}

function forgetting(machines: Machines, site: SiteId, what: string): Wished {
  const name = nodeName(site);
  if (what === 'hosts') return { moves: ['^host gives up'] };
  if (what === 'candidacy') return { moves: [`^${name} election time-out`] };
  const [one, other] = othersOf(site);
  const refused = [one, other].map((peer) => machines.frames(peer, site, 'refused'));
  return joined(...refused, machines.part(site, one), machines.part(site, other));
}

/** c is heard of, made durable, applied, let go. */
function resting(machines: Machines, site: SiteId): Wished {
  const told = othersOf(site).flatMap((other) => [
    machines.frames(other, site, 'write', 'advance', 'record', 'recordStored'),
    machines.primaries().includes(other) ? machines.stream(other, site) : null,
  ]);
  return joined(machines.work(site), { moves: [`^${nodeName(site)} idle time-out`] }, ...told);
}
