import { CheckError } from './check-error.ts';
import { FULL } from './contents.ts';
import { type LocalMachine, REFUSED } from './local-machine.ts';
import type { Post } from './post.ts';
import { type Happening, maskOf } from './space.ts';

const DELIVERY_DEPTH_MAX = 64;
/** Room for slots that are touched again and again; for all of them there is room twice. */
const TOUCHED_LEAST = 256;

/** What one action has to know of the composition. */
export interface Stage {
  readonly name: string;
  readonly slotNames: readonly string[];
  readonly machines: readonly LocalMachine[];
  readonly posts: readonly Post[];
  readonly event: (id: number) => unknown;
  /** By slot, as bits, the joint rules that read it. */
  readonly readingAt: Int32Array;
}

/** Of each slot, where its bits lie one after the other: as a slot (`maskOf`), the silent posts there, the joint rules that read it. */
const STRIDE = 4;
const SILENT = 1;
const READING = 2;

/** One action after the other on a world: each begins with it and changes some slots. */
export class Action {
  /** The world as it is after what was done so far. */
  readonly next: Int32Array;
  /** Slots of `next` that may differ from the world it began with, and how many. */
  readonly touched: Int32Array;
  touchedCount = 0;
  touchedMask = 0;
  /** The joint rules, as bits, that read any of them. */
  readingMask = 0;
  /** What happened, for a trace; null: nobody wants to know. */
  happened: Happening[] | null = null;
  private world: Int32Array;
  private readonly stage: Stage;
  private readonly machines: readonly LocalMachine[];
  private readonly posts: readonly Post[];
  private readonly silentPosts: readonly Post[];
  /** By slot, what it concerns. Of silent posts that is each whose content or receiver is there; from 32 on they share bits. */
  private readonly concerns: Int32Array;
  /** The silent posts, as bits, that any of the touched slots concerns. */
  private silentMask = 0;

  constructor(stage: Stage) {
    this.stage = stage;
    this.machines = stage.machines;
    this.posts = stage.posts;
    this.next = new Int32Array(stage.slotNames.length);
    this.world = new Int32Array(stage.slotNames.length);
    this.touched = new Int32Array(Math.max(TOUCHED_LEAST, 2 * stage.slotNames.length));
    this.silentPosts = this.posts.filter(({ mayBeSilent }) => mayBeSilent);
    this.concerns = new Int32Array(stage.slotNames.length * STRIDE);
    for (const slot of stage.slotNames.keys()) {
      this.concerns[slot * STRIDE] = maskOf(slot);
      this.concerns[slot * STRIDE + READING] = stage.readingAt[slot]!;
    }
    for (const [index, { receiver, slot }] of this.silentPosts.entries()) {
      this.concerns[slot * STRIDE + SILENT]! |= maskOf(index);
      this.concerns[receiver * STRIDE + SILENT]! |= maskOf(index);
    }
  }

  /** All actions from here on begin with this world. */
  startFrom(world: Int32Array): void {
    const { next } = this;
    this.world = world;
    for (let slot = 0; slot < next.length; slot++) next[slot] = world[slot]!;
    this.touchNothing();
  }

  begin(): void {
    const { next, touched, world } = this;
    for (let index = 0; index < this.touchedCount; index++) {
      const slot = touched[index]!;
      next[slot] = world[slot]!;
    }
    this.touchNothing();
    if (this.happened !== null) this.happened = [];
  }

  set(slot: number, value: number): void {
    if (this.next[slot] === value) return;
    const { concerns } = this;
    const at = slot * STRIDE;
    this.next[slot] = value;
    this.touchedMask |= concerns[at]!;
    this.silentMask |= concerns[at + SILENT]!;
    this.readingMask |= concerns[at + READING]!;
    if (this.touchedCount === this.touched.length) this.forgetRepeats();
    this.touched[this.touchedCount++] = slot;
  }

  spend(budget: number): void {
    if (budget >= 0) this.set(budget, this.next[budget]! - 1);
  }

  /** One component takes one event, and what follows from it at once. False: the action is impossible. */
  take(slot: number, event: number, depth = 0): boolean {
    return this.apply(slot, this.machines[slot]!.row(this.next[slot]!, event), depth);
  }

  apply(slot: number, row: number, depth = 0): boolean {
    const { rows } = this.machines[slot]!;
    const result = rows.data[row]!;
    if (result === REFUSED) return false;
    this.set(slot, result);
    const end = row + 2 + rows.data[row + 1]! * 2;
    for (let at = row + 2; at < end; at += 2) {
      if (!this.put(rows.data[at]!, rows.data[at + 1]!, slot, depth + 1)) return false;
    }
    return true;
  }

  put(target: number, event: number, sender: number, depth: number): boolean {
    if (depth > DELIVERY_DEPTH_MAX) throw this.endless(target);
    if (target < this.machines.length) {
      if (this.happened !== null) this.tell('is told', target, event, sender);
      return this.take(target, event, depth);
    }
    const post = this.posts[target - this.machines.length]!;
    const after = post.contents.send(this.next[target]!, event);
    if (this.happened !== null) this.tellSent(post, after, event, sender);
    if (after === FULL) return false;
    this.set(target, after);
    return true;
  }

  clear(slot: number): void {
    const post = this.posts[slot - this.machines.length]!;
    if (this.happened !== null) {
      for (const message of post.contents.list(this.next[slot]!))
        this.tellOf('is lost', post, message);
    }
    this.set(slot, 0);
  }

  /** Drops what its receiver would never react to. What the action left alone was settled before. */
  settle(): void {
    if (this.silentMask !== 0) this.settlePosts(this.silentMask);
  }

  /** At the very start nothing is settled. */
  settleAll(): void {
    this.settlePosts(-1);
  }

  /** `kind` of a message of a post, for the trace. */
  tellOf(kind: Happening['kind'], { from, to }: Post, message: number): void {
    this.happened?.push({ kind, from, to, event: this.stage.event(message) });
  }

  tell(kind: Happening['kind'], slot: number, event: number, sender = -1): void {
    if (this.happened === null) return;
    const { slotNames } = this.stage;
    const from = sender < 0 ? '' : slotNames[sender]!;
    this.happened.push({ kind, from, to: slotNames[slot]!, event: this.stage.event(event) });
  }

  private touchNothing(): void {
    this.touchedCount = 0;
    this.touchedMask = 0;
    this.readingMask = 0;
    this.silentMask = 0;
  }

  /** The posts, as bits. */
  private settlePosts(due: number): void {
    const { length } = this.silentPosts;
    for (let left = due; left !== 0; left &= left - 1) {
      const first = 31 - Math.clz32(left & -left);
      for (let index = first; index < length; index += 32) this.settlePost(index);
    }
  }

  private settlePost(index: number): void {
    const { next } = this;
    const post = this.silentPosts[index]!;
    const content = next[post.slot]!;
    if (content === 0) return;
    const kept = post.heard(content, next[post.receiver]!);
    if (kept === content) return;
    if (this.happened !== null) this.tellIgnored(post, content, kept);
    this.set(post.slot, kept);
  }

  private tellSent(post: Post, after: number, event: number, sender: number): void {
    const from = sender < 0 ? '' : this.stage.slotNames[sender]!;
    const kind = after === FULL ? 'is full' : 'is sent';
    this.happened!.push({ kind, from, to: post.to, event: this.stage.event(event) });
  }

  private tellIgnored(post: Post, content: number, kept: number): void {
    const left = [...post.contents.list(kept)];
    for (const message of post.contents.list(content)) {
      const at = left.indexOf(message);
      if (at >= 0) left.splice(at, 1);
      else this.tellOf('is ignored', post, message);
    }
  }

  private forgetRepeats(): void {
    const slots = new Set(this.touched);
    this.touched.set([...slots]);
    this.touchedCount = slots.size;
  }

  private endless(target: number): CheckError {
    const { name, slotNames } = this.stage;
    return new CheckError(
      'endless-delivery',
      `one action of ${name} led to more than ${DELIVERY_DEPTH_MAX} nested deliveries, the last to ${slotNames[target]}`,
    );
  }
}
