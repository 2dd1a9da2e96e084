/** How much one message tells at most; a frame takes no more (spec/wire.md, Limits). */

/** Ranges of one holding, and of one question for entries. */
export const rangesMax = 65_536;

/** Runs of blocks. */
export const runsMax = 262_144;

/** Blocks of one run. */
export const runBlocksMax = 2 ** 32 - 1;
