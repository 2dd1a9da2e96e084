import { type Bounds, type Link, linkName } from '../../models/bounds.ts';
import { channelName, type Frame, type Node, nodeName } from '../../models/node.ts';
import { hearsPrimary } from '../../models/rules/epoch.ts';
import type { SiteContext } from '../../models/site.ts';
import { type SiteId, siteIds, thirdOf } from '../../models/words.ts';

/** A world of models/world.ts by its parts. */
export type Parts = Readonly<Record<string, unknown>>;

/** Moves of machines by name, and frames that are to arrive. */
export interface Wished {
  readonly moves: readonly string[];
  readonly frames?: (to: SiteId, frame: Frame) => boolean;
}

type FrameType = Frame['message']['type'];

/** Frames of an update, from its begin to the word that it ended. */
const ofUpdates: readonly FrameType[] = [
  'stageBegin',
  'stageReady',
  'sums',
  'sumsDiffer',
  'blocks',
  'blocksStored',
  'stageCommit',
  'stageCommitted',
];

/** Looks at machines, and says what they do next to come to something. */
export class Machines {
  private readonly parts: Parts;
  private readonly bounds: Bounds;

  constructor(parts: Parts, bounds: Bounds) {
    this.parts = parts;
    this.bounds = bounds;
  }

  node(site: SiteId): Node {
    return this.parts[nodeName(site)] as Node;
  }

  context(site: SiteId): SiteContext | null {
    return this.node(site).site?.context ?? null;
  }

  primaries(): readonly SiteId[] {
    return siteIds.filter((site) => this.node(site).site?.role === 'primary');
  }

  /** May an operator say this there, naming that primary? */
  isOffered(site: SiteId, name: 'consent' | 'switchover', primary: SiteId | null): boolean {
    return this.bounds.commands.some(
      ({ at, command }) =>
        at === site &&
        command.name === name &&
        (command.name !== 'consent' || command.primary === primary),
    );
  }

  private underWay(from: SiteId, to: SiteId): readonly Frame[] {
    return this.parts[channelName(from, to)] as readonly Frame[];
  }

  /** Frames of these types between two sites; null: none is on its way. */
  frames(from: SiteId, to: SiteId, ...types: readonly FrameType[]): Wished | null {
    if (!this.underWay(from, to).some(({ message }) => types.includes(message.type))) return null;
    return {
      moves: [],
      frames: (at, frame) => at === to && frame.from === from && types.includes(frame.message.type),
    };
  }

  /** Disk work of these kinds; null: none is under way. */
  work(site: SiteId, ...types: readonly string[]): Wished | null {
    const { ring, rest } = this.node(site).disk;
    const jobs = [...ring, ...rest].map(({ type }) => type);
    const wanted = types.length === 0 ? jobs : jobs.filter((job) => types.includes(job));
    if (wanted.length === 0) return null;
    const name = nodeName(site);
    return { moves: wanted.map((job) => `^${name}: ${name} ${job}$`) };
  }

  start(site: SiteId): Wished | null {
    return this.node(site).site === null ? { moves: [`^${nodeName(site)}: restart`] } : null;
  }

  /** Both ends run, and have heard that their link was down; null: they are connected. */
  connect(one: SiteId, other: SiteId): Wished | null {
    const down = this.start(one) ?? this.start(other);
    if (down) return down;
    const { up, unheard } = this.parts[linkName(...pairOf(one, other))] as Link;
    const link = linkOf(one, other);
    if (unheard.length > 0) return { moves: [`hears that link ${link} is down`] };
    return up ? null : { moves: [`^link ${link} heals`] };
  }

  part(one: SiteId, other: SiteId): Wished | null {
    const context = this.context(one);
    if (context === null || context.peers[other].session === 0) return null;
    const link = linkOf(one, other);
    const name = nodeName(one);
    return {
      moves: [`^link ${link} breaks at ${name}`, `^${name} hears that link ${link} is down`],
    };
  }

  /** Until the mirror is streamed to; null: it is. */
  stream(primary: SiteId, mirror: SiteId): Wished | null {
    const apart = this.connect(primary, mirror);
    if (apart) return apart;
    const phase = this.context(primary)!.peers[mirror].phase;
    if (phase === 'streaming') return null;
    const name = nodeName(primary);
    if (phase === 'suspended') return { moves: [`^${name} retry time-out`] };
    if (phase === 'shipping') return this.update(primary, mirror);
    return (
      this.frames(primary, mirror, 'record') ??
      this.frames(mirror, primary, 'recordStored', 'refused') ??
      this.work(mirror) ??
      joined(this.part(primary, mirror), this.part(mirror, primary))
    );
  }

  /** An update goes on. */
  update(source: SiteId, target: SiteId): Wished {
    const name = nodeName(target);
    return (
      this.connect(source, target) ??
      this.frames(source, target, 'record', ...ofUpdates) ??
      this.frames(target, source, 'recordStored', ...ofUpdates) ??
      this.work(target) ??
      this.work(source) ?? {
        moves: [`^${nodeName(source)} (idle|retry) time-out`, `^${name} idle time-out`],
      }
    );
  }

  /** Who asks others itself may say no: it gives up first. */
  tire(one: SiteId): Wished | null {
    const { site } = this.node(one);
    const { role } = (site?.state ?? {}) as { readonly role?: string };
    return role === 'probing' ? { moves: [`^${nodeName(one)} election time-out`] } : null;
  }

  /** Makes that one says yes to a probe; null: it does. */
  deafen(one: SiteId, prober: SiteId): Wished | null {
    const { site } = this.node(one);
    if (site === null || !hearsPrimary(site.context, prober)) return null;
    return this.part(one, thirdOf(one, prober));
  }
}

export const joined = (...some: readonly (Wished | null)[]): Wished => {
  const wished = some.filter((one) => one !== null);
  return {
    moves: wished.flatMap(({ moves }) => moves),
    frames: (to, frame) => wished.some(({ frames }) => frames?.(to, frame) === true),
  };
};

export const nothingWished: Wished = { moves: [] };

const pairOf = (one: SiteId, other: SiteId): [SiteId, SiteId] =>
  one < other ? [one, other] : [other, one];

export const linkOf = (one: SiteId, other: SiteId): string =>
  pairOf(one, other).map(nodeName).join('');
