import { isUint8Array } from 'node:util/types';
import { siteIds } from '../../../models/words.ts';
import { shown } from '../../runtime/shown.ts';
import {
  aFunction,
  oneOf,
  type Test,
  type Tests,
  time,
  whole,
  withFunctions,
  within,
} from '../../runtime/value-tests.ts';
import { limits } from '../wire/limits.ts';
import type { LinkErrorCode } from './link-error.ts';
import type { Address, LinkDurations, TcpOptions, TcpSetup, Versions } from './tcp-options.ts';

/** What each option of links may be, and what is wrong with those given: null, or a code and a sentence. */
export type LinkFault = readonly [code: LinkErrorCode, sentence: string] | null;

export const keyBytesLeast = 16;

const text: Test = (value) => (typeof value === 'string' && value !== '' ? null : 'no text');

const durations: Tests<LinkDurations> = {
  ping: time('above 0'),
  silenceMax: time('above 0'),
  handshakeMax: time('above 0'),
  reconnectLeast: time('above 0'),
  reconnectMost: time('above 0'),
};

const spoken: Tests<Versions> = { lowest: whole(1, 65535), highest: whole(1, 65535) };

const identity: Tests<TcpOptions['identity']> = {
  arrangement: text,
  site: oneOf(...siteIds),
  distance: oneOf('near', 'far'),
  blockBytes: whole(512, 65536),
  volumes: (value) => {
    if (!Array.isArray(value)) return 'no list of numbers of blocks';
    return value.every((blocks) => whole(1, 2 ** 31)(blocks) === null)
      ? null
      : `not all are whole numbers within 1..${2 ** 31}`;
  },
};

/** Every field is needed. */
const all =
  (tests: Readonly<Record<string, Test>>): Test =>
  (value) => {
    const given = (value ?? {}) as Readonly<Record<string, unknown>>;
    const missing = Object.keys(tests).find((name) => given[name] === undefined);
    return missing === undefined ? within(tests)(value) : `without ${missing}`;
  };

const options: Tests<Omit<TcpOptions, 'key' | 'certificates' | 'listen'>> = {
  identity: all(identity),
  incarnation: whole(0, 2 ** 32 - 1),
  boot: whole(0, 2 ** 32 - 1),
  addressOf: aFunction,
  lanes: whole(1, limits.lanesMax),
  durations: within(durations),
  waitingBytesMax: whole(1, 2 ** 40),
  strangersMax: whole(1, 65536),
  spoken: all(spoken),
  newestEpoch: aFunction,
  clock: withFunctions('now', 'after', 'soon'),
  random: aFunction,
  incident: aFunction,
};

const needed = ['identity', 'incarnation', 'boot', 'addressOf'] as const;

export function faultOfOptions(given: TcpOptions): LinkFault {
  const { certificates, key, listen, ...rest } = given;
  const missing = needed.find((name) => given[name] === undefined);
  if (missing !== undefined) return ['option', `Found none, needed is ${missing}.`];
  const fault = within(options)(rest);
  if (fault !== null) return ['option', `Found links ${fault}.`];
  return faultOfKey(key ?? null, certificates == null) ?? faultOfListen(listen);
}

const faultOfListen = (listen: unknown): LinkFault => {
  const fault = listen === undefined ? null : faultOfAddress(listen);
  return fault === null ? null : ['address', fault];
};

/** A key is a secret: its value is in no sentence. */
function faultOfKey(key: unknown, isAlone: boolean): LinkFault {
  if (key === null) return isAlone ? ['key', 'Found neither.'] : null;
  const allowed = `allowed are bytes (a Uint8Array), ${keyBytesLeast} or more`;
  if (!isUint8Array(key)) return ['key', `Found a key of type ${typeof key}, ${allowed}.`];
  return key.length < keyBytesLeast
    ? ['key', `Found one of ${key.length} bytes, ${allowed}.`]
    : null;
}

/** What the system would not even try. */
export function faultOfAddress(address: unknown): string | null {
  const { host, port } = (address ?? {}) as Partial<Address>;
  if (text(host) !== null) return `Found host ${shown(host)}, no text.`;
  return whole(0, 65535)(port) === null ? null : `Found port ${shown(port)}, allowed 0..65535.`;
}

/** Each is possible, and together they are not. */
export function faultTogether({ durations, spoken }: TcpSetup): LinkFault {
  const { ping, silenceMax, reconnectLeast, reconnectMost } = durations;
  if (ping >= silenceMax) {
    const sentence = `ping: found ${ping} ms, allowed are those below silenceMax, ${silenceMax} ms.`;
    return ['option', sentence];
  }
  if (reconnectLeast > reconnectMost) {
    const sentence = `reconnectLeast: found ${reconnectLeast} ms, allowed are those to reconnectMost, ${reconnectMost} ms.`;
    return ['option', sentence];
  }
  if (spoken.lowest <= spoken.highest) return null;
  return ['option', `spoken: found lowest ${spoken.lowest} above highest ${spoken.highest}.`];
}
