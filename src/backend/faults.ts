/** What a simulated disk does to its user. Chances are per event, 0 to 1. */
export interface Faults {
  /** At a loss of power: an unflushed write is lost as a whole. */
  readonly lose: number;
  /** At a loss of power: of an unflushed write each sector comes through or not, by itself. */
  readonly tear: number;
  /** A flush fails: part of what it was to flush is lost, and the cache does not know. */
  readonly failFlush: number;
  /** A write ends early. */
  readonly shorten: number;
  /** Bytes the disk can hold. */
  readonly spaceBytes: number;
  /** A sector loses a bit, at a loss of power. */
  readonly rot: number;
  /** A write lands elsewhere in its file. */
  readonly misdirect: number;
}

export const noFaults: Faults = {
  lose: 0.5,
  tear: 0,
  failFlush: 0,
  shorten: 0,
  spaceBytes: Number.POSITIVE_INFINITY,
  rot: 0,
  misdirect: 0,
};

/**
 * Under these faults recovery is required: whatever was acknowledged is there after any number of
 * losses of power. Rot and misdirected writes are outside: one of them may cost what it hits, never
 * more, and it is named.
 */
export const faultBudget: Faults = {
  ...noFaults,
  lose: 0.4,
  tear: 0.4,
  failFlush: 0.01,
  shorten: 0.005,
};

/** Anything, at any time: only "nothing silent" is required. */
export const unlimitedFaults: Faults = { ...faultBudget, rot: 0.5, misdirect: 0.01 };

/** One thing that happened to the disk, in order. `file` is a number that stays when it is renamed. */
export type DiskEvent =
  | {
      readonly kind: 'write';
      readonly file: number;
      readonly offset: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'flush'; readonly file: number }
  | { readonly kind: 'truncate'; readonly file: number; readonly bytes: number }
  | { readonly kind: 'name'; readonly path: string; readonly file: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'flush-directory'; readonly path: string };

/** An unflushed write and which of its sectors come through. */
export type Survival = (write: {
  readonly index: number;
  readonly sectors: number;
}) => (sector: number) => boolean;

/** An error as the system gives it. */
export function fault(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}
