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

/** Both in order: of a position that both have, the newer one. */
export async function* withKept(
  writes: AsyncIterable<StoredWrite>,
  kept: readonly StoredWrite[],
): AsyncIterable<StoredWrite> {
  let next = 0;
  for await (const write of writes) {
    while (next < kept.length && kept[next]!.entry.sequence < write.entry.sequence) {
      yield kept[next++]!;
    }
    if (kept[next]?.entry.sequence === write.entry.sequence) next++;
    yield write;
  }
  yield* kept.slice(next);
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
  const decoder = new SuffixDecoder(name);
  decoder.add(bytes);
  return decoder.end();
}

/** Decodes part by part: a text may be longer than any string. Throws as above, as soon as it can. */
export class SuffixDecoder {
  private readonly name: string;
  private head: SuffixHead | null = null;
  private readonly writes: StoredWrite[] = [];
  /** Of all lines that are known not to be the last one. */
  private checksum = 0;
  /** What the first line says, if this program does not read it. */
  private otherVersion: unknown;
  /** The last line that has ended; null: none but the first one has. */
  private newest: Uint8Array | null = null;
  private lines = 0;
  /** Of the line that has not ended. */
  private begun: Uint8Array[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** `bytes` must not change any more. */
  add(bytes: Uint8Array): void {
    let from = 0;
    for (let end = bytes.indexOf(newLine); end >= 0; end = bytes.indexOf(newLine, from)) {
      this.line(Buffer.concat([...this.begun, bytes.subarray(from, end + 1)]));
      this.begun = [];
      from = end + 1;
    }
    if (from < bytes.length) this.begun.push(bytes.subarray(from));
  }

  end(): Suffix {
    const { checksum, head, name, newest, lines, writes } = this;
    if (this.otherVersion !== undefined) throw this.refusalOfVersion();
    if (head === null || newest === null || this.begun.length > 0) {
      throw damaged(name, lines + 1, 'it ends in the middle');
    }
    const end = parsed(newest, name, lines);
    if (end.end !== true || end.writes !== writes.length) {
      const counted = `its last line counts ${end.writes} writes, ${writes.length} are there`;
      throw damaged(name, lines, counted);
    }
    if (end.checksum !== checksum) {
      const told = `its checksum is ${checksum}, its last line says ${end.checksum}`;
      throw damaged(name, lines, told);
    }
    const { arrangement, site, incarnation, blockBytes, volumes, history, above, through } = head;
    const known = { arrangement, site, incarnation, blockBytes, volumes, history, above, through };
    return { ...known, writes, missing: missingOf(known, writes) };
  }

  private line(bytes: Uint8Array): void {
    const { name, newest } = this;
    this.lines++;
    if (this.head === null) {
      const head = parsed(bytes, name, 1);
      if (head.format !== format) throw damaged(name, 1, 'it is no exported suffix');
      if (head.version !== suffixVersion) this.otherVersion = head.version ?? null;
      else refuseSite(head, name);
      this.head = head as unknown as SuffixHead;
      this.checksum = crc32(bytes);
      return;
    }
    if (newest !== null) {
      if (this.otherVersion === undefined) {
        this.writes.push(writeOf(newest, name, this.lines - 1));
      }
      this.checksum = crc32(newest, this.checksum);
    }
    this.newest = bytes;
  }

  /** Whoever wrote it may have ended it otherwise; where it ends as ours do and its checksum is another, it is damaged. */
  private refusalOfVersion(): BackendError {
    const { checksum, name, newest, otherVersion } = this;
    const told = `version ${otherVersion} of the format, this program reads ${suffixVersion}`;
    const sum = newest === null || this.begun.length > 0 ? undefined : checksumIn(newest);
    if (sum === undefined || sum === checksum) {
      return new BackendError('format-version', `${name} has ${told}`);
    }
    const sums = `its checksum is ${checksum}, its last line says ${sum}`;
    return damaged(name, 1, `it says ${told}, and ${sums}`);
  }
}

const newLine = 10;

/** Undefined: it is no last line as this program writes it. */
function checksumIn(line: Uint8Array): number | undefined {
  try {
    const { checksum, end } = parsed(line, '', 0);
    return end === true && typeof checksum === 'number' ? checksum : undefined;
  } catch {
    return undefined;
  }
}

function refuseSite(head: Record<string, unknown>, name: string): void {
  if (!(siteIds as readonly unknown[]).includes(head.site)) {
    throw damaged(name, 1, `site ${head.site} is not within 0..2`);
  }
}

function writeOf(line: Uint8Array, name: string, number: number): StoredWrite {
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

function parsed(line: Uint8Array, name: string, number: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(line).toString());
  } catch (cause) {
    throw damaged(name, number, 'it is no JSON', cause);
  }
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw damaged(name, number, 'it is no object');
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
