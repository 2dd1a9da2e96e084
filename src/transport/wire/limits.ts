import { rangesMax, runsMax } from '../../../models/frame-limits.ts';

/** The largest of everything on the wire. Part of the protocol: both ends refuse what is beyond. */
export const limits = {
  /** Bytes of a body; no message within the other limits needs more. */
  bodyBytesMax: 16 * 1024 * 1024,
  /** Bytes of a payload. */
  payloadBytesMax: 256 * 1024 * 1024,
  /** Bytes of a body before both ends have proved who they are. */
  greetingBytesMax: 16 * 1024,
  entriesMax: 65_536,
  rangesMax,
  recordsMax: 65_536,
  runsMax,
  /** Blocks of one `blocks` or one set of blocks, and blocks one run may span in `sums`. */
  blocksMax: 65_536,
  /** Checksums of one `sums`, all runs together. */
  sumsMax: 1_048_576,
  volumesMax: 1024,
  lanesMax: 16,
  textBytesMax: 512,
} as const;

/** How large a frame may be at this point of a connection. */
export interface Ceiling {
  readonly bodyBytesMax: number;
  readonly payloadBytesMax: number;
}

/** Before both ends have proved who they are. */
export const greetingCeiling: Ceiling = {
  bodyBytesMax: limits.greetingBytesMax,
  payloadBytesMax: 0,
};

export const sessionCeiling: Ceiling = limits;
