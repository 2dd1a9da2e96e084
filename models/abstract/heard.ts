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

/** What one node or frame says; what says the same is one. */
interface Part {
  readonly number: number;
  readonly heard: Heard;
}

/**
 * What is on its way, or was heard and not used yet, as statements of the abstract protocol. Many worlds share a node or
 * a frame, which never change: what each of them says is made once, and so is what several of them say together.
 */
export class Hearing {
  private readonly ofNodes = new WeakMap<Node, Part>();
  private readonly ofFrames = new WeakMap<Frame, Map<string, Part>>();
  private readonly byText = new Map<string, Part>();
  private readonly together = new Map<string, Words>();

  wordsOf(
    { nodes, frames }: View,
    sites: readonly [AbstractSite, AbstractSite, AbstractSite],
  ): Words {
    const parts = siteIds.map((site) => this.ofNode(nodes[site], sites[site]));
    for (const { to, frame } of frames) {
      const part = this.ofFrame(nodes[to], frame);
      if (!parts.includes(part)) parts.push(part);
    }
    const key = parts.map(({ number }) => number).join();
    const known = this.together.get(key);
    if (known) return known;
    const heard = new Heard();
    for (const part of parts) heard.add(part.heard);
    const words = heard.words();
    this.together.set(key, words);
    return words;
  }

  private ofNode(node: Node, its: AbstractSite): Part {
    const known = this.ofNodes.get(node);
    if (known) return known;
    const heard = new Heard();
    const { header } = node.disk;
    heard.records(recordsOf(header.history));
    if (its.record !== -1) heard.stored(its.record, node.config.site, header.incarnation);
    heard.memory(node, its);
    const part = this.alike(heard);
    this.ofNodes.set(node, part);
    return part;
  }

  private ofFrame(receiver: Node, frame: Frame): Part {
    const known = this.ofFrames.get(frame) ?? new Map<string, Part>();
    this.ofFrames.set(frame, known);
    const asked = heardBy(receiver, frame);
    const before = known.get(asked);
    if (before) return before;
    const heard = new Heard();
    heard.frame(receiver, frame);
    const part = this.alike(heard);
    known.set(asked, part);
    return part;
  }

  private alike(heard: Heard): Part {
    const { text } = heard;
    const part = this.byText.get(text) ?? { number: this.byText.size, heard };
    this.byText.set(text, part);
    return part;
  }
}

/** What of its receiver decides what a frame says. */
function heardBy({ site }: Node, { from, message }: Frame): string {
  const context = site?.context ?? null;
  if (message.type === 'acknowledged') return `${context?.peers[from].incarnation ?? 0}`;
  if (message.type !== 'evidence' || !context?.asking) return '';
  return `${context.asking.token} ${context.asking.through}`;
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

  /** Two that say the same have the same text. */
  get text(): string {
    const { byEpoch, decided, taken, asked, promises, storing, standing, said } = this;
    const maps = [byEpoch, decided, promises, storing, said].map((map) => [...map]);
    return textOf([maps, taken, [...asked], [...standing]]);
  }

  /** And what another one says. */
  add(other: Heard): void {
    this.records([...other.byEpoch.values()]);
    for (const [epoch, record] of other.decided) this.decided.set(epoch, record);
    this.taken.push(...other.taken);
    for (const epoch of other.asked) this.asked.add(epoch);
    for (const [text, given] of other.promises) this.promises.set(text, given);
    for (const [text, stored] of other.storing) this.storing.set(text, stored);
    for (const epoch of other.standing) this.standing.add(epoch);
    for (const [epoch, { held, shown, commit }] of other.said) {
      this.shows(epoch, shown);
      this.commits(epoch, commit);
      for (const site of siteIds) this.holds(epoch, site, held[site]);
    }
  }

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
        return this.shows(message.epoch, asking.through);
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

  private shows(epoch: Epoch, through: number): void {
    const said = this.in(epoch);
    this.put({ ...said, shown: Math.max(said.shown, through) });
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
