import type { Kind, Place } from './kind.ts';
import { limits } from './limits.ts';
import type { WireErrorCode } from './wire-error.ts';

const scalar = { form: 'scalar' } as const;
const none = 'all bits set: none';
export const wholeMax = Number.MAX_SAFE_INTEGER;

type Size = 1 | 2 | 4 | 8;

/** An unsigned big-endian number. */
export function whole(bytes: Size, least = 0, most = topOf(bytes)): Kind<number> {
  const check = (place: Place, value: number): void => {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return;
    throw place.fault('out-of-range', `found ${value}, allowed ${least}..${most}`);
  };
  return {
    name: `u${bytes * 8}`,
    bytes,
    least: bytes,
    allowed: least === 0 && most === topOf(bytes) ? anyOf(bytes) : `${least}..${shownMost(most)}`,
    shape: scalar,
    write(writer, value) {
      check(writer, value);
      writer.whole(value, bytes);
    },
    read(reader) {
      const value = reader.whole(bytes);
      check(reader, value);
      return value;
    },
  };
}

/** An unsigned 64-bit number, or all bits set in place of `absent`. */
export function wholeOrNone<Absent>(absent: Absent): Kind<number | Absent> {
  const number = whole(8);
  const shown = JSON.stringify(absent);
  return {
    name: 'u64 or none',
    bytes: 8,
    least: 8,
    allowed: `${number.allowed}, or ${none} (\`${shown}\` in vectors)`,
    shape: scalar,
    write(writer, value) {
      if (value === absent) writer.none();
      else number.write(writer, value as number);
    },
    read: (reader) => (reader.takeNone() ? absent : number.read(reader)),
  };
}

/** The one value that is allowed. */
export function exactly(bytes: Size, only: number, code: WireErrorCode): Kind<number> {
  const number = whole(bytes);
  const shown = only === 0 ? '0' : `0x${only.toString(16)}`;
  return {
    ...number,
    allowed: `${shown}, else \`${code}\``,
    write: (writer) => writer.whole(only, bytes),
    read(reader) {
      const value = reader.whole(bytes);
      if (value === only) return value;
      throw reader.fault(code, `found 0x${value.toString(16)}, expected ${shown}`);
    },
  };
}

export const flag: Kind<boolean> = {
  name: 'flag',
  bytes: 1,
  least: 1,
  allowed: '0 no, 1 yes, else `not-canonical`',
  shape: scalar,
  write: (writer, value) => writer.whole(value ? 1 : 0, 1),
  read(reader) {
    const value = reader.whole(1);
    if (value > 1) throw reader.fault('not-canonical', `found ${value}, allowed 0 and 1`);
    return value === 1;
  },
};

/** One of a few words; the first is 1. */
export function choice<Word extends string>(words: readonly Word[]): Kind<Word> {
  const allowed = words.map((word, index) => `${index + 1} ${word}`).join(', ');
  const code = whole(1, 1, words.length);
  return {
    name: 'choice',
    bytes: 1,
    least: 1,
    allowed,
    shape: scalar,
    write: (writer, value) => code.write(writer, words.indexOf(value) + 1),
    read: (reader) => words[code.read(reader) - 1]!,
  };
}

/** A set of sites, one bit each. */
export const siteBits: Kind<readonly (0 | 1 | 2)[]> = {
  name: 'site bits',
  bytes: 1,
  least: 1,
  allowed: 'bit 0 site 0, bit 1 site 1, bit 2 site 2; others 0, else `not-canonical`',
  shape: scalar,
  write(writer, sites) {
    const bits = sites.reduce<number>((sum, site) => sum | (1 << site), 0);
    if (sites.some((site, index) => index > 0 && site <= sites[index - 1]!)) {
      throw writer.fault('bad-order', `found sites ${sites.join()}, expected them ascending`);
    }
    writer.whole(bits, 1);
  },
  read(reader) {
    const bits = reader.whole(1);
    if (bits > 7) throw reader.fault('not-canonical', `found bits ${bits}, allowed 0..7`);
    return ([0, 1, 2] as const).filter((site) => (bits & (1 << site)) !== 0);
  },
};

/** Bytes that mean nothing as a number; hexadecimal, in lower case, as a value. */
export function opaque(bytes: number): Kind<string> {
  return {
    name: `${bytes} bytes`,
    bytes,
    least: bytes,
    allowed: 'any',
    shape: scalar,
    write(writer, value) {
      if (!/^[0-9a-f]*$/.test(value) || value.length !== 2 * bytes) {
        throw writer.fault('not-canonical', `expected ${2 * bytes} hexadecimal digits`);
      }
      writer.append(Buffer.from(value, 'hex'));
    },
    read: (reader) => reader.slice(bytes).toString('hex'),
  };
}

export const text: Kind<string> = {
  name: 'text',
  bytes: null,
  least: 2,
  allowed: `u16 bytes (at most ${limits.textBytesMax}, else \`too-many\`), then UTF-8`,
  shape: scalar,
  write(writer, value) {
    const bytes = Buffer.from(value, 'utf8');
    checkLength(writer, bytes.length);
    writer.whole(bytes.length, 2);
    writer.append(bytes);
  },
  read(reader) {
    const length = reader.whole(2);
    checkLength(reader, length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        reader.slice(length),
      );
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw reader.fault('bad-text', `found ${length} bytes`);
    }
  },
};

function checkLength(place: Place, length: number): void {
  if (length <= limits.textBytesMax) return;
  throw place.fault('too-many', `found ${length} bytes, allowed 0..${limits.textBytesMax}`);
}

function topOf(bytes: Size): number {
  return bytes === 8 ? wholeMax : 2 ** (8 * bytes) - 1;
}

const shownMost = (most: number): string => (most === wholeMax ? '2^53-1' : `${most}`);

const anyOf = (bytes: Size): string => (bytes === 8 ? '0..2^53-1' : 'any');
