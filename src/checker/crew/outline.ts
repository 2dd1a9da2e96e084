import type {
  Channel,
  Component,
  Composition,
  JointMove,
  Property,
} from '../../../models/model.ts';
import { UNKNOWN } from '../facts.ts';

/** What a composition looks like from outside: plain data that can be sent to a thread, its functions left out. */
export interface Outline {
  readonly name: string;
  readonly components: Readonly<Record<string, { readonly moves: boolean }>>;
  readonly channels: Readonly<Record<string, ChannelOutline>>;
  readonly joint: readonly Pick<JointMove<never>, 'name' | 'reads'>[];
  /** Per joint rule, the names with an `unless`. */
  readonly unless: readonly (readonly string[])[];
  readonly budgets: Readonly<Record<string, number>>;
  readonly properties: readonly PropertyOutline[];
}

type ChannelOutline = Pick<
  Channel<never, never>,
  'order' | 'to' | 'from' | 'capacity' | 'whenFull' | 'lossy'
> & { readonly silent: boolean };

type PropertyOutline = Pick<Property, 'kind' | 'rule' | 'sentence' | 'reads'> & {
  readonly sees: boolean;
};

export function outlineOf(composition: Composition): Outline {
  const { budgets = {}, channels = {}, components, joint = [], name, properties } = composition;
  return {
    name,
    components: mapped(components, ({ moves }) => ({ moves: moves !== undefined })),
    channels: mapped(channels, ({ capacity, from, lossy, order, silent, to, whenFull }) => ({
      order,
      to,
      silent: silent !== undefined,
      ...(from === undefined ? {} : { from }),
      ...(capacity === undefined ? {} : { capacity }),
      ...(whenFull === undefined ? {} : { whenFull }),
      ...(lossy === undefined ? {} : { lossy }),
    })),
    joint: joint.map(({ name: rule, reads }) => ({ name: rule, reads })),
    unless: joint.map((rule) => Object.keys(rule.unless ?? {})),
    budgets,
    properties: properties.map((property) => ({
      kind: property.kind,
      rule: property.rule,
      sentence: property.sentence,
      reads: property.reads,
      sees: property.kind === 'transition' && property.sees !== null,
    })),
  };
}

/** A composition of that outline which answers nothing: whatever is asked of it must be known as a fact. */
export function silentComposition(outline: Outline): Composition {
  const { budgets, channels, components, joint, name, properties, unless } = outline;
  return {
    name,
    budgets,
    components: mapped(
      components,
      ({ moves }): Component<unknown, unknown> => ({
        initial: null,
        step: unanswered,
        ...(moves ? { moves: unanswered } : {}),
      }),
    ),
    channels: mapped(channels, ({ silent, ...channel }) => ({
      ...channel,
      ...(silent ? { silent: unanswered } : {}),
    })),
    joint: joint.map((rule, index) => ({
      ...rule,
      unless: Object.fromEntries(unless[index]!.map((reads) => [reads, unanswered])),
      generate: unanswered,
    })),
    properties: properties.map(
      ({ sees, ...property }) =>
        ({ ...property, predicate: unanswered, sees: sees ? unanswered : null }) as Property,
    ),
  };
}

function unanswered(): never {
  throw UNKNOWN;
}

function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
