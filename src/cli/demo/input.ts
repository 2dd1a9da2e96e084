import { constants, type FileHandle, open } from 'node:fs/promises';
import { between, chance, type Random } from '../../runtime/random.ts';
import { CommandError } from '../command-error.ts';

export const demoBlockBytes = 4096;

/** A file to be mirrored, as blocks. The last block is filled up with zeroes. */
export interface Input {
  readonly path: string;
  readonly bytes: number;
  readonly blocks: number;
  read(firstBlock: number, count: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export async function openInput(path: string, blockBytes: number): Promise<Input> {
  let file: FileHandle;
  try {
    // A pipe must not make us wait for whoever might write into it.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw new CommandError('no-input', `${path} cannot be read: ${(cause as Error).message}`);
  }
  const found = await file.stat();
  if (!found.isFile() || found.size === 0) {
    await file.close();
    throw new CommandError('no-input', `${path} is no file with bytes in it`);
  }
  if (found.size <= blockBytes) {
    await file.close();
    const sentence = `${path} has ${found.size} bytes; more than one block of ${blockBytes} are needed, so that there is a middle to lose the primary in`;
    throw new CommandError('no-input', sentence);
  }
  return {
    path,
    bytes: found.size,
    blocks: Math.ceil(found.size / blockBytes),
    async read(firstBlock, count) {
      const bytes = new Uint8Array(count * blockBytes);
      const from = firstBlock * blockBytes;
      // What is written behind its end meanwhile, as into a log, is not part of it.
      await file.read(bytes, 0, Math.min(bytes.length, found.size - from), from);
      return bytes;
    },
    close: () => file.close(),
  };
}

/** One piece of the input: where it goes, and whether other bytes are written there before. */
export interface Piece {
  readonly first: number;
  readonly count: number;
  readonly isOverwrite: boolean;
}

/** The whole input in pieces of random size, in an order that jumps about a little. */
export function piecesOf(blocks: number, random: Random, blocksMost: number): Piece[] {
  const pieces: Piece[] = [];
  for (let first = 0; first < blocks; ) {
    const size = chance(random, 0.5) ? blocksMost : between(random, 1, blocksMost);
    const count = Math.min(size, blocks - first);
    pieces.push({ first, count, isOverwrite: chance(random, 0.1) });
    first += count;
  }
  for (let index = 0; index < pieces.length; index++) {
    const other = Math.min(pieces.length - 1, index + between(random, 0, 40));
    [pieces[index], pieces[other]] = [pieces[other]!, pieces[index]!];
  }
  return pieces;
}

/** The piece and other bytes that it will replace. */
export function turnedOver(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => ~byte & 0xff);
}
