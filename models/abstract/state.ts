import type { Epoch, Sequence, SiteId } from '../words.ts';

/**
 * The state of the abstract protocol: spec/sidefile.qnt in TypeScript, but for the contents of volumes
 * and what only its own properties read. Epochs are numbered as in models/ (genesis is 0, none is -1).
 * Lists are sorted and plain, so that equal states are equal as text.
 */
export interface AbstractState {
  readonly sites: readonly [AbstractSite, AbstractSite, AbstractSite];
  readonly hosts: AbstractHosts;
  readonly words: Words;
}

/** (epoch, sequence) as one number: a position names one write for ever. */
export type Write = number;

const span = 1_000_000;
export const writeOf = (epoch: Epoch, sequence: Sequence): Write => epoch * span + sequence;
export const epochOfWrite = (write: Write): Epoch => Math.floor(write / span);
export const sequenceOf = (write: Write): Sequence => write % span;

/** What lies on no history: all blocks have to be compared. */
export const NOWHERE: Write = Number.MAX_SAFE_INTEGER;

export interface AbstractSite {
  // On disk.
  readonly incarnation: number;
  /** Beyond `record`: between two epochs, and silent in both. */
  readonly promised: Epoch;
  /** Epoch of the newest record it stored; -1: none. */
  readonly record: Epoch;
  /** Every write it can account for: sidefile entries, and blocks if it is consistent. */
  readonly held: readonly Write[];
  /** Writes up to here are blocks only. */
  readonly sidefileFrom: Sequence;
  /** c: everything up to here may be applied. */
  readonly commit: Sequence;
  /** How far the volume is, or redo will bring it; 0 while it is inconsistent. */
  readonly applied: Sequence;
  readonly consistent: boolean;
  /** Of an inconsistent volume: the last write that an update in place may have left in it; 0: none. */
  readonly mixed: Write;
  /** It lost an entry that it may have acknowledged: no holder until it was given blocks. */
  readonly damaged: boolean;
  // In memory, gone after a crash.
  readonly up: boolean;
  readonly appointed: boolean;
  readonly serving: boolean;
  /** The sequence of the next host write; 0 if it is no primary. */
  readonly next: Sequence;
  readonly waiting: readonly Write[];
  /** The number it stands for; -1: none. */
  readonly candidate: Epoch;
  /** As primary, what it believes each site to hold without a gap, as said in its epoch. */
  readonly notes: readonly [Note, Note, Note];
  /** c as far as it knows. */
  readonly known: Sequence;
  /** An operator chose another branch than its own. */
  readonly discards: boolean;
  /** Where a staged update comes from; -1: none is under way. */
  readonly source: SiteId | -1;
  /** The position that source said the volume may come to stand at; -1: not yet. */
  readonly offer: Sequence;
  /** That update ships what bits name, and does not compare all blocks. */
  readonly bits: boolean;
  /** Up to where it has overwritten blocks of the volume in place; 0: none. */
  readonly shipped: Sequence;
  /** It is damaged, and was given blocks in its epoch: sound again once it holds what was elected. */
  readonly mended: boolean;
}

export interface Note {
  /** 0: nothing is noted. */
  readonly incarnation: number;
  readonly through: Sequence;
}

/** None is under way. */
export const noUpdate = { source: -1, offer: -1, bits: false, shipped: 0 } as const;

export const noNote: Note = { incarnation: 0, through: 0 };
export const noNotes = [noNote, noNote, noNote] as const;

export interface AbstractHosts {
  /** Every write that was given a position. */
  readonly sent: readonly Write[];
  /** Writes a host was told of, and the epoch in which it was. */
  readonly acknowledged: readonly Told[];
}

export interface Told {
  readonly write: Write;
  readonly by: Epoch;
}

/** What was said and may still be heard. Saying more is what steps do; a word that is lost is no step. */
export interface Words {
  readonly records: readonly AbstractRecord[];
  /** Records that candidates decided with a majority, and that are not durable at them yet: nobody else heard of them. */
  readonly decided: readonly AbstractRecord[];
  /** Records of another branch that sites took at an operator's word, and that are not durable at them yet. */
  readonly chosen: readonly Chosen[];
  /** Numbers whose candidate asked for promises. */
  readonly asked: readonly Epoch[];
  readonly promises: readonly Given[];
  /** Which incarnation of which site stored which record. */
  readonly stored: readonly Stored[];
  /** Epochs whose record is known to be stored by two sites with a vote in it. */
  readonly standing: readonly Epoch[];
  readonly said: readonly Said[];
}

/** An epoch's record and where it lies: for each ancestor the last sequence that still counts. */
export interface AbstractRecord {
  readonly epoch: Epoch;
  readonly primary: SiteId;
  readonly syncSet: readonly SiteId[];
  readonly incarnations: readonly [number, number, number];
  readonly parent: { readonly epoch: Epoch; readonly sequence: Sequence };
  readonly ends: readonly (readonly [Epoch, Sequence])[];
  readonly how: 'genesis' | 'majority' | 'forced';
  readonly loss: boolean;
}

export interface Chosen {
  readonly epoch: Epoch;
  readonly site: SiteId;
}

export interface Given {
  readonly epoch: Epoch;
  readonly summary: AbstractSummary;
}

/** What a promise says about its sender; final, because the sender is silent from then on. */
export interface AbstractSummary {
  readonly site: SiteId;
  readonly incarnation: number;
  readonly record: Epoch;
  readonly held: readonly Write[];
  readonly sidefileFrom: Sequence;
  readonly commit: Sequence;
  readonly consistent: boolean;
  readonly damaged: boolean;
}

export interface Stored {
  readonly epoch: Epoch;
  readonly site: SiteId;
  readonly incarnation: number;
}

/** What was said in one epoch. */
export interface Said {
  readonly epoch: Epoch;
  readonly held: readonly [Note, Note, Note];
  /** "No newer epoch", asked after the primary held everything up to here. */
  readonly shown: Sequence;
  /** The primary: c. Mirrors: what they durably know of it. */
  readonly commit: Sequence;
}

export const nothingSaid = (epoch: Epoch): Said => ({
  epoch,
  held: noNotes,
  shown: 0,
  commit: 0,
});

export const sortedWrites = (writes: Iterable<Write>): readonly Write[] =>
  [...new Set(writes)].sort((one, other) => one - other);

/** Equal states are equal as text. */
export const textOf = (value: unknown): string => JSON.stringify(value);

/** The same for a part that never changes, and is asked for often. */
export function textOnce(part: object): string {
  const known = texts.get(part);
  if (known !== undefined) return known;
  const text = textOf(part);
  texts.set(part, text);
  return text;
}

const texts = new WeakMap<object, string>();
