import { createHmac, timingSafeEqual } from 'node:crypto';

export type End = 'caller' | 'responder';

/**
 * That an end of a connection has the link's key: over the whole frames of `hello` and `welcome`,
 * with their nonces, and the end's own word, so that it fits nowhere else.
 */
export function proofOf(key: Uint8Array, end: End, hello: Uint8Array, welcome: Uint8Array): string {
  return createHmac('sha256', key)
    .update(`sidefile ${end}\0`, 'latin1')
    .update(hello)
    .update(welcome)
    .digest('hex');
}

/** Takes the same time whatever differs. */
export function isSameProof(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, 'hex'), Buffer.from(other, 'hex'));
}

/** The key of a link over TLS: from the connection itself, and from a shared key if there is one. */
export function linkKeyOf(exported: Uint8Array, shared: Uint8Array | null): Uint8Array {
  return shared === null ? exported : createHmac('sha256', shared).update(exported).digest();
}
