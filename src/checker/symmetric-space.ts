import type { Property } from '../../models/model.ts';
import { CheckError } from './check-error.ts';
import { Monitor } from './monitor.ts';
import type { MoveClass, Space, Visit } from './space.ts';
import type { Structures } from './structures.ts';

/** A space that can tell which worlds are the same but for names. */
export interface WithImages extends Space {
  images(world: Int32Array): Iterable<Int32Array>;
}

const COMPARED_FIRST = 64;
const COMPARED_EVERY = 512;

/**
 * A space in which one world stands for all that are symmetric to it: the one with the smallest vector. That it really is
 * symmetric is the author's word, and some worlds are taken by it: their images must have the same neighbours and properties,
 * and what is an image of a neighbour must have that neighbour among its own.
 */
export class SymmetricSpace implements Space {
  readonly name: string;
  readonly structures: Structures;
  readonly touched: Int32Array = new Int32Array(0);
  readonly touchedCount = -1;
  readonly touchedMask = -1;
  readonly quietAfter = 0;
  private readonly inner: WithImages;
  private readonly properties: readonly Property[];
  private readonly monitor: Monitor;
  private expanded = 0;

  constructor(inner: WithImages, properties: readonly Property[]) {
    this.properties = properties.filter(({ kind }) => kind !== 'transition');
    this.monitor = new Monitor(inner, this.properties);
    this.inner = inner;
    this.name = inner.name;
    this.structures = inner.structures;
  }

  representative(world: Int32Array): Int32Array {
    let least: Int32Array = world.slice();
    for (const image of this.inner.images(least)) if (isLess(image, least)) least = image;
    return least;
  }

  /** How many worlds this one stands for. */
  orbit(world: Int32Array): number {
    const all = new Set([world.join()]);
    for (const image of this.inner.images(world)) all.add(image.join());
    return all.size;
  }

  initial(visit: (world: Int32Array) => void): void {
    const starts: Int32Array[] = [];
    this.inner.initial((world) => void starts.push(world.slice()));
    const known = new Set(starts.map((start) => start.join()));
    for (const [at, start] of starts.entries()) {
      // What is no start, though it is the image of one, would be told as the first state of a run.
      const images = isDue(at) ? this.inner.images(start) : [];
      for (const image of images) {
        if (!known.has(image.join())) throw this.asymmetry(`the start of ${this.name}`, start);
      }
      visit(this.representative(start));
    }
  }

  expand(world: Int32Array, visit: Visit): void {
    if (isDue(this.expanded++)) this.compare(world);
    this.inner.expand(
      world,
      (next, move, event) => visit(this.representative(next), move, event),
      0,
    );
  }

  slots(): number {
    return this.inner.slots();
  }

  slotNames(): readonly string[] {
    return this.inner.slotNames();
  }

  slotOf(name: string): number {
    return this.inner.slotOf(name);
  }

  plannedWidth(slot: number): number {
    return this.inner.plannedWidth(slot);
  }

  sizeOf(slot: number): number {
    return this.inner.sizeOf(slot);
  }

  value(slot: number, id: number): unknown {
    return this.inner.value(slot, id);
  }

  whole(world: Int32Array): unknown {
    return this.inner.whole(world);
  }

  /** As it really is: traces tell real runs. */
  explain(...told: Parameters<Space['explain']>): void {
    this.inner.explain(...told);
  }

  moveClass(move: number): MoveClass {
    return this.inner.moveClass(move);
  }

  moveClasses(): readonly MoveClass[] {
    return this.inner.moveClasses();
  }

  event(id: number): unknown {
    return this.inner.event(id);
  }

  questions(): Int32Array {
    return this.inner.questions();
  }

  recall(...told: Parameters<Space['recall']>): void {
    this.inner.recall(...told);
  }

  askAgain(): void {
    this.inner.askAgain();
  }

  calls(): number {
    return this.inner.calls();
  }

  marks(): ReadonlyMap<string, number> {
    return this.inner.marks();
  }

  byteLength(): number {
    return this.inner.byteLength();
  }

  private compare(world: Int32Array): void {
    const own = this.neighbours(world);
    for (const image of [...this.inner.images(world)]) {
      if (this.neighbours(image) !== own) throw this.asymmetry(this.name, world);
      for (const [index, { rule }] of this.properties.entries()) {
        const same = this.monitor.holds(index, image) === this.monitor.holds(index, world);
        if (!same) throw this.asymmetry(rule, world);
      }
    }
  }

  /** All that this world is taken for, itself among them. */
  private orbitOf(world: Int32Array): string {
    const all = [...this.inner.images(world)].map((image) => image.join());
    return [...new Set([world.join(), ...all])].sort().join('\n');
  }

  private asymmetry(what: string, world: Int32Array): CheckError {
    const told = JSON.stringify(this.whole(world));
    return new CheckError('not-symmetric', `${what} is not symmetric, as seen in ${told}`);
  }

  private neighbours(world: Int32Array): string {
    const found: string[] = [];
    const visit: Visit = (passing) => {
      const next = passing.slice(); // asking for images writes over it
      const least = this.representative(next);
      if (this.orbitOf(least) !== this.orbitOf(next)) throw this.asymmetry(this.name, next);
      found.push(least.join());
    };
    this.inner.expand(world, visit, 0);
    return found.sort().join('\n');
  }
}

const isDue = (at: number): boolean => at < COMPARED_FIRST || at % COMPARED_EVERY === 0;

function isLess(left: Int32Array, right: Int32Array): boolean {
  for (let slot = 0; slot < left.length; slot++) {
    const other = right[slot] ?? 0;
    if (left[slot] !== other) return left[slot]! < other;
  }
  return false;
}
