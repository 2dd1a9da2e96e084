import type { Report } from '../../models/effect.ts';
import { recordOf, type SiteContext } from '../../models/site.ts';
import type { SiteId } from '../../models/words.ts';
import type { Expected } from '../../src/runtime/forecast.ts';
import type { SiteLoop } from '../../src/runtime/site-loop.ts';
import type { Failure, Stalled } from './gates.ts';
import type { Copy, SiteDisk, Unflushed } from './site-disk.ts';
import type { Stage } from './stage.ts';

export type Planned = Extract<Report, { kind: 'planned' }>;

/** One of the three sites, by what happens to it and what can be seen of it. */
export class Actor {
  readonly id: SiteId;
  readonly name: string;
  readonly stage: Stage;

  constructor(stage: Stage, id: SiteId) {
    this.stage = stage;
    this.id = id;
    this.name = 'PSA'[id]!;
  }

  // What happens to it

  /** Dies as a process does; with `after`, in the moment it has sent this write to both mirrors. */
  async crashes(at: { after: 'send'; sequence: number } | null = null): Promise<void> {
    if (at) await this.stage.until(() => this.hasSent(at.sequence));
    await this.stage.arrangement.crash(this.id);
  }

  /** Dies with its machine. */
  async losesPower(unflushed: Unflushed = 'lost'): Promise<void> {
    this.disk.unflushed = unflushed;
    await this.stage.arrangement.crash(this.id);
    this.disk.unflushed = 'lost';
  }

  async returns(): Promise<void> {
    await this.stage.finish(this.stage.arrangement.start(this.id));
  }

  async restarts(): Promise<void> {
    await this.crashes();
    await this.returns();
  }

  /** Its disk is replaced by an empty one. */
  async returnsBlank(): Promise<void> {
    await this.stage.finish(this.stage.arrangement.replace(this.id));
  }

  /** Comes back with another disk in its place: an old copy, or somebody else's. */
  async returnsWith(disk: Copy): Promise<void> {
    if (this.isUp) await this.crashes();
    this.disk.restore(disk);
    this.stage.excused.add(this.id);
    await this.returns();
  }

  copiesItsDisk(): Copy {
    return this.disk.copy();
  }

  /** One bit turns in its volume, where that block of its address space lies. */
  async blockRots(block: number): Promise<void> {
    // What is only cached does not rot.
    await this.disk.backend!.flush();
    const bytes = await this.disk.backend!.read(block, 1);
    await this.disk.rot({ kind: 'block', block, bytes });
  }

  /** These blocks of its volumes are written over behind its back: they read well, and are wrong. */
  async bytesChange(blocks: readonly number[]): Promise<void> {
    const { backend } = this.disk;
    for (const first of blocks) {
      const bytes = (await backend!.read(first, 1)).map((byte) => byte ^ 0xff);
      await backend!.overwrite([{ first, bytes }]);
    }
  }

  /** One bit turns in its sidefile, in the record of this write. */
  async recordRots(sequence: number): Promise<void> {
    const write = this.stage.journal.writes.find(
      ({ positions }) => positions[0]?.sequence === sequence,
    )!;
    await this.disk.rot({ kind: 'record', sequence, bytes: firstBytesOf(write.id) });
  }

  diskStalls(what: Stalled = 'all'): void {
    this.disk.gates.stall(what);
  }

  diskGoesOn(): void {
    this.disk.gates.open();
  }

  diskFails(how: Failure): void {
    this.disk.fail(how);
  }

  /** Its disk has no room for an update beside the volumes. */
  hasNoRoomForUpdates(): void {
    this.disk.gates.hasStageRoom = false;
  }

  volumeFails(volume: number): void {
    this.disk.gates.failingVolume = volume;
  }

  // What can be seen of it

  get isUp(): boolean {
    return this.stage.arrangement.loopOf(this.id) !== null;
  }

  get loop(): SiteLoop {
    const loop = this.stage.arrangement.loopOf(this.id);
    if (!loop) throw new Error(`${this.name} is down`);
    return loop;
  }

  get context(): SiteContext {
    return this.loop.site.context;
  }

  get disk(): SiteDisk {
    return this.stage.diskOf(this.id);
  }

  get record() {
    return recordOf(this.context)!;
  }

  get epoch(): number {
    return this.record.epoch;
  }

  /** What its history says may be lost, record by record. */
  get losses(): readonly number[] {
    const { history } = this.context.header;
    return history.flatMap(({ lossBeyond }) => (lossBeyond === null ? [] : [lossBeyond]));
  }

  /** What it holds without a gap. */
  get holds(): number {
    return this.context.held.contiguous;
  }

  get isServing(): boolean {
    if (!this.isUp) return false;
    return this.stage.arrangement.status().sites[this.id]!.serving;
  }

  get status() {
    return this.stage.arrangement.status().sites[this.id]!;
  }

  get state(): unknown {
    return this.loop.site.state;
  }

  hasSent(sequence: number): boolean {
    const reached = new Set(
      this.stage.postman.sent
        .filter(({ from, message }) => from === this.id && carries(message, sequence))
        .map(({ to }) => to),
    );
    return reached.size === 2;
  }

  /** Sequences of writes that arrived here since the play marked a moment, in order of arrival. */
  receivedFrom(source: Actor): readonly number[] {
    return this.stage
      .since('delivered')
      .filter(({ from, to }) => from === source.id && to === this.id)
      .flatMap(({ message }) => (message.type === 'write' ? message.entries : []))
      .map(({ sequence }) => sequence);
  }

  /** How many blocks of an update arrived here since the mark. */
  blocksReceived(): number {
    return this.stage
      .since('delivered')
      .filter(({ to }) => to === this.id)
      .flatMap(({ message }) => (message.type === 'blocks' ? message.blocks : [])).length;
  }

  /** What it reported since the mark, of one kind. */
  reported<Kind extends Report['kind']>(kind: Kind): readonly Extract<Report, { kind: Kind }>[] {
    return this.stage
      .happenedSince()
      .filter(({ site, event }) => site === this.id && event.kind === kind)
      .map(({ event }) => event as Extract<Report, { kind: Kind }>);
  }

  /** Did it stop by itself since the mark? */
  hasStoppedItself(): boolean {
    return this.stage
      .happenedSince()
      .some(({ site, event }) => site === this.id && event.kind === 'stoppedItself');
  }

  /** What plans for it were expected to take, by whoever was primary, with what was told just before. */
  expectations(): readonly { readonly after: string; readonly expected: Expected }[] {
    const events = this.stage.happenedSince().map(({ event }) => event);
    return events.flatMap((event, index) =>
      event.kind === 'expected' && event.peer === this.id
        ? [{ after: events[index - 1]?.kind ?? 'nothing', expected: event }]
        : [],
    );
  }

  /** Plans made for it since the mark, by whoever was primary. */
  plans(): readonly Planned[] {
    return this.stage
      .happenedSince()
      .map(({ event }) => event)
      .filter((event): event is Planned => event.kind === 'planned' && event.peer === this.id);
  }
}

const carries = (message: { type: string }, sequence: number): boolean =>
  message.type === 'write' &&
  (message as unknown as { entries: readonly { sequence: number }[] }).entries.some(
    (entry) => entry.sequence === sequence,
  );

/** As the journal words what a write contains. */
function firstBytesOf(id: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  view.setUint32(0, id);
  view.setUint32(8, id);
  view.setUint32(12, 8);
  return new Uint8Array(view.buffer);
}
