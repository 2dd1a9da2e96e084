import type { Composition } from '../../models/model.ts';
import { CheckError } from './check-error.ts';

/** The one namespace of a composition: components first, then channels, then budgets; a name's place is its slot. */
export class Names {
  readonly all: readonly string[];
  readonly components: number;
  readonly channels: number;
  private readonly slots = new Map<string, number>();

  constructor(composition: Composition) {
    const components = Object.keys(composition.components);
    const channels = Object.keys(composition.channels ?? {});
    const budgets = Object.keys(composition.budgets ?? {});
    this.all = [...components, ...channels, ...budgets];
    this.components = components.length;
    this.channels = channels.length;
    for (const [slot, name] of this.all.entries()) {
      if (this.slots.has(name))
        throw new CheckError('name-taken', `the name ${name} is used twice`);
      this.slots.set(name, slot);
    }
    checkBounds(composition);
  }

  find(name: string): number {
    return this.slots.get(name) ?? -1;
  }

  component(name: string, saidBy: string): number {
    return this.within(name, 0, this.components, `component`, saidBy);
  }

  channel(name: string, saidBy: string): number {
    return this.within(name, this.components, this.components + this.channels, 'channel', saidBy);
  }

  target(name: string, saidBy: string): number {
    return this.within(name, 0, this.components + this.channels, 'component or channel', saidBy);
  }

  any(name: string, saidBy: string): number {
    return this.within(name, 0, this.all.length, 'component, channel or budget', saidBy);
  }

  /** Of something of the same kind as what has this slot. */
  like(slot: number, name: string, saidBy: string): number {
    if (slot < this.components) return this.component(name, saidBy);
    const isChannel = slot < this.components + this.channels;
    return isChannel ? this.channel(name, saidBy) : this.budget(name, saidBy);
  }

  budget(name: string, saidBy: string): number {
    return this.within(name, this.components + this.channels, this.all.length, 'budget', saidBy);
  }

  private within(name: string, from: number, to: number, what: string, saidBy: string): number {
    const slot = this.find(name);
    if (slot >= from && slot < to) return slot;
    const code = what === 'budget' ? 'unknown-budget' : 'unknown-name';
    throw new CheckError(
      code,
      `${saidBy} names ${JSON.stringify(name)}, which is no ${what} of the composition`,
    );
  }
}

function checkBounds(composition: Composition): void {
  for (const [name, budget] of Object.entries(composition.budgets ?? {})) {
    if (!Number.isInteger(budget) || budget < 0 || budget > 1e6) {
      throw new CheckError(
        'impossible-bound',
        `budget ${name} is ${budget}; it must be a whole number from 0 to 1000000`,
      );
    }
  }
  for (const [name, { capacity, initial = [] }] of Object.entries(composition.channels ?? {})) {
    if (capacity !== undefined && (!Number.isInteger(capacity) || capacity < 1)) {
      throw new CheckError(
        'impossible-bound',
        `the capacity of channel ${name} is ${capacity}; it must be a whole number from 1`,
      );
    }
    if (capacity !== undefined && initial.length > capacity) {
      throw new CheckError(
        'impossible-bound',
        `channel ${name} begins with ${initial.length} messages; its capacity is ${capacity}`,
      );
    }
  }
}
