import type { Renaming } from '../../models/model.ts';
import { ownOf } from '../../models/own.ts';
import { CheckError, guarded } from './check-error.ts';
import type { Interner } from './interner.ts';
import type { LocalMachine } from './local-machine.ts';
import type { Names } from './names.ts';
import type { Post } from './post.ts';

const UNKNOWN = 0;

/** A declared renaming on worlds: each slot's id goes to another slot, as the id of what it is called there. */
export class Renamed {
  private readonly renaming: Renaming;
  private readonly machines: readonly LocalMachine[];
  private readonly posts: readonly Post[];
  private readonly events: Interner;
  private readonly names: Names;
  private readonly slotOf: Int32Array;
  /** By slot and id: the id after the renaming, plus one. */
  private readonly known: number[][];

  constructor(
    renaming: Renaming,
    names: Names,
    machines: readonly LocalMachine[],
    posts: readonly Post[],
    events: Interner,
  ) {
    this.renaming = renaming;
    this.names = names;
    this.machines = machines;
    this.posts = posts;
    this.events = events;
    for (const name of Object.keys(renaming.names)) names.any(name, 'a renaming');
    this.slotOf = Int32Array.from(names.all, (name, slot) =>
      names.like(slot, ownOf(renaming.names, name) ?? name, `a renaming of ${name}`),
    );
    if (new Set(this.slotOf).size < names.all.length) {
      const told = JSON.stringify(renaming.names);
      throw new CheckError('not-symmetric', `a renaming gives two the same name: ${told}`);
    }
    this.known = names.all.map(() => []);
  }

  image(world: Int32Array): Int32Array {
    const image = new Int32Array(world.length);
    for (let slot = 0; slot < world.length; slot++) {
      const id = world[slot]!;
      const known = this.known[slot]![id] ?? UNKNOWN;
      image[this.slotOf[slot]!] = known === UNKNOWN ? this.firstTime(slot, id) : known - 1;
    }
    return image;
  }

  private firstTime(slot: number, id: number): number {
    const renamed = this.rename(slot, id);
    this.known[slot]![id] = renamed + 1;
    return renamed;
  }

  private rename(slot: number, id: number): number {
    const { events, machines, posts } = this;
    const machine = machines[slot];
    const target = this.slotOf[slot]!;
    if (machine !== undefined) {
      return machines[target]!.states.id(this.reworded(machine.states.value(id), slot));
    }
    const post = posts[slot - machines.length];
    if (post === undefined) return id;
    const into = posts[target - machines.length]!;
    return post.contents.renamed(id, into.contents, (message) =>
      events.id(this.reworded(events.value(message), slot)),
    );
  }

  private reworded(value: unknown, slot: number): unknown {
    const { renaming } = this;
    const name = this.names.all[slot]!;
    return guarded('component-threw', `a renaming of ${name}`, () =>
      renaming.value === undefined ? value : renaming.value(value, name),
    );
  }
}
