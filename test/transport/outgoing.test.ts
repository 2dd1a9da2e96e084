import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { type Frame, nakedFrame } from '../../src/transport/port.ts';
import { Outgoing } from '../../src/transport/tcp/outgoing.ts';
import { leftOf } from '../garbage.ts';

it('of frames that were sent none is kept, though something always waits', async () => {
  const socket = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => setImmediate(done),
  });
  const sent: WeakRef<Frame>[] = [];
  const outgoing = new Outgoing(socket as Socket, (frame) => {
    sent.push(new WeakRef(frame));
    socket.write('x');
    add();
  });
  const add = () => outgoing.add(nakedFrame({ type: 'ask', epoch: 0, token: sent.length }));
  add();
  while (sent.length < 100) await new Promise((resume) => setImmediate(resume));
  expect(outgoing.bytes).toBeGreaterThan(0);
  // The newest may still be in the hands of who writes it.
  expect(await leftOf(sent.slice(0, 90))).toBe(0);
});
