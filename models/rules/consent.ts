import { change, type Turn, weak } from '../site.ts';

/** He agreed to a loss that was there to be seen: where a primary is heard there is none. */
export function forgetConsent(turn: Turn): void {
  const { consent } = turn.site;
  if (consent !== null && !weak(turn.site, 'keep-consent')) change(turn, { consent: null });
}
