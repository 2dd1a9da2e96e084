import { CheckError, type CheckErrorCode } from './check-error.ts';

/** The keys that are looked at, of each kind of object. */
const keys = {
  model: ['name', 'initial', 'actions', 'properties', 'images'],
  action: ['name', 'next', 'fault'],
  composition: [
    ...['name', 'components', 'channels', 'joint', 'budgets', 'bounds', 'properties'],
    ...['mustReach', 'symmetry'],
  ],
  property: [
    ...['kind', 'rule', 'sentence', 'reads', 'predicate', 'parts', 'sees', 'onlyChanges'],
    ...['fairness', 'from'],
  ],
  component: ['initial', 'otherInitials', 'step', 'moves'],
  machine: ['effects', 'moves', 'ignores', 'input'],
  channel: [
    ...['order', 'to', 'from', 'initial', 'capacity', 'whenFull', 'lossy', 'kind'],
    ...['arrival', 'silent'],
  ],
  joint: ['name', 'reads', 'unless', 'parts', 'generate'],
  source: ['module', 'export', 'arguments'],
  renaming: ['names', 'value'],
  stepped: ['state', 'outputs', 'marks', 'refused'],
  move: ['name', 'event', 'budget', 'fault'],
  jointAction: ['name', 'deliver', 'clear', 'send', 'budget', 'fault'],
} as const;

/**
 * Refuses a key that is nearly one that would be looked at, and is not there: what it says would be passed over in silence. Other
 * keys may be there, for whoever wrote them. `whose`: for the sentence, or what makes it.
 */
export function refuseMisspelt(
  code: CheckErrorCode,
  kind: keyof typeof keys,
  given: object,
  whose: string | (() => string),
): void {
  const known: readonly string[] = keys[kind];
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
