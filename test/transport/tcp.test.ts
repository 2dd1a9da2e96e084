import { crc32 } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type Frame, nakedFrame } from '../../src/transport/port.ts';
import { LinkError } from '../../src/transport/tcp/link-error.ts';
import type { TcpOptions } from '../../src/transport/tcp/tcp-options.ts';
import {
  areUp,
  closeAll,
  key,
  type Ports,
  pairOf,
  patient,
  quick,
  siteOf,
  until,
} from './tcp-sites.ts';
import { WireTap } from './wire-tap.ts';

const taps: WireTap[] = [];

afterEach(() => {
  closeAll();
  for (const tap of taps.splice(0)) tap.close();
});

describe('sessions over TCP', () => {
  it('three sites meet, each session with one number at both ends, and frames arrive whole', async () => {
    const ports: Ports = [0, 0, 0];
    const two = await siteOf(2, ports);
    const one = await siteOf(1, ports);
    const zero = await siteOf(0, ports);
    await until(() => areUp(zero, one) && areUp(zero, two, 0, 2) && areUp(one, two, 1, 2));
    const frame = writeOf(7, 1024);
    zero.transport.send(2, zero.session[2], frame);
    two.transport.send(1, two.session[1], nakedFrame({ type: 'ask', epoch: 0, token: 5 }));
    await until(() => two.frames.length === 1 && one.frames.length === 1);
    expect(two.frames[0]!.frame.message).toEqual(frame.message);
    expect(Buffer.from(two.frames[0]!.frame.payloads[0]!)).toEqual(Buffer.from(frame.payloads[0]!));
    expect(one.frames[0]).toMatchObject({ from: 2, frame: { message: { type: 'ask', token: 5 } } });
  });

  it('frames of one lane arrive in order, megabytes of them', async () => {
    const [caller, responder] = await pairOf();
    await until(() => areUp(caller, responder));
    for (let sequence = 1; sequence <= 400; sequence++) {
      caller.transport.send(1, caller.session[1], writeOf(sequence, 64 * 1024));
    }
    await until(() => responder.frames.length === 400);
    expect(responder.frames.map(sequenceIn)).toEqual(
      Array.from({ length: 400 }, (_, at) => at + 1),
    );
    expect(caller.events).toEqual(['up 1']);
  });

  it('a session of three lanes is one: each frame arrives once, and all lanes end with one', async () => {
    const ports: Ports = [0, 0, 0];
    const responder = await siteOf(1, ports);
    const tap = await tapTo(ports[1]);
    const caller = await siteOf(0, [0, tap.port, 0], { lanes: 3 });
    await until(() => areUp(caller, responder));
    expect(tap.connections).toBe(3);
    for (let sequence = 1; sequence <= 300; sequence++) {
      caller.transport.send(1, caller.session[1], writeOf(sequence, 16 * 1024));
    }
    await until(() => responder.frames.length === 300);
    expect(new Set(responder.frames.map(sequenceIn)).size).toBe(300);
    const { session } = caller;
    const before = session[1];
    tap.cut();
    await until(() => areUp(caller, responder) && session[1] > before);
    expect(responder.events).toEqual(['up 0', 'down 0', 'up 0']);
  });

  it('a cut is told to both and mends by itself; what is sent in an old session goes nowhere', async () => {
    const { caller, responder, tap } = await tapped();
    const old = caller.session[1];
    tap.cut();
    await until(() => caller.events.length === 3 && areUp(caller, responder));
    caller.transport.send(1, old, nakedFrame({ type: 'ask', epoch: 0, token: 1 }));
    caller.transport.send(1, caller.session[1], nakedFrame({ type: 'ask', epoch: 0, token: 2 }));
    await until(() => responder.frames.length > 0);
    expect(responder.frames.map(({ frame }) => frame.message)).toEqual([
      { type: 'ask', epoch: 0, token: 2 },
    ]);
  });

  it('an address that is none is told and asked for again: it stops no site', async () => {
    const responder = await siteOf(1, [0, 0, 0]);
    const { port } = responder.transport;
    const asked = [65536, Number.NaN, port].map((given) => ({ host: '127.0.0.1', port: given }));
    const caller = await siteOf(0, [0, 0, 0], {
      addressOf: (peer) => (peer === 1 ? (asked.shift() ?? null) : null),
    });
    await until(() => areUp(caller, responder));
    expect(caller.incidents.map(({ peer, sentence }) => `${peer}: ${sentence}`)).toEqual([
      '1: Found port 65536, allowed 0..65535.',
      '1: Found port NaN, allowed 0..65535.',
    ]);
  });

  it('a reset ends the session at both ends, and a new one follows', async () => {
    const [caller, responder] = await pairOf();
    await until(() => areUp(caller, responder));
    responder.transport.reset(0, responder.session[0]);
    await until(() => caller.events.length === 3 && areUp(caller, responder));
    expect(responder.events).toEqual(['up 0', 'down 0', 'up 0']);
  });

  it('a peer that starts late, stops or starts again is found; no number comes twice', async () => {
    const ports: Ports = [0, 0, 0];
    const first = await siteOf(1, ports);
    const caller = await siteOf(0, ports);
    await until(() => areUp(caller, first));
    const before = caller.session[1];
    first.transport.close();
    await until(() => caller.session[1] === 0);
    const again = await siteOf(1, ports, {
      boot: 2,
      listen: { host: '127.0.0.1', port: ports[1] },
    });
    await until(() => areUp(caller, again));
    expect(caller.session[1]).toBeGreaterThan(before);
    caller.transport.close();
    const both = await siteOf(0, ports, { boot: 2 });
    await until(() => areUp(both, again));
    expect(both.session[1]).toBeGreaterThan(2 * 2 ** 20);
  });
});

describe('silence', () => {
  for (const way of ['forth', 'back'] as const) {
    it(`in one direction (${way}) ends the session at both ends`, async () => {
      const { caller, responder, tap } = await tapped({ durations: quick });
      tap.silent.add(way);
      await until(() => caller.session[1] === 0 && responder.session[0] === 0);
      const told = [...caller.incidents, ...responder.incidents].map(({ reason }) => reason);
      expect(told).toContain('silence');
      tap.silent.clear();
      tap.cut();
      await until(() => areUp(caller, responder));
    });
  }

  it('a peer that reads nothing is left before what waits for it outgrows its limit', async () => {
    const ports: Ports = [0, 0, 0];
    const responder = await siteOf(1, ports);
    const tap = await tapTo(ports[1]);
    const caller = await siteOf(0, [0, tap.port, 0], { waitingBytesMax: 2 ** 24 });
    await until(() => areUp(caller, responder));
    tap.stall();
    let sent = 0;
    while (caller.session[1] !== 0) {
      caller.transport.send(1, caller.session[1], writeOf(++sent, 2 ** 20));
      await new Promise((resolve) => setImmediate(resolve));
      expect(sent).toBeLessThan(64);
    }
    expect(caller.incidents.map(({ reason }) => reason)).toContain('crowded');
  });

  it('a frame larger than what may wait is sent where nothing waits, and ends no session', async () => {
    const [caller, responder] = await pairOf({ waitingBytesMax: 4096 });
    await until(() => areUp(caller, responder));
    const [, session] = caller.session;
    caller.transport.send(1, session, writeOf(1, 2 ** 24)); // more than the system takes at once
    await until(() => responder.frames.length === 1 || caller.session[1] !== session);
    expect(caller.session[1]).toBe(session);
    expect(caller.incidents).toEqual([]);
  });
});

describe('set up', () => {
  it('an option that is undefined is not given', async () => {
    const { transport } = await siteOf(1, [0, 0, 0], {
      listen: undefined,
      waitingBytesMax: undefined,
      durations: { ...patient, ping: undefined },
    } as object);
    expect(transport.port).toBeGreaterThan(0);
  });

  it('what cannot be is refused with a code, naming the value', async () => {
    const ports: Ports = [0, 0, 0];
    const refused = (options: Parameters<typeof siteOf>[2]) =>
      siteOf(1, ports, options).then(
        () => 'opened',
        (error: unknown) =>
          error instanceof LinkError ? `${error.code}: ${error.message}` : error,
      );
    expect(await refused({ key: key.subarray(0, 15) })).toMatch(
      /^key: .*15 bytes, allowed are bytes .* 16 or more/,
    );
    for (const [options, told] of refusedOptions) {
      expect(await refused(options as Partial<TcpOptions>)).toMatch(told);
    }
    const beyond = { host: '127.0.0.1', port: 65536 };
    expect(await refused({ listen: beyond })).toMatch(/^address: .*65536, allowed 0\.\.65535/);
    const taken = await siteOf(1, ports);
    const listen = { host: '127.0.0.1', port: taken.transport.port };
    expect(await refused({ listen })).toMatch(/^address: .*EADDRINUSE/);
  });
});

const time = /no number of milliseconds above 0 to 2147483647/.source;
const refusedOptions: readonly (readonly [options: object, told: RegExp])[] = [
  [{ key: null }, /^key: .*neither/],
  [
    { key: 'a text of sixteen and more' },
    /^key: .*of type string, allowed are bytes .* 16 or more/,
  ],
  [{ key: { length: 99 } }, /^key: .*of type object, allowed are bytes/],
  [{ key: 17 }, /^key: .*of type number, allowed are bytes/],
  [{ certificates: {} }, /^key: .*no PEM text is given as authority/],
  [
    { certificates: { authority: 'one', certificate: 'two', privateKey: 'three' } },
    /^key: .*certificates are none: .*PEM/,
  ],
  [{ lanes: 17 }, /^option: .*lanes 17: no whole number within 1\.\.16/],
  [{ durations: { ping: 0 } }, new RegExp(`^option: .*ping 0: ${time}`)],
  [{ durations: { silenceMax: Number.NaN } }, new RegExp(`silenceMax NaN: ${time}`)],
  [{ durations: { handshakeMax: -1 } }, new RegExp(`handshakeMax -1: ${time}`)],
  [{ durations: { reconnectMost: 1 / 0 } }, new RegExp(`reconnectMost Infinity: ${time}`)],
  [{ durations: { ping: 2 ** 31 } }, new RegExp(`ping 2147483648: ${time}`)],
  [{ durations: { ping: '5' } }, new RegExp(`ping "5": ${time}`)],
  [{ durations: { pnig: 5 } }, /with pnig: known are ping, silenceMax/],
  [{ durations: 5 }, /durations 5: no object/],
  [{ durations: { ...patient, ping: 60_000 } }, /ping: found 60000 ms, .* below silenceMax, 60000/],
  [
    { durations: { reconnectLeast: 9000 } },
    /reconnectLeast: found 9000 ms, .* reconnectMost, 5000/,
  ],
  [{ strangersMax: 0 }, /^option: .*strangersMax 0: no whole number within 1\.\.65536/],
  [
    { waitingBytesMax: Number.NaN },
    /waitingBytesMax NaN: no whole number within 1\.\.1099511627776/,
  ],
  [{ waitingBytesMax: null }, /waitingBytesMax null: no whole number within/],
  [{ listen: null }, /^address: .*host undefined, no text/],
  [{ listen: { host: '', port: 0 } }, /^address: .*host "", no text/],
  [{ listen: { host: '::1', port: '80' } }, /^address: .*port "80", allowed 0\.\.65535/],
  [{ addressOf: null }, /^option: .*addressOf null: no function/],
  [{ addressOf: undefined }, /^option: .*needed is addressOf/],
  [{ clock: {} }, /^option: .*clock {}: nothing with the function now/],
  [{ spoken: { lowest: 3, highest: 1 } }, /^option: .*lowest 3 above highest 1/],
  [{ boot: Number.NaN }, /^option: .*boot NaN: no whole number within 0\.\.4294967295/],
  [{ identity: {} }, /^option: .*identity {}: without arrangement/],
  [{ certificats: 1 }, /^option: .*certificats: known are identity/],
];

async function tapTo(port: number): Promise<WireTap> {
  const tap = await WireTap.between(port);
  taps.push(tap);
  return tap;
}

async function tapped(options: Partial<TcpOptions> = {}) {
  const ports: Ports = [0, 0, 0];
  const responder = await siteOf(1, ports, options);
  const tap = await tapTo(ports[1]);
  const caller = await siteOf(0, [0, tap.port, 0], options);
  await until(() => areUp(caller, responder));
  return { caller, responder, tap };
}

function writeOf(sequence: number, bytes: number): Frame {
  const payload = new Uint8Array(bytes).fill(sequence);
  const extent = { volume: 0, first: 0, count: 1 };
  const entry = { epoch: 0, sequence, extent, kind: 'data', checksum: crc32(payload) } as const;
  return {
    message: { type: 'write', epoch: 0, entries: [entry], committed: 0 },
    payloads: [payload],
    sums: [],
  };
}

function sequenceIn({ frame: { message } }: { frame: Frame }): number {
  return message.type === 'write' ? message.entries[0]!.sequence : 0;
}
