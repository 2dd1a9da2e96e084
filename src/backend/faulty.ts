import { basename, dirname } from 'node:path';
import { type Disk, type DiskFile, sectorBytes } from './disk.ts';
import { type DiskEvent, type Faults, fault, noFaults, type Survival } from './faults.ts';
import { FaultyFile } from './faulty-file.ts';
import { emptyNode, type FaultyNode, flushNode, truncateNode, writeNode } from './faulty-node.ts';

/** A simulated disk: a cache that loses power, over sectors that may fail. Deterministic. */
export class FaultyDisk implements Disk {
  readonly counts = {
    lost: 0,
    torn: 0,
    flushFailed: 0,
    short: 0,
    full: 0,
    rotten: 0,
    misdirected: 0,
  };
  faults: Faults;
  /** What strikes the next write or flush that it may strike, once, whatever the chances are. */
  readonly awaited = new Map<'failFlush' | 'shorten' | 'misdirect', (path: string) => boolean>();
  /** Set to a list to have every event noted in it. */
  recording: DiskEvent[] | null = null;
  /** Which run of the machine this is: files opened in an earlier one are dead. */
  boot = 1;
  private readonly random: () => number;
  private nodes: FaultyNode[] = [];
  private names = new Map<string, number>();
  private durableNames = new Map<string, number>();

  /** `random` gives numbers from 0 to below 1. */
  constructor(random: () => number = () => 0, faults: Faults = noFaults) {
    this.random = random;
    this.faults = faults;
  }

  /** Another disk with the same content, flushed and not. */
  copy(): FaultyDisk {
    const disk = new FaultyDisk(this.random, this.faults);
    disk.nodes = this.nodes.map((node) => ({
      cached: node.cached.copy(),
      durable: node.durable.copy(),
      pending: [...node.pending],
      size: node.size,
      locked: 0,
    }));
    disk.names = new Map(this.names);
    disk.durableNames = new Map(this.durableNames);
    return disk;
  }

  async kindOf(path: string) {
    return this.names.has(path) ? 'file' : 'absent';
  }

  async makeDirectory(): Promise<void> {}

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    if (!this.names.has(path)) {
      if (mode !== 'create') throw fault('ENOENT', path);
      this.perform({ kind: 'name', path, file: this.nodes.length });
    }
    return new FaultyFile(this, this.names.get(path)!);
  }

  async rename(from: string, to: string): Promise<void> {
    this.perform({ kind: 'rename', from, to });
  }

  async list(path: string): Promise<string[]> {
    return [...this.names.keys()]
      .filter((name) => dirname(name) === path)
      .map((name) => basename(name));
  }

  async flushDirectory(path: string): Promise<void> {
    this.perform({ kind: 'flush-directory', path });
  }

  /** Loss of power. By default chance decides what of the unflushed comes through. */
  crash(survival: Survival = this.chance): void {
    this.boot++;
    let index = 0;
    for (const node of this.nodes) {
      for (const { first, sectors } of node.pending) {
        const comesThrough = survival({ index: index++, sectors: sectors.length });
        sectors.forEach((bytes, sector) => {
          if (comesThrough(sector)) node.durable.set(first + sector, bytes);
        });
      }
      node.pending = [];
      node.cached = node.durable.copy();
    }
    this.names = new Map(this.durableNames);
    if (this.random() < this.faults.rot) this.rot();
  }

  /** The process ends, the machine goes on: the cache stays. */
  kill(): void {
    this.boot++;
  }

  /** Number of unflushed writes. */
  get pending(): readonly number[] {
    return this.nodes.flatMap((node) => node.pending.map(({ sectors }) => sectors.length));
  }

  /** Turns one bit of one sector; without arguments of any that is not zero. */
  rot(path?: string, offset?: number): void {
    const paths = path ? [path] : [...this.names.keys()];
    const node = this.nodes[this.names.get(this.pick(paths)!)!]!;
    const sector =
      offset === undefined ? this.pick(node.durable.numbers()) : Math.floor(offset / 512);
    if (sector === undefined) return;
    const at =
      offset === undefined ? Math.floor(this.random() * sectorBytes) : offset % sectorBytes;
    const bit = 1 << Math.floor(this.random() * 8);
    // Also in what was written over it and is not flushed yet.
    for (const sectors of [node.durable, node.cached]) {
      const bytes = sectors.get(sector).slice();
      bytes[at]! ^= bit;
      sectors.set(sector, bytes);
    }
    this.counts.rotten++;
  }

  /** Performs one event as it is, without faults. */
  perform(event: DiskEvent): void {
    this.recording?.push(event);
    if (event.kind === 'rename') {
      this.names.set(event.to, this.names.get(event.from)!);
      this.names.delete(event.from);
    } else if (event.kind === 'name') {
      this.nodes[event.file] = emptyNode();
      this.names.set(event.path, event.file);
    } else if (event.kind === 'flush-directory') {
      this.flushNames(event.path);
    } else if (event.kind === 'write') {
      writeNode(this.nodes[event.file]!, event.offset, event.bytes);
    } else if (event.kind === 'truncate') {
      truncateNode(this.nodes[event.file]!, event.bytes);
    } else {
      flushNode(this.nodes[event.file]!);
    }
  }

  get usedBytes(): number {
    return this.nodes.reduce((sum, { cached }) => sum + cached.count * sectorBytes, 0);
  }

  /** For its files. */
  node(file: number): FaultyNode {
    return this.nodes[file]!;
  }

  write(file: number, offset: number, bytes: Uint8Array): number {
    const node = this.nodes[file]!;
    let length = bytes.length;
    if (this.strikes('shorten', file)) {
      this.counts.short++;
      length = Math.floor((this.random() * length) / sectorBytes) * sectorBytes;
    }
    const { spaceBytes } = this.faults;
    if (this.usedBytes + length > spaceBytes && !node.cached.has(Math.floor(offset / 512))) {
      this.counts.full++;
      throw fault('ENOSPC', `file ${file}`);
    }
    let place = offset;
    if (this.strikes('misdirect', file)) {
      this.counts.misdirected++;
      const sectors = Math.max(1, Math.ceil(node.size / sectorBytes) - Math.ceil(length / 512));
      place = Math.floor(this.random() * sectors) * sectorBytes;
    }
    this.perform({ kind: 'write', file, offset: place, bytes: bytes.slice(0, length) });
    return length;
  }

  flush(file: number): void {
    const fails = this.strikes('failFlush', file);
    const node = this.nodes[file]!;
    if (fails) node.pending = node.pending.filter(() => this.random() < 0.5);
    this.perform({ kind: 'flush', file });
    if (!fails) return;
    this.counts.flushFailed++;
    throw fault('EIO', `file ${file}`);
  }

  private strikes(kind: 'failFlush' | 'shorten' | 'misdirect', file: number): boolean {
    const isAwaited = this.awaited.get(kind);
    if (isAwaited?.(this.pathOf(file))) {
      this.awaited.delete(kind);
      return true;
    }
    return this.random() < this.faults[kind];
  }

  private pathOf(file: number): string {
    for (const [path, known] of this.names) if (known === file) return path;
    return '';
  }

  private readonly chance: Survival = () => {
    const draw = this.random();
    if (draw < this.faults.lose) {
      this.counts.lost++;
      return () => false;
    }
    if (draw >= this.faults.lose + this.faults.tear) return () => true;
    this.counts.torn++;
    return () => this.random() < 0.5;
  };

  private flushNames(path: string): void {
    for (const known of [...this.durableNames.keys()]) {
      if (dirname(known) === path && !this.names.has(known)) this.durableNames.delete(known);
    }
    for (const [known, file] of this.names) {
      if (dirname(known) === path) this.durableNames.set(known, file);
    }
  }

  private pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)];
  }
}
