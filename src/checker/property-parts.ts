import type { Property } from '../../models/model.ts';
import { ownOf } from '../../models/own.ts';
import type { Facts } from './facts.ts';
import { Part, refuseUnread, type Take } from './part.ts';
import type { Space } from './space.ts';

/** The parts of values that properties take: two properties that take the same of one name share it. */
export class PropertyParts {
  private readonly space: Space;
  private readonly facts: Facts;
  private readonly known: { readonly take: Take; readonly part: Part }[] = [];

  constructor(space: Space, facts: Facts) {
    this.space = space;
    this.facts = facts;
  }

  /** One for each name it reads, null for a whole value; or null if it takes nothing but whole values. */
  of(property: Property): readonly (Part | null)[] | null {
    if (!('parts' in property) || property.parts === undefined) return null;
    const { parts, reads, rule } = property;
    refuseUnread(parts, reads, `property ${rule}`, 'a part');
    return reads!.map((name) => {
      const take = ownOf(parts, name);
      return take === undefined ? null : this.part(this.space.slotOf(name), take, rule);
    });
  }

  private part(slot: number, take: Take, rule: string): Part {
    const shared = this.known.find(({ part, take: other }) => part.slot === slot && other === take);
    if (shared !== undefined) return shared.part;
    const { facts, space } = this;
    const part = new Part(slot, take, this.known.length, {
      saidBy: `property ${rule}`,
      code: 'property-threw',
      structures: space.structures,
      facts,
      read: (at, id) => space.value(at, id),
    });
    this.known.push({ take, part });
    return part;
  }
}
