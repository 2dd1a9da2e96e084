import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { linkKeyOf } from '../proof.ts';
import type { GoodbyeReason, Greeting } from '../wire/greeting.ts';
import type { TcpSetup, Versions } from './tcp-options.ts';

/** What both ends compare before they prove anything: null, or why they do not belong together. */
export type Disagreement = readonly [reason: GoodbyeReason, sentence: string];

/** The highest version both speak; null: there is none. */
export function commonVersion(one: Versions, other: Versions): number | null {
  const highest = Math.min(one.highest, other.highest);
  return highest >= Math.max(one.lowest, other.lowest) ? highest : null;
}

export function versionDisagreement(own: Versions, peer: Versions): Disagreement | null {
  if (commonVersion(own, peer) !== null) return null;
  const [here, there] = [own, peer].map(({ lowest, highest }) => `${lowest}..${highest}`);
  return ['version', `Versions ${there} are offered, ${here} are spoken here.`];
}

export function volumeDisagreement(
  { identity }: TcpSetup,
  peer: { readonly blockBytes: number; readonly volumes: readonly number[] },
): Disagreement | null {
  const same =
    identity.blockBytes === peer.blockBytes && identity.volumes.join() === peer.volumes.join();
  if (same) return null;
  const told = ({ blockBytes, volumes }: typeof peer) =>
    `[${volumes}] blocks of ${blockBytes} bytes`;
  return ['volumes', `Volumes of ${told(peer)}, here ${told(identity)}.`];
}

/** What is said of volumes, and a nonce that is never said again. */
export const ownTerms = ({ identity: { blockBytes, volumes } }: TcpSetup) => ({
  nonce: randomBytes(32).toString('hex'),
  blockBytes,
  volumes,
});

export function keyOfLink({ key, certificates }: TcpSetup, socket: Socket): Uint8Array {
  if (certificates === null || !(socket instanceof TLSSocket)) return key!;
  const exported = socket.exportKeyingMaterial(32, 'EXPORTER-sidefile', Buffer.alloc(0));
  return linkKeyOf(exported, key);
}

export const unexpected = (greeting: Greeting): Disagreement => [
  'protocol',
  `A ${greeting.type} is not due here.`,
];
