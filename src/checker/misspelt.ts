import type {
  Channel,
  Component,
  Composition,
  JointAction,
  JointMove,
  Model,
  ModelAction,
  Move,
  Property,
  Renaming,
  Stepped,
} from '../../models/model.ts';
import { CheckError, type CheckErrorCode } from './check-error.ts';
import type { MachineOptions } from './machine-component.ts';
import type { Source } from './source.ts';

interface Kinds {
  readonly model: Model<unknown>;
  readonly action: Exclude<ModelAction<unknown>, readonly unknown[]>;
  readonly composition: Composition;
  readonly property: Property;
  readonly component: Component<unknown, unknown>;
  readonly machine: MachineOptions<unknown>;
  readonly channel: Channel<unknown, unknown>;
  readonly joint: JointMove<readonly unknown[]>;
  readonly source: Source;
  readonly renaming: Renaming;
  readonly stepped: Stepped<unknown>;
  readonly move: Move<unknown>;
  readonly jointAction: JointAction;
}

/** Also those that only one of several types has. */
type KeyOf<One> = One extends unknown ? keyof One : never;

/** The keys that are looked at: all that the type of such an object has. */
const keys: { readonly [Kind in keyof Kinds]: Readonly<Record<KeyOf<Kinds[Kind]>, true>> } = {
  model: { name: true, initial: true, actions: true, properties: true, images: true },
  action: { name: true, next: true, fault: true },
  composition: {
    name: true,
    components: true,
    channels: true,
    joint: true,
    budgets: true,
    bounds: true,
    properties: true,
    mustReach: true,
    symmetry: true,
  },
  property: {
    kind: true,
    rule: true,
    sentence: true,
    reads: true,
    predicate: true,
    parts: true,
    sees: true,
    onlyChanges: true,
    fairness: true,
    from: true,
  },
  component: { initial: true, otherInitials: true, step: true, moves: true },
  machine: { effects: true, moves: true, ignores: true, input: true },
  channel: {
    order: true,
    to: true,
    from: true,
    initial: true,
    capacity: true,
    whenFull: true,
    lossy: true,
    kind: true,
    arrival: true,
    silent: true,
  },
  joint: { name: true, reads: true, unless: true, parts: true, generate: true },
  source: { module: true, export: true, arguments: true },
  renaming: { names: true, value: true },
  stepped: { state: true, outputs: true, marks: true, refused: true },
  move: { name: true, event: true, budget: true, fault: true },
  jointAction: { name: true, deliver: true, clear: true, send: true, budget: true, fault: true },
};

/**
 * Refuses a key that is nearly one that would be looked at, and is not there: what it says would be passed over in silence. Other
 * keys may be there, for whoever wrote them. `whose`: for the sentence, or what makes it.
 */
export function refuseMisspelt(
  code: CheckErrorCode,
  kind: keyof Kinds,
  given: object,
  whose: string | (() => string),
): void {
  const known = Object.keys(keys[kind]);
  for (const key in given) {
    if (known.includes(key) || !Object.hasOwn(given, key)) continue;
    const meant = known.find((name) => !Object.hasOwn(given, name) && isNearly(key, name));
    if (meant === undefined) continue;
    const said = typeof whose === 'string' ? whose : whose();
    throw new CheckError(code, `${said} has ${JSON.stringify(key)}; did you mean ${meant}?`);
  }
}

/** One letter wrong, missing, too many or exchanged with its neighbour; two in a long name; or only other capitals. */
function isNearly(key: string, name: string): boolean {
  if (key.toLowerCase() === name.toLowerCase()) return true;
  const most = name.length < 6 ? 1 : 2;
  return Math.abs(key.length - name.length) <= most && slips(key, name) <= most;
}

/** Least number of slips of the pen from one text to the other (optimal string alignment). */
function slips(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let at = 1; at <= one.length; at++) {
    const [row, above, before] = [[at], rows[at - 1]!, rows[at - 2]];
    for (let to = 1; to <= other.length; to++) {
      const wrong = above[to - 1]! + (one[at - 1] === other[to - 1] ? 0 : 1);
      const isExchanged = one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1];
      const exchanged = before !== undefined && isExchanged ? before[to - 2]! + 1 : wrong;
      row.push(Math.min(wrong, exchanged, above[to]! + 1, row[to - 1]! + 1));
    }
    rows.push(row);
  }
  return rows[one.length]![other.length]!;
}
