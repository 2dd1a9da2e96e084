import type { Header } from '../../models/header.ts';
import type { Block, Entry, Range, Sequence } from '../../models/words.ts';
import {
  type Backend,
  BackendError,
  type BackendErrorCode,
  type StagedBlocks,
  type StoredWrite,
} from '../backend/port.ts';
import type { Suffix } from '../backend/suffix.ts';
import type { Clock } from '../runtime/clock.ts';
import { pause } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';

/**
 * A backend whose disk takes its time: changes begin in call order, a while after they were asked
 * for, and their ends are heard a while after they ended. So a crash finds each of them not begun,
 * or done and not yet told.
 */
export class DelayedBackend implements Backend {
  private readonly backend: Backend;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly most: number;
  private factor = 1;
  /** How the next change fails, and with `stopped` all after it; null: it does not. */
  private failure: BackendErrorCode | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private isDead = false;

  /** `most`: longest wait before and after each change, in milliseconds. */
  constructor(backend: Backend, clock: Clock, random: Random, most: number) {
    this.backend = backend;
    this.clock = clock;
    this.random = random;
    this.most = most;
  }

  /** From now on nothing begins and nothing is told. */
  die(): void {
    this.isDead = true;
  }

  slowDown(factor: number): void {
    this.factor = factor;
  }

  /** The next change rejects with that code, undone; the disk is given up. */
  fail(code: BackendErrorCode): boolean {
    this.failure ??= code;
    return true;
  }

  /** What is behind it, without delay. Use: looking at a site without disturbing it. */
  get inner(): Backend {
    return this.backend;
  }

  store(writes: readonly StoredWrite[], committed: Sequence): Promise<void> {
    return this.changed(() => this.backend.store(writes, committed));
  }

  persist(header: Header): Promise<void> {
    return this.changed(() => this.backend.persist(header));
  }

  apply(entries: readonly Entry[]): Promise<void> {
    return this.changed(() => this.backend.apply(entries));
  }

  flush(): Promise<void> {
    return this.changed(() => this.backend.flush());
  }

  payload(entry: Entry): Promise<Uint8Array> {
    return this.delayed(() => this.backend.payload(entry));
  }

  read(first: Block, count: number): Promise<Uint8Array> {
    return this.delayed(() => this.backend.read(first, count));
  }

  stage(blocks: readonly StagedBlocks[]): Promise<void> {
    return this.changed(() => this.backend.stage(blocks));
  }

  flushStage(): Promise<void> {
    return this.changed(() => this.backend.flushStage());
  }

  applyStage(): Promise<void> {
    return this.changed(() => this.backend.applyStage());
  }

  dropStage(): Promise<void> {
    return this.changed(() => this.backend.dropStage());
  }

  overwrite(blocks: readonly StagedBlocks[]): Promise<void> {
    return this.changed(() => this.backend.overwrite(blocks));
  }

  sums(first: Block, count: number, stride: number): Promise<number[]> {
    return this.delayed(() => this.backend.sums(first, count, stride));
  }

  exportSuffix(above: Sequence, through: Sequence, entries: readonly Entry[]): Promise<void> {
    return this.delayed(async () => {
      // A full disk has no place for a copy either; what it must store next fails.
      if (this.failure === 'full') throw new BackendError('no-place', 'the simulated disk is full');
      this.refuseFailed();
      await this.backend.exportSuffix(above, through, entries);
    });
  }

  suffixes(): Promise<readonly Suffix[]> {
    return this.delayed(() => this.backend.suffixes());
  }

  suffix(run: Range): Promise<Suffix | null> {
    return this.delayed(() => this.backend.suffix(run));
  }

  retire(start: Sequence): void {
    void this.changed(async () => this.backend.retire(start)).catch(() => {});
  }

  close(): Promise<void> {
    this.die();
    return this.backend.close();
  }

  private changed(act: () => Promise<void>): Promise<void> {
    return this.delayed(async () => {
      this.refuseFailed();
      await act();
    });
  }

  private refuseFailed(): void {
    const code = this.failure;
    if (code === null) return;
    this.failure = 'stopped';
    throw new BackendError(code, `the simulated disk fails: ${code}`);
  }

  private async delayed<Result>(act: () => Promise<Result>): Promise<Result> {
    const wait = pause(this.clock, this.random() * this.most * this.factor);
    const begun = this.turn.then(async () => {
      await wait;
      return this.isDead ? never<Result>() : { done: act() };
    });
    this.turn = begun.catch(() => {});
    const { done } = (await begun) as { done: Promise<Result> };
    const result = await this.heardLate(done);
    return this.isDead ? (never<Result>() as Promise<Result>) : result;
  }

  private async heardLate<Result>(done: Promise<Result>): Promise<Result> {
    const late = this.random() * this.most * this.factor;
    try {
      return await done;
    } finally {
      await pause(this.clock, late);
    }
  }
}

const never = <Result>(): Promise<Result> => new Promise(() => {});
