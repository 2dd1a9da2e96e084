import type { Disk } from '../backend/disk.ts';
import type { FaultyDisk } from '../backend/faulty.ts';
import type { Backend, Recovered } from '../backend/port.ts';
import type { DiskPatience } from '../runtime/disk-watch.ts';
import { SeverableDisk } from '../runtime/severable-disk.ts';
import type { DelayedBackend } from './delayed-backend.ts';
import type { DiskFileKind } from './fault.ts';
import { HangingDisk } from './hanging-disk.ts';

/** One site's disk, as what goes wrong with it. False: it cannot go wrong in that way. */
export interface Medium {
  /** Every wait for it is so many times as long; 1: as it was. */
  slowDown(factor: number): void;
  /** The next change fails as if a flush had. */
  failFlush(): boolean;
  shortenWrite(): boolean;
  /** No write finds new room, or there is room again. */
  fill(isFull: boolean): boolean;
  /** Nothing is answered, or all is again. */
  hang(hangs: boolean): boolean;
  rot(file: DiskFileKind): boolean;
  /** The next write to that file lands elsewhere, if `while` still says so then. */
  misdirect(file: DiskFileKind, mayStrike: () => boolean): boolean;
  /** Keeps what a loss of power at this moment would leave. */
  snapshot(): boolean;
  /** The site is down: its disk is that of the snapshot. */
  restore(): void;
  /** Does the next end of the site lose what was not flushed? */
  losesPower: boolean;
  /** Nothing is awaited any more. */
  calm(): void;
}

/** What media of both kinds have. */
abstract class AnyMedium {
  losesPower = true;
  factor = 1;
  living: DelayedBackend | null = null;

  slowDown(factor: number): void {
    this.factor = factor;
    this.living?.slowDown(factor);
  }

  takes(living: DelayedBackend): Backend {
    this.living = living;
    living.slowDown(this.factor);
    return living;
  }
}

/** A disk in memory fails as a whole; it cannot lie. */
export class MemoryMedium extends AnyMedium implements Medium {
  readonly keep: () => () => void;
  private kept: (() => void) | null = null;

  /** `keep` takes a snapshot and gives the way back to it. */
  constructor(keep: () => () => void) {
    super();
    this.keep = keep;
  }

  failFlush = (): boolean => this.living?.fail('flush-failed') ?? false;
  shortenWrite = (): boolean => this.living?.fail('short-write') ?? false;
  fill = (isFull: boolean): boolean => isFull && (this.living?.fail('full') ?? false);
  hang = (): boolean => false;
  rot = (): boolean => false;
  misdirect = (): boolean => false;

  snapshot(): boolean {
    this.kept = this.keep();
    return true;
  }

  restore(): void {
    this.kept?.();
  }

  calm(): void {}
}

/** The faults of a simulated disk, one at a time. */
export class FileMedium extends AnyMedium implements Medium {
  disk: FaultyDisk;
  /** Null: this one never hangs. */
  patience: DiskPatience | null = null;
  private hangs = false;
  private opened: HangingDisk | null = null;
  private kept: FaultyDisk | null = null;

  constructor(disk: FaultyDisk) {
    super();
    this.disk = disk;
  }

  failFlush(): boolean {
    this.disk.awaited.set('failFlush', () => true);
    return true;
  }

  shortenWrite(): boolean {
    this.disk.awaited.set('shorten', () => true);
    return true;
  }

  fill(isFull: boolean): boolean {
    const spaceBytes = isFull ? this.disk.usedBytes : Number.POSITIVE_INFINITY;
    this.disk.faults = { ...this.disk.faults, spaceBytes };
    return true;
  }

  hang(hangs: boolean): boolean {
    this.hangs = hangs;
    if (hangs) this.opened?.hang(() => true);
    else this.opened?.answerAll();
    return this.patience !== null;
  }

  /** The disk as a site opens it. */
  begin(begun: (disk: Disk) => Promise<Recovered>): Promise<Recovered> {
    if (this.patience === null) return begun(this.disk);
    this.opened = new HangingDisk(this.disk);
    if (this.hangs) this.hang(true);
    const disk = new SeverableDisk(this.opened, this.patience);
    return disk.begun(begun);
  }

  rot(file: DiskFileKind): boolean {
    const before = this.disk.counts.rotten;
    this.disk.rot(pathOf(file));
    return this.disk.counts.rotten > before;
  }

  misdirect(file: DiskFileKind, mayStrike: () => boolean): boolean {
    this.disk.awaited.set('misdirect', (path) => path === pathOf(file) && mayStrike());
    return true;
  }

  snapshot(): boolean {
    this.kept = this.disk.copy();
    return true;
  }

  restore(): void {
    if (this.kept) this.disk = this.kept;
    this.kept = null;
    this.disk.crash();
  }

  calm(): void {
    this.disk.awaited.clear();
  }
}

export const directory = '/site';

const pathOf = (file: DiskFileKind): string =>
  `${directory}/${file === 'volume' ? 'volume-0' : file}`;
