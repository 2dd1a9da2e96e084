import type { Discard } from '../../models/direction.ts';
import { siteIds } from '../../models/words.ts';
import { HostError } from './host-error.ts';
import { shown } from './shown.ts';

/** Whatever is no list of what a preview told is refused, also where nothing needs consent. */
export function refuseNoConsent(consent: unknown): void {
  if (Array.isArray(consent) && consent.every(isDiscard)) return;
  const sentence = `consent is a list of what previewResync told: { site, above, through }, found ${shown(consent)}`;
  throw new HostError('range', sentence);
}

function isDiscard(value: unknown): boolean {
  const { site, above, through } = (value ?? {}) as Partial<Discard>;
  const isSequence = (one: unknown) => Number.isSafeInteger(one) && (one as number) >= 0;
  return siteIds.some((id) => id === site) && isSequence(above) && isSequence(through);
}
