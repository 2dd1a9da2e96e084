import type { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../src/runtime/clock.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { sampleEnvelope } from '../../src/spec-book/wire-samples.ts';
import { encodeFrame } from '../../src/transport/frame.ts';
import { nakedFrame } from '../../src/transport/port.ts';
import { digestOf } from '../../src/transport/wire/header.ts';
import { Stranger, someHello } from './stranger.ts';
import {
  areUp,
  closeAll,
  type Ports,
  pairOf,
  patient,
  siteOf,
  type TestSite,
  until,
} from './tcp-sites.ts';
import { WireTap } from './wire-tap.ts';

const taps: WireTap[] = [];
const ask = (token: number) => nakedFrame({ type: 'ask', epoch: 0, token });

afterEach(() => {
  closeAll();
  for (const tap of taps.splice(0)) tap.close();
});

describe('who does not belong here is told why, and nothing he says is used', () => {
  for (const [name, own, peer, reason, sentence] of [
    ['another key', {}, { key: Buffer.alloc(32, 1) }, 'proof', /does not have the key/],
    ['another arrangement', {}, { arrangement: 'other' }, 'arrangement', /expected/],
    [
      'other volumes',
      {},
      { volumes: [64, 1] },
      'volumes',
      /Volumes of \[64,1\] blocks of 512 bytes/,
    ],
    [
      'F39: no common version',
      {},
      { spoken: { lowest: 2, highest: 3 } },
      'version',
      /2\.\.3 are offered, 1\.\.1 are spoken/,
    ],
  ] as const) {
    it(name, async () => {
      const ports: Ports = [0, 0, 0];
      const responder = await siteOf(1, ports, { ...own });
      const caller = await siteOf(0, ports, {
        ...peer,
        volumes: 'volumes' in peer ? [...peer.volumes] : [64],
      });
      await until(() => [responder, caller].every((site) => reasons(site).includes(reason)));
      expect(responder.incidents.find((one) => one.reason === reason)?.sentence).toMatch(sentence);
      expect([...caller.events, ...responder.events]).toEqual([]);
    });
  }

  it('F39: the highest common version is taken where there is one', async () => {
    const ports: Ports = [0, 0, 0];
    const responder = await siteOf(1, ports);
    const caller = await siteOf(0, ports, { spoken: { lowest: 1, highest: 3 } });
    await until(() => areUp(caller, responder));
    caller.transport.send(1, caller.session[1], ask(1));
    await until(() => responder.frames.length === 1);
  });

  it('a responder without the key is left by the caller', async () => {
    const ports: Ports = [0, 0, 0];
    const impostor = await siteOf(1, ports, { key: Buffer.alloc(32, 2) });
    const caller = await siteOf(0, ports);
    await until(() => reasons(caller).includes('proof'));
    expect([...caller.events, ...impostor.events]).toEqual([]);
  });
});

describe('strangers at the door of a site with a session', () => {
  const cases: readonly (readonly [string, (stranger: Stranger) => unknown, RegExp])[] = [
    ['garbage', (stranger) => stranger.write(noise(4096)), /^protocol: bad-magic/],
    [
      'an HTTP request',
      (stranger) => stranger.write(Buffer.from(`GET / HTTP/1.1\r\n${' '.repeat(80)}`)),
      /^protocol: bad-magic/,
    ],
    [
      'a write before any proof',
      (stranger) => stranger.write(bytesOfAsk()),
      /^protocol: A message came before the session began/,
    ],
    ['a hello of another site', (stranger) => stranger.say(someHello, { to: 2 }), /^site: /],
    [
      'a hello from a site that may not call',
      (stranger) => stranger.say(someHello, { from: 2 }),
      /^site: Site 2 is called by site 1/,
    ],
    [
      'a lane of a session nobody opens',
      (stranger) => stranger.say(someHello, { session: 99, lane: 1 }),
      /^session: /,
    ],
    ['two hellos', (stranger) => stranger.say(someHello).say(someHello), /^protocol: /],
    [
      'a wrong proof',
      (stranger) =>
        stranger
          .say(someHello)
          .say({ type: 'proof', proof: '00'.repeat(32) }, { session: 2 ** 20 + 2 }),
      /^proof: /,
    ],
    [
      'a proof without a hello',
      (stranger) => stranger.say({ type: 'proof', proof: '00'.repeat(32) }),
      /^protocol: A proof is not due/,
    ],
    [
      'a pong nobody asked for',
      (stranger) => stranger.say({ type: 'pong', token: 1 }),
      /^protocol: A pong/,
    ],
    [
      'a ping before the session, whose answer nobody may ever read',
      (stranger) => stranger.say({ type: 'ping', token: 1 }),
      /^protocol: A ping is not due/,
    ],
    [
      'a frame of another number',
      (stranger) => stranger.say(someHello, { number: 7 }),
      /^protocol: number 7, expected 0/,
    ],
    ['an oversized frame', (stranger) => stranger.write(oversized()), /^protocol: too-large/],
    ['silence', () => {}, /^silence: No session within/],
  ];

  /** Time passes only when `handshakeMax` of it is let pass: no site is slow meanwhile. */
  const standing = () => {
    const clock = new FakeClock();
    const { handshakeMax } = patient;
    const pass = () => clock.run(clock.now() + handshakeMax);
    return { options: { clock, durations: onePing }, pass };
  };

  for (const [name, act, told] of cases) {
    it(`${name}: told, closed, and the session runs on`, async () => {
      const { options, pass } = standing();
      const [caller, responder] = await pairOf(options);
      await until(() => areUp(caller, responder));
      const stranger = new Stranger(responder.transport.port);
      act(stranger);
      const meanwhile = name === 'silence' ? pass : undefined;
      await until(() => stranger.farewell !== null, meanwhile);
      expect(stranger.farewell).toMatch(told);
      await until(() => stranger.isClosed);
      caller.transport.send(1, caller.session[1], ask(3));
      await until(() => responder.frames.length === 1);
      expect(responder.events).toEqual(['up 0']);
    });
  }

  it.each([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1])(
    'one who claims to know of session %s takes that number from no site',
    async (sessionFloor) => {
      const ports: Ports = [0, 0, 0];
      const responder = await siteOf(1, ports);
      const stranger = new Stranger(ports[1]).say({ ...someHello, sessionFloor });
      await until(() => stranger.heard.length > 0);
      const caller = await siteOf(0, ports);
      await until(() => areUp(caller, responder));
      expect(caller.session[1]).toBeLessThan(2 ** 21);
    },
  );

  it('calls that the system could not hand over stop no site', async () => {
    const [caller, responder] = await pairOf();
    await until(() => areUp(caller, responder));
    const { server } = Reflect.get(responder.transport, 'reception') as unknown as {
      server: EventEmitter;
    };
    for (const code of ['ENFILE', 'ENOBUFS']) server.emit('error', new Error(`accept ${code}`));
    expect(responder.incidents.map(({ sentence }) => sentence)).toEqual([
      'accept ENFILE',
      'accept ENOBUFS',
    ]);
    expect(areUp(caller, responder)).toBe(true);
  });

  it('a hundred that drip a byte now and then keep no site out', async () => {
    const ports: Ports = [0, 0, 0];
    const { options, pass } = standing();
    const responder = await siteOf(1, ports, { ...options, strangersMax: 8 });
    const dripping = Array.from({ length: 100 }, () => new Stranger(ports[1]));
    const drip = async () => {
      for (const stranger of dripping) if (!stranger.isClosed) stranger.write(Buffer.from('S'));
    };
    const crowdedOut = () => reasons(responder).filter((reason) => reason === 'crowded').length;
    await until(() => crowdedOut() >= 92, drip);
    const caller = await siteOf(0, ports);
    await until(() => areUp(caller, responder), drip);
    // Those that are left have no more time than anybody.
    await until(
      () => dripping.every(({ isClosed }) => isClosed),
      async () => {
        await drip();
        await pass();
      },
    );
    expect(responder.events).toEqual(['up 0']);
  });
});

describe('somebody on the wire', () => {
  it('who says again what a caller said opens nothing and ends nothing', async () => {
    const { caller, responder, tap } = await tapped();
    const said = Buffer.from(tap.said);
    const stranger = new Stranger(responder.transport.port).write(said);
    await until(() => stranger.isClosed);
    expect(stranger.farewell).toMatch(/^(?:proof|protocol): /);
    expect(areUp(caller, responder)).toBe(true);
    expect(responder.events).toEqual(['up 0']);
  });

  it('who sends a piece twice ends the session before any frame arrives twice', async () => {
    const { caller, responder, tap } = await tapped();
    tap.meddle = (chunk, way) => (way === 'forth' ? Buffer.concat([chunk, chunk]) : chunk);
    for (let token = 1; token <= 3; token++)
      caller.transport.send(1, caller.session[1], ask(token));
    await until(() => responder.events.includes('down 0'));
    const tokens = responder.frames.map(
      ({ frame: { message } }) => 'token' in message && message.token,
    );
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(reasons(responder)).toContain('protocol');
  });

  it('who flips a bit ends the session; nothing arrives changed, and the next session is whole', async () => {
    const { caller, responder, tap } = await tapped();
    const random = seededRandom(5);
    tap.meddle = (chunk, way) => {
      if (way === 'forth')
        chunk[Math.floor(random() * chunk.length)]! ^= 1 << Math.floor(random() * 8);
      return chunk;
    };
    caller.transport.send(1, caller.session[1], ask(1));
    await until(() => responder.events.includes('down 0'));
    expect(responder.frames).toEqual([]);
    tap.meddle = (chunk) => chunk;
    await until(() => areUp(caller, responder));
    caller.transport.send(1, caller.session[1], ask(2));
    await until(() => responder.frames.length === 1);
    expect(responder.frames[0]!.frame.message).toEqual({ type: 'ask', epoch: 0, token: 2 });
  });
});

const reasons = ({ incidents }: TestSite): string[] => incidents.map(({ reason }) => reason);

function noise(bytes: number): Buffer {
  const random = seededRandom(1);
  return Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256)));
}

function bytesOfAsk(): Buffer {
  const envelope = { ...sampleEnvelope, arrangement: digestOf('test'), session: 0, number: 0 };
  const result = encodeFrame(envelope, ask(1));
  if (!result.ok) throw result.error;
  return Buffer.concat(result.value);
}

/** A header that announces more than a stranger may say. */
function oversized(): Buffer {
  const result = encodeFrame(
    sampleEnvelope,
    nakedFrame({
      type: 'stageReady',
      epoch: 0,
      repair: Array.from({ length: 5000 }, (_, at) => ({ first: 2 * at, count: 1 })),
    }),
  );
  if (!result.ok) throw result.error;
  return Buffer.concat(result.value);
}

/** The second would come in hours. */
const onePing = { ...patient, ping: 60_000_000, silenceMax: 120_000_000 };

async function tapped() {
  const ports: Ports = [0, 0, 0];
  // One ping at the beginning, and then what the test says: nothing else that could be meddled with.
  const responder = await siteOf(1, ports, { durations: onePing });
  const tap = await WireTap.between(ports[1]);
  taps.push(tap);
  const caller = await siteOf(0, [0, tap.port, 0], { durations: onePing });
  await until(() => areUp(caller, responder));
  return { caller, responder, tap };
}
