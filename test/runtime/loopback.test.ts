import { describe, expect, it } from 'vitest';
import { othersOf, siteIds } from '../../models/words.ts';
import { FakeClock } from '../../src/runtime/clock.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { LoopbackNetwork } from '../../src/transport/loopback.ts';
import { nakedFrame } from '../../src/transport/port.ts';

const numbered = (number: number) => nakedFrame({ type: 'ask', epoch: 0, token: number });

async function twoSites(lanes: number) {
  const clock = new FakeClock();
  const random = seededRandom(3);
  const latency = () => ({ least: 1, most: 5 });
  const network = new LoopbackNetwork({
    clock,
    random,
    latency,
    lanes,
    silenceMax: 10,
    reconnectAfter: 5,
  });
  const heard: string[] = [];
  const tokens: number[] = [];
  const transports = ([0, 1] as const).map((site) => {
    const transport = network.transportOf(site);
    transport.open({
      incarnation: 10 + site,
      up: (peer, session, its) => heard.push(`${site} up ${peer} ${session} of ${its}`),
      down: (peer, session) => heard.push(`${site} down ${peer} ${session}`),
      received: (_, __, { message }) => {
        if (message.type === 'ask') tokens.push(message.token);
      },
    });
    return transport;
  });
  await clock.run(30);
  return { clock, network, heard, tokens, transports };
}

describe('loopback links', () => {
  it('one lane keeps the order', async () => {
    const { clock, tokens, transports } = await twoSites(1);
    for (let number = 0; number < 50; number++) transports[0]!.send(1, 1, numbered(number));
    await clock.run(500);
    expect(tokens).toEqual(Array.from({ length: 50 }, (_, number) => number));
  });

  it('two lanes let frames overtake each other, and lose none', async () => {
    const { clock, tokens, transports } = await twoSites(2);
    for (let number = 0; number < 50; number++) transports[0]!.send(1, 1, numbered(number));
    await clock.run(500);
    const sorted = [...tokens].sort((one, other) => one - other);
    expect(sorted).toEqual(Array.from({ length: 50 }, (_, number) => number));
    expect(tokens).not.toEqual(sorted);
  });

  it('a cut loses what is in flight and ends the session at both ends', async () => {
    const { clock, network, heard, tokens, transports } = await twoSites(1);
    transports[0]!.send(1, 1, numbered(1));
    network.cut(0, 1);
    transports[0]!.send(1, 1, numbered(2));
    await clock.run(100);
    expect(tokens).toEqual([]);
    expect(heard.slice(2).sort()).toEqual(['0 down 1 1', '1 down 0 1']);
  });

  it('a cut that heals before anybody noticed ends the session all the same', async () => {
    const { clock, network, heard, tokens, transports } = await twoSites(1);
    network.cut(0, 1);
    network.heal(0, 1);
    transports[0]!.send(1, 1, numbered(3));
    await clock.run(200);
    expect(tokens).toEqual([]);
    expect(heard).toContain('0 up 1 2 of 11');
    expect(heard).toContain('1 up 0 2 of 10');
  });

  it('sessions are numbered anew, and what is sent in an old one goes nowhere', async () => {
    const { clock, network, tokens, transports, heard } = await twoSites(1);
    network.drop(0, 1);
    await clock.run(200);
    expect(heard.at(-1)).toMatch(/up . 2 of/);
    transports[0]!.send(1, 1, numbered(4));
    transports[0]!.send(1, 2, numbered(5));
    await clock.run(400);
    expect(tokens).toEqual([5]);
  });

  it('each link is as slow as it is, each way', async () => {
    const clock = new FakeClock();
    const network = new LoopbackNetwork({
      clock,
      random: seededRandom(3),
      latency: (from, to) => ({ least: 10 * from + to, most: 10 * from + to }),
      lanes: 1,
      silenceMax: 10,
      reconnectAfter: 5,
    });
    const heard: string[] = [];
    const transports = siteIds.map((site) => {
      const transport = network.transportOf(site);
      const received = (from: number) =>
        heard.push(`${from} to ${site} at ${clock.now() - sentAt}`);
      transport.open({ incarnation: 1, up() {}, down() {}, received });
      return transport;
    });
    let sentAt = 0;
    await clock.run(30);
    sentAt = clock.now();
    for (const site of siteIds) {
      for (const peer of othersOf(site)) transports[site]!.send(peer, 1, numbered(site));
    }
    await clock.run(100);
    const expected = ['0 to 1 at 1', '0 to 2 at 2', '1 to 0 at 10', '1 to 2 at 12'];
    expect(heard).toEqual([...expected, '2 to 0 at 20', '2 to 1 at 21']);
    network.slowDown(10);
    sentAt = clock.now();
    transports[0]!.send(2, 1, numbered(0));
    await clock.run(200);
    expect(heard.at(-1)).toBe('0 to 2 at 20');
  });

  it('a partition stops both ways of one link and no other, until it is joined', async () => {
    const { clock, network, tokens, transports } = await twoSites(1);
    network.part(0, 1);
    expect([network.isCut(0, 1), network.isCut(1, 0)]).toEqual([true, true]);
    expect([network.isCut(0, 2), network.isCut(1, 2)]).toEqual([false, false]);
    await clock.run(100);
    transports[0]!.send(1, 1, numbered(6));
    await clock.run(200);
    expect(tokens).toEqual([]);
    network.join(0, 1);
    await clock.run(300);
    transports[0]!.send(1, 2, numbered(7));
    await clock.run(400);
    expect(tokens).toEqual([7]);
  });
});
