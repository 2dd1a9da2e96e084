import type { Bounds } from './bounds.ts';
import type { Property } from './model.ts';
import { nodeName } from './node.ts';
import { answeredNow, asked, heedNoRival } from './properties/asked.ts';
import { claimed } from './properties/claims.ts';
import { livenessOf } from './properties/liveness.ts';
import { plannedAlike, resyncsOf } from './properties/resync.ts';
import {
  committedIsHeld,
  exportsWhatWasTold,
  keepsForced,
  keepsUpTo,
  noLoss,
  notesOfTheirOwn,
  noUsurper,
  safety,
  wordsOfMirrors,
} from './properties/safety.ts';
import { witnesses } from './properties/witnesses.ts';

export { durablyHeld, isServing } from './properties/facts.ts';
export {
  committedIsHeld,
  exportsWhatWasTold,
  knowOneRecord,
  safety,
  wordsOfMirrors,
} from './properties/safety.ts';

/** All that must hold in a world of these bounds. */
export function propertiesOf(bounds: Bounds): readonly Property[] {
  const consents = bounds.config.takeover === 'any' || bounds.commands.length > 0;
  const says = (name: string) => bounds.commands.some(({ command }) => command.name === name);
  const [forces, discards] = [says('force'), says('discard')];
  const stays = bounds.name === 'flap';
  return [
    ...safety.filter((property) => !isAboutSetBack(bounds, property)),
    ...resyncsOf(),
    ...(bounds.odd === null ? [] : plannedAlike(bounds.odd.site)),
    ...claimed(bounds),
    ...(consents ? exportsWhatWasTold : noLoss),
    ...(stays ? noUsurper : []),
    ...(bounds.loose ? answeredNow : []),
    ...(bounds.mayReplace.length > 0 ? notesOfTheirOwn : []),
    ...(bounds.keeps === null ? [] : keepsUpTo(bounds.keeps)),
    ...(forces ? heedNoRival : []),
    ...(forces && !discards ? keepsForced : []),
    ...bounds.asks.flatMap((rule) => asked[rule]!),
    ...(bounds.settles ? livenessOf(bounds) : []),
    ...bounds.reaches.map((name) => witnesses[name]!),
  ];
}

/** What one site says of what another holds: of that one, the second that each reads. */
const aboutAnother: ReadonlySet<Property> = new Set([...wordsOfMirrors, ...committedIsHeld]);

/** A site that was set back holds less than it did, and nobody can hold that against it. */
const isAboutSetBack = ({ maySetBack }: Bounds, property: Property): boolean =>
  aboutAnother.has(property) && maySetBack.some((site) => property.reads?.[1] === nodeName(site));
