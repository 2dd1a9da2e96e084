import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { nakedFrame } from '../../src/transport/port.ts';
import { certificates } from './certificates.ts';
import { areUp, closeAll, type Ports, pairOf, siteOf, until } from './tcp-sites.ts';

const silent: Socket[] = [];

afterEach(() => {
  closeAll();
  for (const socket of silent.splice(0)) socket.destroy();
});

/** Somebody who opens a connection and says nothing, not even a word of TLS. */
function silentAt(port: number): { isClosed: boolean } {
  const fate = { isClosed: false };
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  socket.resume();
  socket.on('close', () => {
    fate.isClosed = true;
  });
  silent.push(socket);
  return fate;
}

describe('sites that show certificates', () => {
  it('talk, with a key beside them and without', async () => {
    for (const key of [{}, { key: Buffer.alloc(32, 7) }]) {
      const [caller, responder] = await pairOf({ certificates, lanes: 2, ...key });
      await until(() => areUp(caller, responder));
      caller.transport.send(1, caller.session[1], nakedFrame({ type: 'ask', epoch: 0, token: 3 }));
      await until(() => responder.frames.length === 1);
    }
  });

  it('are not kept out by a hundred who never say anything', async () => {
    const ports: Ports = [0, 0, 0];
    const responder = await siteOf(1, ports, { certificates, strangersMax: 8 });
    const crowd = Array.from({ length: 100 }, () => silentAt(ports[1]));
    await until(() => crowd.filter(({ isClosed }) => isClosed).length >= 92);
    expect(responder.incidents.filter(({ reason }) => reason === 'crowded')).toHaveLength(92);
    const caller = await siteOf(0, ports, { certificates });
    await until(() => areUp(caller, responder));
    expect(responder.events).toEqual(['up 0']);
    await until(() => crowd.filter(({ isClosed }) => isClosed).length === 93);
  });

  it('count nobody twice: who has shown one makes no stranger leave', async () => {
    const ports: Ports = [0, 0, 0];
    const responder = await siteOf(1, ports, { certificates, strangersMax: 1 });
    const caller = await siteOf(0, ports, { certificates });
    await until(() => areUp(caller, responder));
    const stranger = silentAt(ports[1]);
    caller.transport.reset(1, caller.session[1]);
    await until(() => stranger.isClosed);
    await until(() => areUp(caller, responder));
    expect(responder.events).toEqual(['up 0', 'down 0', 'up 0']);
  });
});
