import { crc32 } from 'node:zlib';
import type { Header } from '../../models/header.ts';
import type { History } from '../../models/history.ts';
import { rangesOf } from '../../models/holding.ts';
import { type Entry, type Extent, type Range, type Sequence, siteIds } from '../../models/words.ts';
import { BackendError, type StoredWrite } from './port.ts';

/**
 * What a site held beyond a sequence, kept before it is cut or discarded (docs/exported-suffix.md):
 * text of one JSON document a line. The first line says whose it is, then comes one line for each
 * write, in order, its payload in base64; the last line counts them and has a checksum of all before.
 */
export interface Suffix {
  readonly arrangement: string;
  readonly site: number;
  readonly incarnation: number;
  readonly blockBytes: number;
  /** Blocks of each volume. */
  readonly volumes: readonly number[];
  /** Records of the site when it was exported: they name the epochs of the positions. */
  readonly history: History;
  /** Everything beyond it and up to `through` that the sidefile had. */
  readonly above: Sequence;
  readonly through: Sequence;
  readonly writes: readonly StoredWrite[];
  /** Held once and not here: dropped from the sidefile before, or unreadable. */
  readonly missing: readonly Range[];
}

export type SuffixHead = Omit<Suffix, 'writes' | 'missing'>;

export function suffixHead(header: Header, above: Sequence, through: Sequence): SuffixHead {
  const { identity, incarnation, history } = header;
  const { arrangement, site, blockBytes, volumes } = identity;
  return { arrangement, site, incarnation, blockBytes, volumes, history, above, through };
}

export const suffixVersion = 1;
const format = 'sidefile-suffix';

/** Encodes line by line, so that no suffix is in memory as a whole. */
export class SuffixEncoder {
  private checksum = 0;
  private count = 0;

  head(head: SuffixHead): Uint8Array {
    return this.line({ format, version: suffixVersion, ...head });
  }

  write({ entry, payload }: StoredWrite): Uint8Array {
    const { epoch, sequence, extent, kind, checksum } = entry;
    const encoded = Buffer.from(payload).toString('base64');
    this.count++;
    return this.line({ epoch, sequence, ...extent, kind, checksum, payload: encoded });
  }

  end(): Uint8Array {
    const { count, checksum } = this;
    return this.line({ end: true, writes: count, checksum });
  }

  private line(value: object): Uint8Array {
    const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
    this.checksum = crc32(bytes, this.checksum);
    return bytes;
  }
}

/** Throws a BackendError that names the line: `format-version`, or `rot` for whatever is not as written. */
export function decodeSuffix(bytes: Uint8Array, name: string): Suffix {
  const text = Buffer.from(bytes).toString();
  const lines = text.split('\n');
  const last = lines.length - 2;
  if (last < 1 || lines.pop() !== '') throw damaged(name, lines.length, 'it ends in the middle');
  const head = parsed(lines[0]!, name, 1) as unknown as SuffixHead & Record<string, unknown>;
  refuseOther(head, name);
  const end = parsed(lines[last]!, name, last + 1);
  const before = Buffer.byteLength(text) - Buffer.byteLength(lines[last]!) - 1;
  const checksum = crc32(bytes.subarray(0, before));
  if (end.end !== true || end.writes !== last - 1) {
    throw damaged(
      name,
      last + 1,
      `its last line counts ${end.writes} writes, ${last - 1} are there`,
    );
  }
  if (end.checksum !== checksum) {
    throw damaged(
      name,
      last + 1,
      `its checksum is ${checksum}, its last line says ${end.checksum}`,
    );
  }
  const writes = lines.slice(1, last).map((line, index) => writeOf(line, name, index + 2));
  const { arrangement, site, incarnation, blockBytes, volumes, history, above, through } = head;
  const known = { arrangement, site, incarnation, blockBytes, volumes, history, above, through };
  return { ...known, writes, missing: missingOf(known, writes) };
}

function refuseOther(head: Record<string, unknown>, name: string): void {
  if (head.format !== format) throw damaged(name, 1, 'it is no exported suffix');
  if (head.version !== suffixVersion) {
    throw new BackendError(
      'format-version',
      `${name} has version ${head.version} of the format, this program reads ${suffixVersion}`,
    );
  }
  if (!(siteIds as readonly unknown[]).includes(head.site)) {
    throw damaged(name, 1, `site ${head.site} is not within 0..2`);
  }
}

function writeOf(line: string, name: string, number: number): StoredWrite {
  const { payload, volume, first, count, ...told } = parsed(line, name, number) as unknown as Line;
  const { epoch, sequence, kind, checksum } = told;
  const bytes = Buffer.from(String(payload), 'base64');
  const found = kind === 'data' ? crc32(bytes) : 0;
  if (found !== checksum) {
    throw damaged(name, number, `the payload has checksum ${found}, its entry says ${checksum}`);
  }
  const entry: Entry = { epoch, sequence, extent: { volume, first, count }, kind, checksum };
  return { entry, payload: new Uint8Array(bytes) };
}

type Line = Omit<Entry, 'extent'> & Extent & { readonly payload: string };

function parsed(line: string, name: string, number: number): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw damaged(name, number, 'it is no JSON', cause);
  }
}

function missingOf({ above, through }: SuffixHead, writes: readonly StoredWrite[]): Range[] {
  const there = new Set(writes.map(({ entry }) => entry.sequence));
  const missing: Sequence[] = [];
  for (let sequence = above + 1; sequence <= through; sequence++) {
    if (!there.has(sequence)) missing.push(sequence);
  }
  return rangesOf(missing);
}

const damaged = (name: string, line: number, why: string, cause?: unknown): BackendError =>
  new BackendError('rot', `${name}, line ${line}: ${why}`, { cause });
