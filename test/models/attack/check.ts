import { type EpochRecord, newestEpoch } from '../../../models/history.ts';
import type { HostState } from '../../../models/host.ts';
import { type StateProperty, type TransitionProperty, takenFrom } from '../../../models/model.ts';
import {
  committedIsHeld,
  exportsWhatWasTold,
  knowOneRecord,
  safety,
  wordsOfMirrors,
} from '../../../models/properties.ts';
import { siteNamed } from './events.ts';
import type { World } from './world.ts';

/** A property that does not hold, or an error thrown by a machine. */
export class Broken extends Error {
  readonly rule: string;
  constructor(rule: string, sentence: string) {
    super(`${rule}: ${sentence}`);
    this.rule = rule;
  }
}

/** Two branches were forced: what a host was told on one of them says nothing of the other. */
const aboutOneHost = new Set(['S1', 'S2', 'S8']);

/** Asks each property again whenever something it reads has changed. */
export class Checks {
  private readonly seen = new Map<string, readonly unknown[]>();
  private readonly waivers = new Set<number>();
  private forced = false;
  private before: Record<string, unknown> | null = null;

  check(world: World): void {
    if (world.stopped) throw new Broken('STOP', `${world.stopped} stops for a position conflict`);
    this.noteWaivers(world);
    for (const property of safety as readonly StateProperty[]) this.ask(world, property);
    this.compare(world);
  }

  /** With what was there when it was last asked: a line may be several steps. */
  private compare({ host, nodes: [P, S, A] }: World): void {
    const after = { host, P, S, A };
    const before = this.before ?? after;
    this.before = after;
    const occurred = { name: 'line', fault: false, event: null };
    for (const {
      predicate,
      rule,
      sentence,
    } of exportsWhatWasTold as readonly TransitionProperty[]) {
      if (!predicate(before as never, occurred, after as never)) throw new Broken(rule, sentence);
    }
  }

  private ask(world: World, property: StateProperty): void {
    if (this.forced && aboutOneHost.has(property.rule)) {
      if (!knowOneRecord.includes(property)) return;
    }
    if (committedIsHeld.includes(property) && isSetBack(world, property.reads!)) return;
    if (wordsOfMirrors.includes(property) && world.setBack.has(siteNamed(property.reads![1]!)))
      return;
    const values = property.reads!.map((name) =>
      name === 'host' ? world.host : world.nodes['PSA'.indexOf(name)],
    );
    const before = this.seen.get(property.sentence);
    if (before?.every((value, index) => value === values[index])) return;
    this.seen.set(property.sentence, values);
    const predicate = property.predicate as (...values: unknown[]) => boolean;
    if (!predicate(...takenFrom(property, values)))
      throw new Broken(property.rule, property.sentence);
  }

  /** A record that says it loses what lies beyond R: no read owes that to a host any more. */
  private noteWaivers(world: World): void {
    for (const node of world.nodes) {
      for (const record of node.disk.header.history) {
        if (record.how === 'forced') this.forced = true;
        if (this.waivers.has(record.epoch)) continue;
        this.waivers.add(record.epoch);
        if (record.lossBeyond !== null) world.host = waived(world.host, record);
      }
    }
  }
}

/**
 * Does what others take as committed concern a site that was set back to an older copy? It holds less
 * than it did, and nobody can hold that against them; a record of a newer epoch counts it anew.
 */
function isSetBack(world: World, reads: readonly string[]): boolean {
  const site = siteNamed(reads[1]!);
  return world.setBack.get(site) === newestEpoch(world.nodes[site].disk.header.history);
}

function waived(host: HostState, record: EpochRecord): HostState {
  const writes = host.writes.map((write) => {
    const { position, told } = write;
    if (position === null || told >= record.epoch) return write;
    return position.sequence > record.parent.sequence ? { ...write, known: 0 } : write;
  });
  return { ...host, writes };
}
