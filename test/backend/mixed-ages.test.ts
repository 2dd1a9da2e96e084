import { expect, it } from 'vitest';
import type { Header } from '../../models/header.ts';
import type { Sequence } from '../../models/words.ts';
import { FaultyDisk } from '../../src/backend/faulty.ts';
import { createSite, openSite } from '../../src/backend/file.ts';
import type { Backend, BackendError, Recovered } from '../../src/backend/port.ts';
import {
  allBlocks,
  blankHeader,
  blockBytes,
  imageOf,
  maxBlocksPerWrite,
  randomFrom,
  writeOf,
} from './small-site.ts';

/** Some files of a site are put back from a copy, the others stay: each is sound, and together they are of no moment there ever was. */

const writes = Array.from({ length: 14 }, (_, index) =>
  writeOf(index + 1, { volume: index % 2, first: index % 6, count: 1 + (index % 2) }),
);

/** A site that was closed, with what it then was. */
interface Age {
  readonly disk: FaultyDisk;
  readonly header: Header;
  /** Position up to which it holds writes, all of them committed. */
  readonly newest: Sequence;
}

/** Stores, settles and retires, and is closed after each deed. */
class Life {
  readonly ages: Age[] = [];
  header = blankHeader;
  private newest = 0;
  private backend!: Backend;

  static async of(deeds: readonly ((life: Life) => Promise<void>)[]): Promise<Age[]> {
    const disk = new FaultyDisk(randomFrom(3));
    const life = new Life();
    life.backend = (await createSite('/site', life.header, { maxBlocksPerWrite, disk })).backend;
    for (const deed of deeds) {
      await deed(life);
      await life.backend.close();
      life.ages.push({ disk: disk.copy(), header: life.header, newest: life.newest });
      life.backend = (await openSite('/site', { disk })).backend;
    }
    return life.ages;
  }

  async store(count: number): Promise<void> {
    const { newest } = this;
    this.newest += count;
    await this.backend.store(writes.slice(newest, this.newest), newest);
    await this.backend.store([], this.newest);
  }

  async settle(start: Sequence): Promise<void> {
    const due = writes.slice(this.header.settled, this.newest);
    await this.backend.apply(due.map(({ entry }) => entry));
    await this.backend.flush();
    await this.persist({ committed: this.newest, settled: this.newest, start });
    this.backend.retire(start);
  }

  /** An update fills the first block with its number. */
  async stages(update: number): Promise<void> {
    await this.backend.stage([{ first: 0, bytes: new Uint8Array(blockBytes).fill(update) }]);
    await this.backend.flushStage();
    await this.persist({ consistency: { kind: 'staged', epoch: 0, through: update } });
  }

  async appliesStage(): Promise<void> {
    await this.backend.applyStage();
    await this.persist({ consistency: { kind: 'consistent' } });
    await this.backend.dropStage();
  }

  private async persist(change: Partial<Header>): Promise<void> {
    this.header = { ...this.header, ...change };
    await this.backend.persist(this.header);
  }
}

/** Every choice of these files, of every two ages. */
async function* mixturesOf(ages: readonly Age[], names: readonly string[]) {
  for (const [older, old] of ages.entries()) {
    for (const young of ages.slice(older + 1)) {
      for (let choice = 1; choice < 2 ** names.length - 1; choice++) {
        const back = names.filter((_, index) => choice & (1 << index));
        const disk = young.disk.copy();
        for (const name of back) await putBack(`/site/${name}`, old.disk, disk);
        yield { disk, age: back.includes('header') ? old : young };
      }
    }
  }
}

async function putBack(path: string, from: FaultyDisk, to: FaultyDisk): Promise<void> {
  const source = await from.open(path, 'read');
  const target = await to.open(path, 'write');
  const bytes = await source.read(0, await source.size());
  await target.truncate(bytes.length);
  await target.write(0, [bytes]);
  await target.flush();
}

/** How many were refused with which code, saying that something is older; of the others what `look` says. */
async function fatesOf(
  mixtures: ReturnType<typeof mixturesOf>,
  look: (found: Recovered, age: Age) => Promise<string>,
): Promise<Record<string, number>> {
  const fates: Record<string, number> = {};
  for await (const { disk, age } of mixtures) {
    const fate = await openSite('/site', { disk }).then(
      (found) => look(found, age),
      ({ code, message }: BackendError) => {
        expect(message).toMatch(/ is an older copy/);
        return code;
      },
    );
    fates[fate] = 1 + (fates[fate] ?? 0);
  }
  return fates;
}

/** Throws unless it is as it was at that age, or says what it lost. */
async function asItWas({ backend, ...found }: Recovered, { header, newest }: Age): Promise<string> {
  const { committed, damage, entries } = found;
  expect(found.header).toEqual(header);
  const kept = writes.slice(header.start - 1, newest);
  const lost = kept.filter(({ entry: { sequence } }) => damage.includes(sequence));
  expect(entries).toEqual(kept.filter((one) => !lost.includes(one)).map(({ entry }) => entry));
  for (const entry of entries) {
    const { payload } = writes[entry.sequence - 1]!;
    expect(Buffer.compare(await backend.payload(entry), payload)).toBe(0);
  }
  if (damage.length > 0) return 'damage';
  expect(committed).toBe(newest);
  await backend.apply(entries.filter(({ sequence }) => sequence > header.settled));
  const whole = Buffer.compare(await backend.read(0, allBlocks), imageOf(writes, newest));
  expect(whole).toBe(0);
  return 'as it was';
}

it('F45: sidefile, header and volumes of two ages are refused, or are as they were, or say what they lost', async () => {
  const ages = await Life.of([
    async () => {},
    (life) => life.store(2),
    (life) => life.settle(1),
    (life) => life.store(2),
    (life) => life.settle(3),
    async (life) => {
      await life.store(2);
      await life.settle(4);
      await life.store(1);
    },
    (life) => life.settle(6),
    async (life) => {
      await life.store(1);
      await life.settle(7);
      await life.store(2);
      await life.settle(9);
    },
    (life) => life.store(1),
  ]);
  const mixtures = mixturesOf(ages, ['header', 'sidefile', 'volume-0', 'volume-1']);
  expect(await fatesOf(mixtures, asItWas)).toEqual({
    'as it was': 24,
    damage: 42,
    'header-unreadable': 240,
    'not-a-site': 198,
  });
});

it('F45: a stage of another age is not applied', async () => {
  const ages = await Life.of([
    (life) => life.stages(1),
    (life) => life.appliesStage(),
    (life) => life.stages(2),
    (life) => life.appliesStage(),
  ]);
  const mixtures = mixturesOf(ages, ['header', 'stage', 'volume-0']);
  const fates = await fatesOf(mixtures, async ({ backend }, { header }) => {
    const { kind } = header.consistency;
    if (kind === 'staged') await backend.applyStage();
    const update = ages.findIndex((age) => age.header === header) < 2 ? 1 : 2;
    expect([...(await backend.read(0, 1))]).toEqual(Array(blockBytes).fill(update));
    return 'as it was';
  });
  expect(fates).toEqual({ 'as it was': 2, 'header-unreadable': 17, 'not-a-site': 17 });
});
