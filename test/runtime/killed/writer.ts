import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { SiteId } from '../../../models/words.ts';
import type { Ledger } from './ledger.ts';

/** One process, what it says checked line by line. */
export class Writer {
  readonly heard = new Set<string>();
  primary: SiteId | null = null;
  fault: string | null = null;
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private readonly ledger: Ledger;
  private acknowledged = 0;
  private hasEnded = false;
  private waiting: { isSo: () => boolean; resolve: () => void } | null = null;

  constructor(command: readonly string[], ledger: Ledger, task: object) {
    this.ledger = ledger;
    this.child = spawn(process.execPath, [...command, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complained = '';
    this.child.stderr!.on('data', (text) => {
      complained += text;
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.hear(line));
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => {
        if (code !== null) this.fault ??= `the writer ended by itself with ${code}: ${complained}`;
        this.hasEnded = true;
        this.waiting?.resolve();
        resolve();
      });
    });
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Resolves once it said so, or ended. */
  hears(word: string): Promise<void> {
    return this.until(() => this.heard.has(word));
  }

  /** Resolves once so many of its writes were acknowledged, or it ended. */
  acknowledges(count: number): Promise<void> {
    return this.until(() => this.acknowledged >= count);
  }

  private async until(isSo: () => boolean): Promise<void> {
    if (isSo() || this.hasEnded) return;
    await new Promise<void>((resolve) => {
      this.waiting = { isSo, resolve };
    });
  }

  private hear(line: string): void {
    const [word = '', ...rest] = line.split(' ');
    const numbers = rest.map(Number) as [number, number, number, number];
    const { ledger } = this;
    if (word === 'begin') ledger.begin(...numbers);
    else if (word === 'done') {
      this.acknowledged++;
      ledger.done(...numbers);
    } else if (word === 'read') {
      const [volume, block, number] = numbers;
      this.fault ??= ledger.read(volume, block, number);
    } else if (word === 'refused') this.fault ??= line;
    else if (word === 'whole') this.primary = numbers[0] as SiteId;
    this.heard.add(word);
    if (this.waiting?.isSo()) this.waiting.resolve();
  }
}
