import { type DiskRequest, GuardedDisk } from '../backend/guarded-disk.ts';

/** A disk that takes requests and does not answer, where it is told to. What it was asked for it does once it answers again. */
export class HangingDisk extends GuardedDisk {
  private hangs: (request: DiskRequest) => boolean = () => false;
  private waiting: (() => void)[] = [];

  hang(hangs: (request: DiskRequest) => boolean): void {
    this.hangs = hangs;
  }

  get unanswered(): number {
    return this.waiting.length;
  }

  answerAll(): void {
    this.hangs = () => false;
    const { waiting } = this;
    this.waiting = [];
    for (const answer of waiting) answer();
  }

  protected async ask<Result>(request: DiskRequest, act: () => Promise<Result>): Promise<Result> {
    if (this.hangs(request)) await new Promise<void>((answer) => this.waiting.push(answer));
    return act();
  }

  protected leave(_: string, close: () => Promise<void>): Promise<void> {
    return close();
  }
}
