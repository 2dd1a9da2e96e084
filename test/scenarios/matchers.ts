import { expect } from 'vitest';
import { liesOn } from '../../models/history.ts';
import type { Suffix } from '../../src/backend/suffix.ts';
import { imageAt } from '../../src/simulator/image.ts';
import { contentsOf } from '../../src/simulator/volume-audit.ts';
import type { Actor } from './actor.ts';
import type { Stage } from './stage.ts';

/** What a play claims of its sites, in the words of the failure matrix. */
declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: as Vitest declares it
  interface Matchers<T = any> {
    /** Same writes, same history, applied alike, same bytes. */
    toHoldTheWriteSetOf(other: Actor): Promise<void>;
    toServe(): void;
    /** The last plan made for it since the mark. */
    toHaveBeenPlanned(verdict: string, reason: string, count: number): void;
    /** Exactly the writes first..last came from that site, in order, by a plan that said so. */
    toHaveReceivedDelta(source: Actor, first: number, last: number): void;
    /** Of a stage: every acknowledged write is on the history that is served, and read back. */
    toHaveLostNothing(): Promise<void>;
    /** Of a stage: the newest loss recorded is R, everything acknowledged up to it is there, none beyond. */
    toHaveLostBeyond(sequence: number): Promise<void>;
    /** Of a stage: every write of the suffix is one a host asked for, at its position, byte by byte. */
    toHaveExported(suffix: Suffix): void;
  }
}

const outcome = (pass: boolean, sentence: string) => ({ pass, message: () => sentence });

expect.extend({
  async toHoldTheWriteSetOf(actor: Actor, other: Actor) {
    const [own, theirs] = [await contentOf(actor), await contentOf(other)];
    const sentence = `${actor.name} and ${other.name}:\n${own}\n${theirs}`;
    return outcome(own === theirs, sentence);
  },

  toServe(actor: Actor) {
    return outcome(actor.isServing, `${actor.name} ${actor.isUp ? 'is up' : 'is down'}`);
  },

  toHaveBeenPlanned(actor: Actor, verdict: string, reason: string, count: number) {
    const plan = actor.plans().at(-1);
    const pass =
      plan !== undefined &&
      plan.verdict === verdict &&
      plan.reason === reason &&
      plan.count === count;
    return outcome(pass, `wanted ${verdict} (${reason}) of ${count}: ${JSON.stringify(plan)}`);
  },

  toHaveReceivedDelta(actor: Actor, source: Actor, first: number, last: number) {
    const length = last - first + 1;
    const wanted = Array.from({ length }, (_, index) => first + index);
    const came = actor.receivedFrom(source).slice(0, length);
    const planned = actor.plans().some(({ verdict, count }) => {
      return verdict === 'delta' && count === length;
    });
    const sentence = `wanted ${wanted}, came ${came}; plans ${JSON.stringify(actor.plans())}`;
    return outcome(planned && came.join() === wanted.join(), sentence);
  },

  async toHaveLostNothing(stage: Stage) {
    const { missing, record } = await lossOf(stage);
    const wrong = missing.join();
    return outcome(wrong === '' && record === null, `missing: ${wrong}; record: ${record}`);
  },

  async toHaveLostBeyond(stage: Stage, sequence: number) {
    const { missing, record } = await lossOf(stage);
    const pass = record === sequence && missing.every((one) => one > sequence);
    return outcome(pass, `missing: ${missing.join()}; record: ${record}`);
  },

  toHaveExported({ journal }: Stage, { above, through, writes }: Suffix) {
    const wrong = writes.filter(({ entry, payload }) => {
      const asked = journal.at(entry.epoch, entry.sequence);
      if (!asked || JSON.stringify(asked.extent) !== JSON.stringify(entry.extent)) return true;
      return Array.from({ length: entry.extent.count }, (_, index) =>
        journal.contentAt(payload, index, entry.extent.first + index),
      ).some(({ write, isWhole }) => write !== asked.id || !isWhole);
    });
    const isComplete = writes.length === through - above;
    const sentence = `${writes.length} writes of ${above + 1}..${through}, ${wrong.length} of them wrong`;
    return outcome(isComplete && writes.length > 0 && wrong.length === 0, sentence);
  },
});

async function contentOf(actor: Actor): Promise<string> {
  const { context, disk } = actor;
  const { journal, volumes } = actor.stage;
  const contents = await contentsOf(disk.backend!, journal, volumes);
  const blocks = contents
    .map((content) => (content?.isWhole ? content.write : `${content?.write ?? 'unreadable'}!`))
    .join();
  return `e${actor.epoch} holds ${JSON.stringify(context.held)} applied ${context.applied} of ${context.header.consistency.kind}: ${blocks}`;
}

/** Acknowledged writes that are not served any more, and the largest loss the served history records. */
async function lossOf(stage: Stage): Promise<{ missing: number[]; record: number | null }> {
  const serving = stage.sites.find(({ isServing }) => isServing);
  if (!serving) throw new Error(`nobody serves\n${stage.describe()}`);
  const { history } = serving.context.header;
  const { journal, volumes, host } = stage;
  const missing = new Set<number>();
  for (const { acknowledged, positions } of journal.writes) {
    const position = positions[0];
    if (acknowledged === null || !position) continue;
    const held = liesOn(history, position) && position.sequence <= serving.holds;
    if (!held) missing.add(position.sequence);
  }
  const { image } = imageAt(journal, history, serving.context.committed, volumes);
  for (const [volume, blocks] of volumes.entries()) {
    const before = volumes.slice(0, volume).reduce((sum, count) => sum + count, 0);
    for (let block = 0; block < blocks; block++) {
      const seen = await host.reads(block, volume);
      if (seen !== image[before + block]) missing.add(-(before + block));
    }
  }
  const losses = history.flatMap(({ lossBeyond }) => (lossBeyond === null ? [] : [lossBeyond]));
  return { missing: [...missing], record: losses.at(-1) ?? null };
}
