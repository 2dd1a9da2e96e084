import type { Header, Identity } from '../../models/header.ts';
import { liesOn } from '../../models/history.ts';
import type { Entry, Sequence } from '../../models/words.ts';
import { checkBlocks, checkExtent } from './address-space.ts';
import { sumOf } from './known-sums.ts';
import { BackendError, type StagedBlocks, type StoredWrite } from './port.ts';

/** What every backend refuses before it touches anything. */
export interface Limits {
  readonly maxBlocksPerWrite: number;
  readonly capacityLimit: number;
}

/** The payload is what the entry says, and the entry fits this site. */
export function checkWrite(identity: Identity, limits: Limits, write: StoredWrite): void {
  const { entry, payload } = write;
  checkExtent(identity, entry.extent, limits.maxBlocksPerWrite);
  const expected = entry.kind === 'data' ? entry.extent.count * identity.blockBytes : 0;
  if (payload.length !== expected) {
    throw new BackendError(
      'range',
      `the payload of ${nameOf(entry)} is ${payload.length} bytes, its extent says ${expected}`,
    );
  }
  const checksum = expected === 0 ? 0 : sumOf(payload);
  if (checksum !== entry.checksum) {
    throw new BackendError(
      'range',
      `the payload of ${nameOf(entry)} has checksum ${checksum}, its entry says ${entry.checksum}`,
    );
  }
}

/** The entry lies on the site's history and at or after what the sidefile keeps. */
export function checkPosition(header: Header, start: Sequence, entry: Entry): void {
  if (!Number.isSafeInteger(entry.sequence) || entry.sequence < start) {
    throw new BackendError('range', `${nameOf(entry)} lies before the sidefile's start ${start}`);
  }
  if (!liesOn(header.history, entry)) {
    throw new BackendError('range', `${nameOf(entry)} does not lie on the history of this site`);
  }
}

/** Is `entry` held already? Throws when the position is held with another checksum. */
export function checkHeld(held: Entry | undefined, entry: Entry): boolean {
  if (held === undefined || held.epoch !== entry.epoch) return false;
  if (held.checksum === entry.checksum) return true;
  throw new BackendError(
    'conflict',
    `${nameOf(entry)} is held with checksum ${held.checksum} and came with ${entry.checksum}`,
  );
}

export function checkHeader(identity: Identity, limits: Limits, header: Header): void {
  if (JSON.stringify(header.identity) !== JSON.stringify(identity)) {
    throw new BackendError(
      'other-arrangement',
      `the header is of ${identityName(header.identity)}, this is ${identityName(identity)}`,
    );
  }
  if (header.capacity > limits.capacityLimit) {
    throw new BackendError(
      'range',
      `capacity ${header.capacity} is above the limit ${limits.capacityLimit} of this site`,
    );
  }
}

export function checkStaged(identity: Identity, blocks: readonly StagedBlocks[]): void {
  for (const { first, bytes } of blocks) {
    if (bytes.length % identity.blockBytes !== 0) {
      throw new BackendError(
        'range',
        `${bytes.length} bytes at block ${first} are no multiple of ${identity.blockBytes}`,
      );
    }
    checkBlocks(identity, first, bytes.length / identity.blockBytes);
  }
}

export const nameOf = (entry: Entry) => `entry (${entry.epoch}, ${entry.sequence})`;

export const identityName = (identity: Identity) =>
  `site ${identity.site} of arrangement ${identity.arrangement}`;
