import type { Header } from '../header.ts';
import { newestEpoch } from '../history.ts';
import type { Frame, Node } from '../node.ts';
import type { Summary } from '../summary.ts';
import type { Epoch, SiteId } from '../words.ts';
import { proposerOf, siteIds } from '../words.ts';
import { promisedIn } from './abstract-disk.ts';
import { abstractSummaryOf, heldThrough, recordsOf } from './abstract-summary.ts';
import type { View } from './abstraction.ts';
import { summaryOfAbstract } from './adopting.ts';
import { areCompatible } from './reading.ts';
import {
  type AbstractRecord,
  type AbstractSite,
  type Chosen,
  type Given,
  type Note,
  nothingSaid,
  type Said,
  type Stored,
  textOf,
  type Words,
} from './state.ts';

/** What is on its way, or was heard and not used yet, as statements of the abstract protocol. */
export function wordsOf(
  { nodes, frames }: View,
  sites: readonly [AbstractSite, AbstractSite, AbstractSite],
): Words {
  const heard = new Heard();
  for (const site of siteIds) {
    const node = nodes[site];
    const { header } = node.disk;
    heard.records(recordsOf(header.history));
    if (sites[site].record !== -1) {
      heard.stored(sites[site].record, site, header.incarnation);
    }
    heard.memory(node, sites[site]);
  }
  for (const { to, frame } of frames) heard.frame(nodes[to], frame);
  return heard.words();
}

class Heard {
  private readonly byEpoch = new Map<Epoch, AbstractRecord>();
  private readonly decided = new Map<Epoch, AbstractRecord>();
  private readonly taken: (Chosen & { readonly from: Epoch })[] = [];
  private readonly asked = new Set<Epoch>();
  private readonly promises = new Map<string, Given>();
  private readonly storing = new Map<string, Stored>();
  private readonly standing = new Set<Epoch>();
  private readonly said = new Map<Epoch, Said>();

  records(records: readonly AbstractRecord[]): void {
    for (const record of records) this.byEpoch.set(record.epoch, record);
  }

  stored(epoch: Epoch, site: SiteId, incarnation: number): void {
    this.storing.set(`${epoch}.${site}`, { epoch, site, incarnation });
  }

  /** What it heard, and what it begins to store. */
  memory(node: Node, its: AbstractSite): void {
    if (node.site === null) return;
    const { context } = node.site;
    const epoch = newestEpoch(context.header.history);
    const persisting = node.disk.rest.flatMap((job) =>
      job.type === 'persist' ? [job.header] : [],
    );
    for (const header of [...persisting, context.header]) this.undurable(header, its);
    if (its.appointed && context.stands) this.standing.add(epoch);
    const { role } = node.site.state as { readonly role?: string };
    if (role !== 'proposing' && role !== 'blocked') return;
    const { candidate } = its;
    if (candidate === -1) return;
    this.asked.add(candidate);
    this.promise({ epoch: candidate, summary: summaryOfAbstract(context.config.site, its) });
    for (const summary of context.election!.promises) this.promised(candidate, summary);
  }

  /** A promise it begins, a record it decided or took from another: its disk has it not yet. */
  private undurable(header: Header, its: AbstractSite): void {
    const { history, identity } = header;
    const promised = promisedIn(header);
    const epoch = newestEpoch(history);
    const isAsked = promised > epoch && proposerOf(promised) !== identity.site;
    if (isAsked && promised > its.promised) this.asked.add(promised);
    if (epoch <= its.record) return;
    const records = recordsOf(history);
    const newest = records[records.length - 1]!;
    if (proposerOf(epoch) !== identity.site) {
      this.records(records);
      this.taken.push({ epoch, site: identity.site, from: its.record });
    } else if (newest.how === 'majority') this.decided.set(epoch, newest);
  }

  frame(receiver: Node, { from, message }: Frame): void {
    switch (message.type) {
      case 'record':
        this.records(recordsOf(message.summary.history));
        // Durable there before it was sent.
        return this.stored(newestEpoch(message.summary.history), from, message.summary.incarnation);
      case 'propose':
        this.asked.add(message.epoch);
        return;
      case 'promise':
        return this.promised(message.epoch, message.summary);
      case 'recordStored':
      case 'stageCommitted':
        if (newestEpoch(message.summary.history) !== message.epoch) return;
        this.stored(message.epoch, from, message.summary.incarnation);
        this.commits(message.epoch, message.summary.committed);
        return this.holds(message.epoch, from, {
          incarnation: message.summary.incarnation,
          through: heldThrough(message.summary),
        });
      case 'acknowledged': {
        const incarnation = receiver.site?.context.peers[from].incarnation ?? 0;
        return this.holds(message.epoch, from, { incarnation, through: message.held.contiguous });
      }
      case 'write':
      case 'advance':
        return this.commits(message.epoch, message.committed);
      case 'stageBegin':
        return this.commits(message.epoch, message.applied);
      case 'hold':
        return this.commits(message.epoch, message.at);
      case 'evidence': {
        const asking = receiver.site?.context.asking ?? null;
        if (asking === null || asking.token !== message.token) return;
        const said = this.in(message.epoch);
        this.put({ ...said, shown: Math.max(said.shown, asking.through) });
        return;
      }
      default:
        return;
    }
  }

  words(): Words {
    const byEpoch = (one: { epoch: Epoch }, other: { epoch: Epoch }) => one.epoch - other.epoch;
    const sorted = <One>(map: Map<string, One>): readonly One[] =>
      [...map].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
    return {
      records: [...this.byEpoch.values()].sort(byEpoch),
      decided: [...this.decided.values()].sort(byEpoch),
      chosen: this.chosen(),
      asked: [...this.asked].sort((one, other) => one - other),
      promises: sorted(this.promises),
      stored: sorted(this.storing),
      standing: [...this.standing].sort((one, other) => one - other),
      said: [...this.said.values()].sort(byEpoch),
    };
  }

  /** Only an operator chooses between branches that may not meet. */
  private chosen(): readonly Chosen[] {
    if (this.taken.length === 0) return [];
    const records = { records: [...this.byEpoch.values()] };
    const chosen = this.taken.filter(({ from, epoch }) => !areCompatible(records, from, epoch));
    const byText = new Map(chosen.map(({ epoch, site }) => [`${epoch}.${site}`, { epoch, site }]));
    return [...byText.values()];
  }

  private promised(epoch: Epoch, summary: Summary): void {
    this.records(recordsOf(summary.history));
    this.promise({ epoch, summary: abstractSummaryOf(summary) });
  }

  private promise(given: Given): void {
    this.promises.set(textOf(given), given);
  }

  private holds(epoch: Epoch, site: SiteId, { incarnation, through }: Note): void {
    const said = this.in(epoch);
    if (through <= said.held[site].through) return;
    const held = [...said.held] as [Note, Note, Note];
    held[site] = { incarnation, through };
    this.put({ ...said, held });
  }

  private commits(epoch: Epoch, commit: number): void {
    const said = this.in(epoch);
    if (commit > said.commit) this.put({ ...said, commit });
  }

  private in(epoch: Epoch): Said {
    return this.said.get(epoch) ?? nothingSaid(epoch);
  }

  private put(said: Said): void {
    this.said.set(said.epoch, said);
  }
}
