import type { Job } from '../../models/disk.ts';
import type { Header } from '../../models/header.ts';
import { newestEpoch } from '../../models/history.ts';
import type { Node } from '../../models/node.ts';
import type { SiteContext } from '../../models/site.ts';

/**
 * Observational equivalence of states of a site: two of one number behave alike for all that can be
 * seen, whatever comes. Each distinct part of a state is written as text once, and is a number from then on.
 */
export class Equivalence {
  private readonly isDiskSeen: boolean;
  private readonly numbers = new Map<string, number>();
  private readonly ofValues = new WeakMap<object, number>();
  private readonly ofNodes = new WeakMap<Node, { number: number; parts: readonly Part[] }>();

  /** `isDiskSeen`: does it matter what a loss of power would leave? Not if each start says what it found. */
  constructor(isDiskSeen: boolean) {
    this.isDiskSeen = isDiskSeen;
  }

  of(node: Node): number {
    return this.lookedAt(node).number;
  }

  /** In how many parts two states differ. */
  distance(one: Node, other: Node): number {
    const parts = this.lookedAt(one).parts;
    const others = this.lookedAt(other).parts;
    let count = Math.abs(parts.length - others.length);
    const least = Math.min(parts.length, others.length);
    for (let index = 0; index < least; index++) if (parts[index] !== others[index]) count++;
    return count;
  }

  private lookedAt(node: Node) {
    let known = this.ofNodes.get(node);
    if (known === undefined) {
      const parts = this.partsOf(node);
      known = { number: this.numberOf(parts.join()), parts };
      this.ofNodes.set(node, known);
    }
    return known;
  }

  private partsOf({ site, disk, booted }: Node): Part[] {
    const parts: Part[] = [booted];
    if (site !== null) {
      parts.push(site.role, this.part(site.state), this.part(site.sidefile));
      this.addContext(parts, site.context);
    }
    if (this.isDiskSeen) {
      const { header, entries, carried, damage } = disk;
      for (const value of [header, entries, carried, damage]) parts.push(this.part(value));
    }
    for (const job of disk.ring) parts.push(this.part(job));
    parts.push('rest');
    for (const job of disk.rest) parts.push(this.jobPart(job));
    return parts;
  }

  private addContext(parts: Part[], context: SiteContext): void {
    const { config: _, header, stable, persisting, peers, ...others } = context;
    for (const value of Object.values(others)) parts.push(this.part(value));
    for (const peer of peers) for (const value of Object.values(peer)) parts.push(this.part(value));
    const { identity: __, committed, ...rest } = header;
    for (const value of Object.values(rest)) parts.push(this.part(value));
    // A header that carries no larger c than is durable already carries none that counts.
    parts.push(Math.max(committed, context.durable));
    this.addDurable(parts, stable);
    this.addDurable(parts, persisting ?? stable);
    parts.push(persisting && Math.max(persisting.committed, context.durable));
  }

  /** All that machines look at in a header that is durable, or becomes so: the rest of it is for a start. */
  private addDurable(parts: Part[], header: Header): void {
    const { history, start, capacity, settled, consistency } = header;
    parts.push(newestEpoch(history), start, capacity, settled, this.part(consistency));
    if (this.isDiskSeen) parts.push(this.part(header));
  }

  /** The header of a persist under way is the context's. */
  private jobPart(job: Job): Part {
    return job.type === 'persist' ? job.type : this.part(job);
  }

  private part(value: unknown): Part {
    if (typeof value !== 'object' || value === null) return value as Part;
    let number = this.ofValues.get(value);
    if (number === undefined) {
      number = this.numberOf(JSON.stringify(value));
      this.ofValues.set(value, number);
    }
    return `#${number}`;
  }

  private numberOf(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(text, number);
    }
    return number;
  }
}

type Part = string | number | boolean | null;
