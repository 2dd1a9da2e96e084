import type { Arrangement } from '../../runtime/arrangement.ts';
import { HostError } from '../../runtime/host-error.ts';
import type { Random } from '../../runtime/random.ts';
import { type Input, type Piece, turnedOver } from './input.ts';
import { refuseStopped } from './stopped.ts';

export interface Progress {
  /** Bytes of the input that are acknowledged. */
  bytes: number;
  acknowledged: number;
  /** Writes that ended with an unknown fate and were written again. */
  repeated: number;
}

const outstanding = 24;
const attemptsMost = 20;

/**
 * Writes all pieces, many at once; what has an unknown fate or found no primary is written again. Whoever was
 * acknowledged goes on when `acknowledged` is done.
 */
export async function writeAll(
  arrangement: Arrangement,
  input: Input,
  pieces: readonly Piece[],
  progress: Progress,
  acknowledged: () => Promise<unknown> | null,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < pieces.length) {
      const piece = pieces[next++]!;
      const bytes = await input.read(piece.first, piece.count);
      if (piece.isOverwrite) await insist(arrangement, piece, turnedOver(bytes), progress);
      await insist(arrangement, piece, bytes, progress);
      progress.bytes += bytes.length;
      await acknowledged();
    }
  };
  await Promise.all(Array.from({ length: outstanding }, worker));
}

async function insist(
  arrangement: Arrangement,
  piece: Piece,
  bytes: Uint8Array,
  progress: Progress,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await arrangement.write(0, piece.first, bytes);
      progress.acknowledged++;
      return;
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      refuseStopped(arrangement);
      if (attempt >= attemptsMost) throw error;
      progress.repeated++;
    }
  }
}

/** The moment of the loss: an acknowledged write somewhere in the middle. */
export const momentOfLoss = (random: Random, pieces: number): number =>
  Math.max(1, Math.floor(pieces * (0.3 + 0.4 * random())));
