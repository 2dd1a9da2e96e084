import { crc32 } from 'node:zlib';
import type { Identity } from '../../models/header.ts';
import { identityName } from './admission.ts';
import type { CheckedFile } from './checked-file.ts';
import { BackendError } from './port.ts';

/** Every file of a site begins with two copies of it; written once, when the site is created. */
export interface Label {
  readonly file: 'header' | 'sidefile' | 'volume' | 'stage';
  readonly volume: number;
  readonly identity: Identity;
  /** Incarnation at creation: files of two creations never mix. */
  readonly created: number;
  readonly slotBytes: number;
  readonly ringBytes: number;
  readonly maxBlocksPerWrite: number;
  readonly capacityLimit: number;
}

export const formatVersion = 4;
export const labelBytes = 4096;
/** The copies lie apart, so that one misplaced write of a few blocks hits one of them only. */
const copyPlaces = [0, 2 * labelBytes];
/** Where a file's own content begins. */
export const labelsBytes = 3 * labelBytes;

const magic = new TextEncoder().encode('SIDEFILE');

/** Starts every checksum of the site's records, so that none is taken for another site's. */
export function seedOf(label: Label): number {
  const { arrangement, site } = label.identity;
  return crc32(`${arrangement}\n${site}\n${label.created}`);
}

export function encodeLabel(label: Label): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(label));
  if (text.length > labelBytes - 20) {
    throw new BackendError(
      'range',
      `the label of this site takes ${text.length} bytes, ${labelBytes - 20} are there: fewer volumes`,
    );
  }
  const bytes = new Uint8Array(labelBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, formatVersion, true);
  view.setUint32(12, text.length, true);
  bytes.set(text, 16);
  view.setUint32(labelBytes - 4, crc32(bytes.subarray(0, labelBytes - 4)), true);
  return bytes;
}

export async function writeLabel(file: CheckedFile, label: Label): Promise<void> {
  for (const place of copyPlaces) await file.write(place, [encodeLabel(label)]);
}

/** Writes a copy again that is not as it should be. */
export async function mendLabel(file: CheckedFile, label: Label): Promise<void> {
  const bytes = encodeLabel(label);
  for (const place of copyPlaces) {
    const found = await file.read(place, labelBytes).catch(() => null);
    if (!found || Buffer.compare(found, bytes) !== 0) await file.write(place, [bytes]);
  }
}

export async function readLabel(file: CheckedFile): Promise<Label> {
  const copies: Uint8Array[] = [];
  const faults: Error[] = [];
  for (const place of copyPlaces) {
    await file.read(place, labelBytes).then(
      (copy) => copies.push(copy),
      (fault: Error) => faults.push(fault),
    );
  }
  for (const copy of copies) {
    if (judge(copy) === 'good') {
      const length = viewOf(copy).getUint32(12, true);
      return JSON.parse(new TextDecoder().decode(copy.subarray(16, 16 + length)));
    }
  }
  throw faults[0] ?? refusalOf(copies, file.path);
}

/** What a file begins with that is in the way of a new one. Blank also where a label was torn, and its checksum is left. */
export async function remainsIn(file: CheckedFile): Promise<'blank' | 'labelled' | 'foreign'> {
  const bytes = await file.read(0, labelsBytes);
  if (copyPlaces.some((place) => judge(bytes.subarray(place)) !== 'foreign')) return 'labelled';
  for (const place of copyPlaces) bytes.fill(0, place + labelBytes - 4, place + labelBytes);
  return bytes.every((byte) => byte === 0) ? 'blank' : 'foreign';
}

/** The label of a file that belongs beside the header whose label is given; that may have grown since. */
export async function checkLabel(file: CheckedFile, header: Label, label: Label): Promise<Label> {
  const found = await readLabel(file);
  const { slotBytes } = found;
  if (JSON.stringify(found) === JSON.stringify({ ...label, slotBytes })) return found;
  if (JSON.stringify(found.identity) !== JSON.stringify(header.identity)) {
    throw new BackendError(
      'other-arrangement',
      `${file.path} is of ${identityName(found.identity)}, the header of ${identityName(header.identity)}: give each file its own site`,
    );
  }
  const what = found.created === header.created ? 'another file' : 'another creation';
  throw new BackendError(
    'other-arrangement',
    `${file.path} (${found.file} ${found.volume}) is of ${what} of ${identityName(found.identity)}: put the right file there or create the site again and resync it`,
  );
}

function judge(copy: Uint8Array): 'good' | 'foreign' | 'other-version' | 'bad' {
  if (!magic.every((byte, index) => copy[index] === byte)) return 'foreign';
  const view = viewOf(copy);
  if (view.getUint32(8, true) !== formatVersion) return 'other-version';
  const checksum = crc32(copy.subarray(0, labelBytes - 4));
  return view.getUint32(labelBytes - 4, true) === checksum ? 'good' : 'bad';
}

function refusalOf(copies: readonly Uint8Array[], path: string): BackendError {
  const verdicts = copies.map(judge);
  if (verdicts.every((verdict) => verdict === 'foreign')) {
    return new BackendError('not-a-site', `${path} is not a file of a site: create the site first`);
  }
  if (verdicts.every((verdict) => verdict === 'other-version')) {
    const version = viewOf(copies[0]!).getUint32(8, true);
    return new BackendError(
      'format-version',
      `${path} has format version ${version}, this program reads ${formatVersion}: use the program that wrote it`,
    );
  }
  return new BackendError(
    'header-unreadable',
    `${path}: both copies of its label are damaged: create the site again and resync it`,
  );
}

const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
