import type { RuleId } from '../../spec/rules.ts';
import type { SiteId } from '../words.ts';
import { type AbstractSite, type AbstractState, noNotes } from './state.ts';

/** What every step of the abstract protocol is made of: what it changes, or why there is none. */

/** The step is not one of the protocol's: these rules forbid it. */
export interface Unlawful {
  /** One of them is broken if it is done all the same. */
  readonly rules: readonly RuleId[];
  readonly why: string;
}

export type Taken = AbstractState | Unlawful;

export const isUnlawful = (outcome: Taken): outcome is Unlawful => 'why' in outcome;

export const no = (rules: RuleId | readonly RuleId[], why: string): Unlawful => ({
  rules: typeof rules === 'string' ? [rules] : rules,
  why,
});

export function withSite(
  state: AbstractState,
  site: SiteId,
  patch: Partial<AbstractSite>,
): AbstractState {
  const sites = [...state.sites] as [AbstractSite, AbstractSite, AbstractSite];
  sites[site] = { ...sites[site], ...patch };
  return { ...state, sites };
}

export const withoutOffice = {
  appointed: false,
  serving: false,
  next: 0,
  notes: noNotes,
} as const;
