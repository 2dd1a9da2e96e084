import type { Sequence } from '../../../models/words.ts';
import { struct } from './composites.ts';
import { field, type Kind } from './kind.ts';
import { limits } from './limits.ts';
import { choice, opaque, text, whole } from './scalars.ts';
import { volumes } from './structures.ts';

/** What the two ends of a connection say to each other; no site hears of it. */
export type Greeting =
  | ({ readonly type: 'hello' } & Hello)
  | ({ readonly type: 'welcome' } & Welcome)
  | { readonly type: 'proof'; readonly proof: string }
  | { readonly type: 'ready' }
  | ({ readonly type: 'goodbye' } & Goodbye)
  | { readonly type: 'ping'; readonly token: number }
  | { readonly type: 'pong'; readonly token: number };

export type GreetingType = Greeting['type'];

interface Hello {
  /** Versions the caller speaks, both ends included. */
  readonly lowest: number;
  readonly highest: number;
  /** Connections of this session. */
  readonly lanes: number;
  /** Largest number the caller knows any session between the two to have had. */
  readonly sessionFloor: number;
  readonly nonce: string;
  readonly blockBytes: number;
  readonly volumes: readonly Sequence[];
}

interface Welcome {
  /** The highest version both speak. */
  readonly version: number;
  readonly nonce: string;
  readonly blockBytes: number;
  readonly volumes: readonly Sequence[];
}

/** Why a connection ends. */
export const goodbyeReasons = [
  'closing',
  'version',
  'arrangement',
  'site',
  'volumes',
  'proof',
  'protocol',
  'silence',
  'crowded',
  'session',
] as const;

export type GoodbyeReason = (typeof goodbyeReasons)[number];

interface Goodbye {
  readonly reason: GoodbyeReason;
  /** Versions the sender speaks. Use: the other end tells its operator what to update. */
  readonly lowest: number;
  readonly highest: number;
  /** For people. */
  readonly sentence: string;
}

type Layouts = {
  readonly [Type in GreetingType]: {
    readonly code: number;
    readonly body: Kind<Omit<Extract<Greeting, { type: Type }>, 'type'>>;
  };
};

const nonce = field(opaque(32), 'random, never used twice');
const blockBytes = field(whole(4, 512, 65_536), 'bytes of a block');
const ownVolumes = field(volumes, 'blocks of each volume');
const version = whole(2, 1);
const token = field(whole(8), 'a `pong` repeats that of its `ping`');

export const greetingLayouts: Layouts = {
  hello: {
    code: 1,
    body: struct<Hello>(
      'hello',
      {
        lowest: field(version, 'lowest protocol version the caller speaks'),
        highest: field(version, 'highest one; not below `lowest`, else `impossible-range`'),
        lanes: field(whole(1, 1, limits.lanesMax), 'connections of this session'),
        sessionFloor: field(whole(8), 'largest session number the caller knows of'),
        nonce,
        blockBytes,
        volumes: ownVolumes,
      },
      (place, { lowest, highest }) => {
        if (highest < lowest) throw place.fault('impossible-range', `${lowest}..${highest}`);
      },
    ),
  },
  welcome: {
    code: 2,
    body: struct<Welcome>('welcome', {
      version: field(version, 'the highest version both ends speak'),
      nonce,
      blockBytes,
      volumes: ownVolumes,
    }),
  },
  proof: {
    code: 3,
    body: struct<{ readonly proof: string }>('proof', {
      proof: field(opaque(32), 'that the sender has the key (below)'),
    }),
  },
  ready: { code: 4, body: struct('ready', {}) },
  goodbye: {
    code: 5,
    body: struct<Goodbye>('goodbye', {
      reason: field(choice(goodbyeReasons), 'why the connection ends'),
      lowest: field(version, 'lowest protocol version the sender speaks'),
      highest: field(version, 'highest one'),
      sentence: field(text, 'the same for people'),
    }),
  },
  ping: { code: 8, body: struct<{ readonly token: number }>('ping', { token }) },
  pong: { code: 9, body: struct<{ readonly token: number }>('pong', { token }) },
};

export const greetingTypes = Object.keys(greetingLayouts) as readonly GreetingType[];
