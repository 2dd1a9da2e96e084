import { afterEach, expect, it } from 'vitest';
import { type Decoded, encodeGreeting } from '../../src/transport/frame.ts';
import { proofOf } from '../../src/transport/proof.ts';
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

it('a peer with the key that asks for answers and reads none of them is left', async () => {
  const ports: Ports = [0, 0, 0];
  const durations = { ...patient, ping: 50_000 };
  const responder = await siteOf(1, ports, { durations });
  const peer = new Stranger(ports[1]);
  const hello = bytesOf(peer.envelope(), someHello);
  peer.write(hello);
  await until(() => peer.heard.length === 1);
  const [welcome] = peer.heard;
  const told = bytesOf(welcome!.header, greetingIn(welcome!));
  const { session } = welcome!.header;
  peer.say({ type: 'proof', proof: proofOf(key, 'caller', hello, told) }, { session });
  await until(() => responder.session[0] === session);
  peer.goDeaf();
  let token = 0;
  const askOn = async () => {
    for (let more = 0; more < 500; more++) peer.say({ type: 'ping', token: ++token }, { session });
  };
  await until(() => responder.session[0] === 0, askOn);
  expect(responder.incidents.at(-1)).toMatchObject({ peer: 0, reason: 'crowded', by: 'this site' });
  peer.leave();
});
