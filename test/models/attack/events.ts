import type { SiteId } from '../../../models/words.ts';

/** One thing that happens, as a line a person can read: `deliver PS`, `crash P lost`, `write P 2`. */
export type Line = string;

export const siteNamed = (name: string): SiteId => 'PSA'.indexOf(name) as SiteId;

export const pairs: readonly (readonly [SiteId, SiteId])[] = [
  [0, 1],
  [0, 2],
  [1, 2],
];

export const pairNames: readonly string[] = ['PS', 'PA', 'SA'];

/** Directions of the three links, as channels are named. */
export const directions: readonly string[] = ['PS', 'SP', 'PA', 'AP', 'SA', 'AS'];

/** `PS` and `SP` are one link. */
export const linkOf = (one: SiteId, other: SiteId): string =>
  one < other ? `${'PSA'[one]}${'PSA'[other]}` : `${'PSA'[other]}${'PSA'[one]}`;
