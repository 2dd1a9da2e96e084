import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SiteId } from '../../../models/words.ts';
import { openArrangement } from '../../../src/runtime/arrangement.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { optionsIn } from './content.ts';
import { Ledger } from './ledger.ts';
import { Writer } from './writer.ts';

export type Round =
  /** Killed at any moment, the start included. */
  | 'kill'
  /** Killed while it writes. */
  | 'killWriting'
  /** Stopped for a while in the middle of the writes, then killed, going on or still standing. */
  | 'stop'
  /** Killed while it writes; then the folder of its primary is lost. */
  | 'lose';

export interface Played {
  readonly acknowledged: number;
  readonly reads: number;
  readonly losses: number;
  readonly refusedWhileOpen: number;
}

/** Before a process that writes is killed; of a slow machine nothing more is asked than of a fast one. */
const acknowledgedLeast = 40;

/** The command line of the writer: from source, or built. */
export const fromSource = ['--import', 'tsx', join(import.meta.dirname, 'write-until-killed.ts')];

/**
 * Lets a process write to the arrangement in a folder, kills it, and again. Throws when anything is read that cannot be,
 * when a start is refused, or when files are left that no site has.
 */
export class Killing {
  private readonly directory: string;
  private readonly random: () => number;
  private readonly writer: readonly string[];
  private readonly ledger = new Ledger();
  private lost: SiteId | null = null;
  private isMade = false;
  private losses = 0;
  private refusedWhileOpen = 0;

  constructor(directory: string, seed: number, writer: readonly string[] = fromSource) {
    this.directory = directory;
    this.random = seededRandom(seed);
    this.writer = writer;
  }

  get played(): Played {
    const { acknowledged, reads } = this.ledger;
    return { acknowledged, reads, losses: this.losses, refusedWhileOpen: this.refusedWhileOpen };
  }

  async play(round: Round): Promise<void> {
    const writer = new Writer(this.writer, this.ledger, {
      directory: this.directory,
      seed: Math.floor(this.random() * 2 ** 31),
      from: this.ledger.newest + 1,
      create: !this.isMade,
      lost: this.lost,
    });
    try {
      await this.until(round, writer);
      this.isMade = true;
    } finally {
      await writer.kill();
    }
    if (writer.fault !== null) throw new Error(writer.fault);
    if (round === 'lose') {
      this.lost = writer.primary!;
      this.losses++;
      await rm(join(this.directory, `site-${this.lost}`), { recursive: true });
    } else if (writer.heard.has('replaced')) this.lost = null;
    else if (this.lost !== null) await this.lookAtReplaced(this.lost);
    await this.refuseLeftovers();
  }

  private async until(round: Round, writer: Writer): Promise<void> {
    // Made and lost whole, or else there is nothing to open next time.
    const isPlain = this.isMade && round === 'kill';
    if (isPlain) return void (await Promise.race([pause(this.random() * 1500), writer.ended]));
    await writer.hears(round === 'lose' || !this.isMade ? 'whole' : 'told');
    await writer.acknowledges(acknowledgedLeast);
    await pause(this.random() * 150);
    if (round !== 'stop') return;
    writer.signal('SIGSTOP');
    await this.refusedNow();
    await pause(this.random() * 400);
    if (this.random() < 0.5) return;
    writer.signal('SIGCONT');
    await pause(this.random() * 300);
    await this.refusedNow();
  }

  /** Whoever opens what another process has open is told just that, in the middle of its writes too. */
  private async refusedNow(): Promise<void> {
    const without = this.lost === null ? [] : [this.lost];
    const refusal = await openArrangement(optionsIn(this.directory), without).then(
      async (sites) => {
        await sites.close();
        return 'opened';
      },
      (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
    );
    if (!refusal.startsWith('locked: ')) throw new Error(`not refused as open: ${refusal}`);
    this.refusedWhileOpen++;
  }

  /** Killed while its site was made anew: it is there, or it is not. */
  private async lookAtReplaced(site: SiteId): Promise<void> {
    const names = await readdir(join(this.directory, `site-${site}`)).catch((): string[] => []);
    if (names.includes('header')) this.lost = null;
  }

  private async refuseLeftovers(): Promise<void> {
    const sites = await readdir(this.directory);
    const all = await Promise.all(
      sites.map(async (site) =>
        (await readdir(join(this.directory, site))).map((name) => `${site}/${name}`),
      ),
    );
    const known = /^site-[012]\/(header|sidefile|stage|volume-[01])$/;
    const half = new RegExp(`^site-${this.lost}/header.new$`);
    const left = all.flat().filter((name) => !known.test(name) && !half.test(name));
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
  }
}
