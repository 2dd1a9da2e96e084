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
  /** Per joint rule, the names of which it takes a part. */
  readonly parts: readonly (readonly string[])[];
  readonly budgets: Readonly<Record<string, number>>;
  readonly properties: readonly PropertyOutline[];
}

type ChannelOutline = Pick<
  Channel<never, never>,
  'order' | 'to' | 'from' | 'capacity' | 'whenFull' | 'lossy'
> & { readonly silent: boolean };

type PropertyOutline = Pick<Property, 'kind' | 'rule' | 'sentence' | 'reads'> & {
  readonly sees: boolean;
  readonly onlyChanges: boolean;
  /** By name, which of the different parts it takes. */
  readonly parts: Readonly<Record<string, number>>;
};

export function outlineOf(composition: Composition): Outline {
  const { budgets = {}, channels = {}, components, joint = [], name, properties } = composition;
  const takes: unknown[] = [];
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
    parts: joint.map((rule) => Object.keys(rule.parts ?? {})),
    budgets,
    properties: properties.map((property) => ({
      kind: property.kind,
      rule: property.rule,
      sentence: property.sentence,
      reads: property.reads,
      sees: property.kind === 'transition' && property.sees !== null,
      onlyChanges: property.kind === 'transition' && property.onlyChanges,
      parts: mapped(('parts' in property && property.parts) || {}, (take) => numberIn(takes, take)),
    })),
  };
}

/** A composition of that outline which answers nothing: whatever is asked of it must be known as a fact. */
export function silentComposition(outline: Outline): Composition {
  const { budgets, channels, components, joint, name, parts, properties, unless } = outline;
  const takes = new Map<number, () => never>();
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
      parts: Object.fromEntries(parts[index]!.map((reads) => [reads, unanswered])),
      generate: unanswered,
    })),
    properties: properties.map(
      ({ parts: taken, sees, ...property }) =>
        ({
          ...property,
          predicate: unanswered,
          sees: sees ? unanswered : null,
          parts: mapped(taken, (take) => oneFor(take, takes)),
        }) as Property,
    ),
  };
}

function numberIn(list: unknown[], one: unknown): number {
  const at = list.indexOf(one);
  return at < 0 ? list.push(one) - 1 : at;
}

/** Properties share a part if they take it by one function. */
function oneFor(take: number, known: Map<number, () => never>): () => never {
  const one = known.get(take) ?? (() => unanswered());
  known.set(take, one);
  return one;
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
