import { afterEach, expect, it } from 'vitest';
import { FakeClock } from '../../src/runtime/clock.ts';
import { type Decoded, encodeGreeting } from '../../src/transport/frame.ts';
import { proofOf } from '../../src/transport/proof.ts';
import type { TcpOptions } from '../../src/transport/tcp/tcp-options.ts';
import type { Envelope } from '../../src/transport/wire/header.ts';
import { Stranger, someHello } from './stranger.ts';
import { closeAll, key, type Ports, patient, siteOf, until } from './tcp-sites.ts';

afterEach(closeAll);

const bytesOf = (envelope: Envelope, greeting: Parameters<typeof encodeGreeting>[1]) => {
  const result = encodeGreeting(envelope, greeting);
  if (!result.ok) throw result.error;
  return result.value;
};

const greetingIn = (decoded: Decoded) => {
  if (decoded.kind !== 'greeting') throw new Error('it is no greeting');
  return decoded.greeting;
};

/** Somebody who has the key and calls a site, in a session with it. */
async function inSession(options: Partial<TcpOptions>) {
  const ports: Ports = [0, 0, 0];
  const responder = await siteOf(1, ports, options);
  const peer = new Stranger(ports[1]);
  const hello = bytesOf(peer.envelope(), someHello);
  peer.write(hello);
  await until(() => peer.heard.length === 1);
  const [welcome] = peer.heard;
  const told = bytesOf(welcome!.header, greetingIn(welcome!));
  const { session } = welcome!.header;
  peer.say({ type: 'proof', proof: proofOf(key, 'caller', hello, told) }, { session });
  await until(() => responder.session[0] === session);
  return { peer, responder, session };
}

it('a peer with the key that asks for answers and reads none of them is left', async () => {
  const { peer, responder, session } = await inSession({ durations: { ...patient, ping: 50_000 } });
  peer.goDeaf();
  let token = 0;
  const askOn = async () => {
    for (let more = 0; more < 500; more++) peer.say({ type: 'ping', token: ++token }, { session });
  };
  await until(() => responder.session[0] === 0, askOn);
  expect(responder.incidents.at(-1)).toMatchObject({ peer: 0, reason: 'crowded', by: 'this site' });
  peer.leave();
});

it('a peer that is heard has eight times as long to answer a ping: it may wait behind what is on its way', async () => {
  const clock = new FakeClock();
  const durations = { ...patient, ping: 10_000 };
  const { ping, silenceMax } = durations;
  const { peer, responder, session } = await inSession({ clock, durations });
  let token = 0;
  const sayMore = async () => {
    peer.say({ type: 'ping', token: ++token }, { session });
    const isAnswer = (decoded: Decoded) =>
      decoded.kind === 'greeting' && decoded.greeting.type === 'pong';
    await until(() => peer.heard.filter(isAnswer).length === token);
  };
  for (let half = 1; half < 16; half++) {
    await clock.run(clock.now() + silenceMax / 2);
    await sayMore();
  }
  expect(responder.session[0]).toBe(session);
  await clock.run(clock.now() + silenceMax / 2 + 2 * ping);
  await until(() => responder.session[0] === 0);
  expect(responder.incidents.at(-1)).toMatchObject({ peer: 0, reason: 'silence', by: 'this site' });
  expect(responder.incidents.at(-1)!.sentence).toMatch(/^No ping was answered/);
  peer.leave();
});

it('one that is not heard is left after that time', async () => {
  const clock = new FakeClock();
  const durations = { ...patient, ping: 10_000 };
  const { peer, responder } = await inSession({ clock, durations });
  await clock.run(2 * patient.silenceMax);
  await until(() => responder.session[0] === 0);
  expect(responder.incidents.at(-1)!.sentence).toMatch(/^Nothing was heard/);
  peer.leave();
});
