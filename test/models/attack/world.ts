import { type Disk, powerLoss } from '../../../models/disk.ts';
import type { Command, SiteEvent, Timer } from '../../../models/event.ts';
import { newestEpoch } from '../../../models/history.ts';
import { firstRead, freshHost, type HostState, stepHost } from '../../../models/host.ts';
import {
  type Frame,
  incarnationOf,
  movesOf,
  type Node,
  type NodeEvent,
  nodeName,
  stepNode,
} from '../../../models/node.ts';
import { timersOf } from '../../../models/step.ts';
import { type Epoch, othersOf, type SiteId, siteIds } from '../../../models/words.ts';
import { directions, type Line, linkOf, pairs, siteNamed } from './events.ts';
import { mayBeReplaced, mayBeRestored, mayRot, mayRotBlock, rotten } from './losses.ts';
import { blankDisk, extentOf, freshNode, type Setup } from './setup.ts';

/** Three sites, their links and a host, driven by lines. A line that is not possible does nothing. */
export class World {
  readonly setup: Setup;
  readonly nodes: [Node, Node, Node];
  readonly channels = new Map<string, Frame[]>(directions.map((name) => [name, []]));
  readonly up = new Map<string, boolean>();
  /** The number of the newest session of each link. */
  private readonly sessions = new Map<string, number>();
  /** Ends of broken links that were not told yet: `SP` is "S does not know it lost P". */
  readonly untold = new Set<string>();
  readonly copies = new Map<SiteId, Disk>();
  /** Sites whose disk was set back to an older copy, with the epoch in which that happened. */
  readonly setBack = new Map<SiteId, Epoch>();
  /** Sites whose disk does nothing while all else settles. */
  readonly stuck = new Set<SiteId>();
  readonly marks = new Map<string, number>();
  host: HostState;
  /** A chart asked to stop its site: never in these worlds. */
  stopped = '';
  private session = 0;
  private incarnation = 1;

  constructor(setup: Setup) {
    this.setup = setup;
    this.nodes = [freshNode(setup, 0), freshNode(setup, 1), freshNode(setup, 2)];
    this.host = freshHost(setup.writes.map(extentOf), []);
    for (const site of siteIds) this.start(site);
    for (const [one, other] of pairs) this.heal(one, other);
    this.settle();
    this.timeout(0, 'election');
    this.settle();
  }

  /** Does it; false: it was not possible. */
  apply(line: Line): boolean {
    const [verb, first = '', second = '', third = ''] = line.split(' ');
    const site = siteNamed(first);
    const pair = [siteNamed(first[0] ?? ''), siteNamed(first[1] ?? '')] as const;
    switch (verb) {
      case 'deliver':
        return this.deliver(first, Number(second || 0));
      case 'disk':
        return this.disk(site, second as 'ring' | 'rest');
      case 'settle':
        return this.settle();
      case 'timeout':
        return this.timeout(site, second as Timer);
      case 'crash':
        return this.crash(site, second as 'lost' | 'kept', third);
      case 'fail':
        return this.fail(site, second as 'lost' | 'kept');
      case 'rotBlock':
        return this.rotBlock(site, Number(second));
      case 'start':
        return this.start(site);
      case 'cut':
        return this.cut(pair[0], pair[1], second);
      case 'told':
        return this.tell(pair[0], pair[1]);
      case 'heal':
        return this.heal(pair[0], pair[1]);
      case 'end':
        return this.end(pair[0], pair[1]);
      case 'write':
        return this.write(site, Number(second));
      case 'read':
        return this.read(site, Number(second), Number(third));
      case 'expire':
        return this.expire(site);
      case 'replace':
        return this.replace(site);
      case 'copy':
        return this.copy(site);
      case 'restore':
        return this.restore(site);
      case 'rot':
        return this.rot(site, Number(second));
      default:
        return this.operate(verb!, site, second);
    }
  }

  /** Everything on its way arrives and every disk ends its work; no time-out, no fault. */
  settle(): boolean {
    let moved = false;
    for (let turn = 0; turn < 4000; turn++) {
      let busy = false;
      for (const site of siteIds) {
        if (this.stuck.has(site)) continue;
        while (this.disk(site, 'ring') || this.disk(site, 'rest')) busy = true;
      }
      for (const name of directions) busy = this.deliver(name) || busy;
      for (const [one, other] of pairs) busy = this.end(one, other) || busy;
      if (!busy) return moved;
      moved = true;
    }
    throw new Error('frames never end');
  }

  timers(site: SiteId): readonly Timer[] {
    const node = this.nodes[site];
    return node.site === null ? [] : timersOf(node.site);
  }

  /** Host requests of new writes are appended: use after faults have stopped. */
  addWrite(first: number, count: number): void {
    const [write] = freshHost([extentOf([first, count])], []).writes;
    this.host = { ...this.host, writes: [...this.host.writes, write!] };
  }

  timeout(site: SiteId, timer: Timer): boolean {
    if (!this.timers(site).includes(timer)) return false;
    return this.tellSite(site, { type: 'timeout', timer });
  }

  /** `place`: which of those on their way; later ones overtake on a leg of several connections. */
  private deliver(name: string, place = 0): boolean {
    const [frame] = this.channels.get(name)?.splice(place, 1) ?? [];
    if (!frame) return false;
    return this.hear(siteNamed(name[1]!), frame);
  }

  disk(site: SiteId, lane: 'ring' | 'rest'): boolean {
    const move = movesOf(this.nodes[site]).find(
      ({ event }) => event.type === 'disk' && event.lane === lane,
    );
    return move ? this.hear(site, move.event) : false;
  }

  private hear(site: SiteId, event: NodeEvent): boolean {
    const stepped = stepNode(this.nodes[site], event);
    if ('refused' in stepped) return false;
    this.nodes[site] = stepped.state;
    for (const mark of stepped.marks ?? []) {
      this.marks.set(mark, (this.marks.get(mark) ?? 0) + 1);
      if (mark === 'stop') this.stopped = nodeName(site);
    }
    for (const { to, event: output } of stepped.outputs ?? []) {
      if (to === 'host') {
        const heard = stepHost(this.host, output as Parameters<typeof stepHost>[1]);
        if (!('refused' in heard)) this.host = heard.state;
      } else if (this.up.get(linkOf(siteNamed(to[0]!), siteNamed(to[1]!)))) {
        this.channels.get(to)!.push(output as Frame);
      }
    }
    return true;
  }

  private tellSite(site: SiteId, event: SiteEvent): boolean {
    return this.hear(site, { type: 'site', event });
  }

  private crash(site: SiteId, unflushed: 'lost' | 'kept', how: string): boolean {
    if (this.nodes[site].site === null) return false;
    for (const other of othersOf(site)) {
      const unknowing = how === 'unnoticed' ? nodeName(site) + nodeName(other) : nodeName(site);
      this.cut(site, other, unknowing);
      this.untold.delete(`${nodeName(site)}${nodeName(other)}`);
    }
    return this.hear(site, { type: 'crash', unflushed });
  }

  /** A request to its disk fails: it says its last, and stops. */
  private fail(site: SiteId, unflushed: 'lost' | 'kept'): boolean {
    const { ring, rest } = this.nodes[site].disk;
    if (this.nodes[site].site === null || ring.length + rest.length === 0) return false;
    if (!this.hear(site, { type: 'fail', unflushed })) return false;
    for (const other of othersOf(site)) {
      this.cut(site, other, nodeName(site));
      this.untold.delete(`${nodeName(site)}${nodeName(other)}`);
    }
    return true;
  }

  private start(site: SiteId): boolean {
    if (this.nodes[site].site !== null) return false;
    return this.hear(site, { type: 'start' });
  }

  /** `unknowing`: the ends that are not told yet. */
  private cut(one: SiteId, other: SiteId, unknowing: string): boolean {
    const link = linkOf(one, other);
    if (!this.up.get(link)) return false;
    this.up.set(link, false);
    for (const [at, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      this.channels.get(`${nodeName(at)}${nodeName(peer)}`)!.length = 0;
      this.untold.add(`${nodeName(at)}${nodeName(peer)}`);
      if (!unknowing.includes(nodeName(at))) this.tell(at, peer);
    }
    return true;
  }

  private tell(at: SiteId, peer: SiteId): boolean {
    if (!this.untold.delete(`${nodeName(at)}${nodeName(peer)}`)) return false;
    return this.tellSite(at, { type: 'link.down', peer });
  }

  /** One end gave the session up: the other hears of it, and what is on its way is lost. */
  private end(one: SiteId, other: SiteId): boolean {
    return this.isOver(one, other) && this.cut(one, other, '');
  }

  isOver(one: SiteId, other: SiteId): boolean {
    const link = linkOf(one, other);
    if (!this.up.get(link)) return false;
    return [
      this.nodes[one].site?.context.peers[other],
      this.nodes[other].site?.context.peers[one],
    ].some((peer) => peer !== undefined && peer.session !== this.sessions.get(link));
  }

  private heal(one: SiteId, other: SiteId): boolean {
    if (this.up.get(linkOf(one, other))) return false;
    if (!this.nodes[one].booted || !this.nodes[other].booted) return false;
    this.tell(one, other);
    this.tell(other, one);
    this.up.set(linkOf(one, other), true);
    this.session++;
    const { session } = this;
    this.sessions.set(linkOf(one, other), session);
    for (const [site, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      const incarnation = incarnationOf(this.nodes[peer]);
      this.tellSite(site, { type: 'link.up', peer, session, incarnation });
    }
    return true;
  }

  private write(at: SiteId, count: number): boolean {
    if (this.nodes[at].site === null) return false;
    const fresh = this.host.writes
      .map((write, index) => ({ write, index }))
      .filter(({ write }) => write.state === 'new')
      .slice(0, count);
    if (fresh.length === 0) return false;
    for (const { index } of fresh) {
      const issued = stepHost(this.host, { type: 'issue', write: index, at });
      if (!('refused' in issued)) this.host = issued.state;
    }
    const writes = fresh.map(({ write, index }) => ({
      request: index + 1,
      extent: write.extent,
      kind: 'data' as const,
      checksum: index + 1,
    }));
    return this.tellSite(at, { type: 'host.write', writes });
  }

  private read(at: SiteId, first: number, count: number): boolean {
    if (this.nodes[at].site === null) return false;
    const [read] = freshHost([], [extentOf([first, count])]).reads;
    const index = this.host.reads.length;
    this.host = { ...this.host, reads: [...this.host.reads, read!] };
    const asked = stepHost(this.host, { type: 'ask', read: index, at });
    if (!('refused' in asked)) this.host = asked.state;
    const extent = extentOf([first, count]);
    return this.tellSite(at, { type: 'host.read', request: firstRead + index, extent });
  }

  private expire(at: SiteId): boolean {
    const writes = this.host.writes.flatMap((write, index) =>
      write.state === 'issued' && write.at === at ? [index + 1] : [],
    );
    const reads = this.host.reads.flatMap((read, index) =>
      read.state === 'issued' && read.at === at ? [firstRead + index] : [],
    );
    const requests = [...writes, ...reads];
    return requests.length > 0 && this.tellSite(at, { type: 'host.expired', requests });
  }

  private replace(site: SiteId): boolean {
    if (!mayBeReplaced(this.nodes, site)) return false;
    this.incarnation++;
    this.nodes[site] = {
      ...this.nodes[site],
      disk: blankDisk(this.setup, site, this.incarnation),
    };
    this.copies.delete(site);
    this.forget(site);
    return true;
  }

  private copy(site: SiteId): boolean {
    this.copies.set(site, powerLoss(this.nodes[site].disk, 'lost'));
    return true;
  }

  private restore(site: SiteId): boolean {
    const copy = this.copies.get(site);
    if (!copy || !mayBeRestored(this.nodes, this.host, site, copy)) return false;
    this.nodes[site] = { ...this.nodes[site], disk: copy };
    this.setBack.set(site, newestEpoch(copy.header.history));
    this.forget(site);
    return true;
  }

  private rot(site: SiteId, sequence: number): boolean {
    const { disk } = this.nodes[site];
    if (this.nodes[site].site !== null || !mayRot(this.nodes, site, sequence)) return false;
    this.nodes[site] = { ...this.nodes[site], disk: rotten(disk, sequence) };
    this.forget(site);
    return true;
  }

  private rotBlock(site: SiteId, block: number): boolean {
    if (!mayRotBlock(this.nodes, site)) return false;
    return this.hear(site, { type: 'rotBlock', block });
  }

  /** What its disk lost by itself it is no holder of any more. */
  private forget(site: SiteId): void {
    for (const other of othersOf(site)) this.tell(other, site);
    const writes = this.host.writes.map((write) => ({
      ...write,
      holders: write.holders.filter((holder) => holder !== site),
    }));
    this.host = { ...this.host, writes };
  }

  private operate(name: string, site: SiteId, about: string): boolean {
    const peer = siteNamed(about);
    const commands: Record<string, Command> = {
      takeOver: { name: 'takeOver' },
      force: { name: 'force' },
      consent: { name: 'consent', primary: peer },
      switchover: { name: 'switchover', to: peer },
      suspend: { name: 'suspend', peer },
      resume: { name: 'resume', peer },
      verify: { name: 'verify', peer },
      discard: { name: 'discard', branch: peer },
      admit: { name: 'admit', site: peer },
    };
    const command = commands[name];
    if (!command) throw new Error(`no such line: ${name}`);
    return this.command(site, command);
  }

  command(site: SiteId, command: Command): boolean {
    return this.tellSite(site, { type: 'operator', command });
  }
}
