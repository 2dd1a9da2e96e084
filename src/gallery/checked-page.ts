import type { Bounds } from '../../models/bounds.ts';
import { checklist } from '../../models/checklist.ts';
import { instances } from '../../models/instances.ts';

/** One world as it was visited, kept in docs/checked.json by `npm run check:deep -- --measure`. */
export interface Measured {
  readonly name: string;
  readonly states: number;
  readonly depth: number;
  readonly seconds: number;
  readonly bytesPerState?: number;
  readonly exhausted: boolean;
  /** The commit whose models were visited. */
  readonly at: string;
}

/** docs/checked.md: which worlds there are, how large they are, and which of them were visited to the end. */
export function checkedPage(measured: readonly Measured[]): string {
  const known = new Map(measured.map((one) => [one.name, one]));
  const of = (set: Bounds['set']) => instances.filter((instance) => instance.set === set);
  return `${[
    '# What was checked',
    '',
    'Each row is a small world of three sites, their links, their disks and a host, visited in every interleaving by',
    '`sidefile check NAME`. Generated from models/instances and docs/checked.json by `npm run gallery`; measured by',
    '`npm run check:deep -- --measure NAME`, one or two workers on a machine of two cores.',
    'A world that was not exhausted proves nothing; its row says how far it was visited. The last column is the commit',
    'whose models were visited: a later change of a rule may have changed the number, never silently: the test of',
    'worlds pins the small ones, and `npm run check:deep` compares.',
    '',
    ...unvisited(measured),
    '## The default set',
    '',
    'What `sidefile check` visits when no world is named.',
    '',
    ...table(of('default'), known),
    '## The deep set',
    '',
    '`npm run check:deep` visits these.',
    '',
    ...table(of('deep'), known),
    '## What small worlds must contain, or flaws stay invisible',
    '',
    '| what | worlds |',
    '|---|---|',
    ...checklist.map(({ what, worlds }) => `| ${what} | ${worlds.join(', ')} |`),
  ].join('\n')}\n`;
}

function unvisited(measured: readonly Measured[]): string[] {
  const done = measured.filter(({ exhausted }) => exhausted).map(({ name }) => name);
  const open = instances.filter(({ name }) => !done.includes(name)).map(({ name }) => name);
  if (open.length === 0) return [];
  return [`Never exhausted so far: ${open.join(', ')}.`, ''];
}

function table(worlds: readonly Bounds[], known: ReadonlyMap<string, Measured>): string[] {
  return [
    '| world | what it shows | bounds | states | depth | seconds | models of |',
    '|---|---|---|---|---|---|---|',
    ...worlds.map((bounds) => {
      const { name, shows } = bounds;
      return `| ${name} | ${shows} | ${boundsOf(bounds)} | ${sizeOf(known.get(name))} |`;
    }),
    '',
  ];
}

function sizeOf(one: Measured | undefined): string {
  if (one === undefined) return 'not measured | | |';
  const states = one.states.toLocaleString('en-US');
  return `${one.exhausted ? states : `more than ${states}`} | ${one.depth} | ${one.seconds} | ${one.at}`;
}

/** Only what is more than nothing. */
function boundsOf(bounds: Bounds): string {
  const { capacity, crashes, cuts, commandsMax, replacements, rots, setBacks, timeouts } = bounds;
  const counted: readonly (readonly [number, string])[] = [
    [bounds.writes.length, 'writes'],
    [bounds.reads.length, 'reads'],
    [crashes, 'crashes'],
    [cuts, 'cuts'],
    [replacements, 'replacements'],
    [rots, 'rotten entries'],
    [setBacks, 'disks set back'],
    [commandsMax, 'commands'],
    [bounds.epochsMax === null ? timeouts : 0, 'time-outs'],
  ];
  const shown = counted.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const waits = bounds.epochsMax === null ? [] : [`epochs below ${bounds.epochsMax}`];
  return [...shown, ...waits, `sidefiles of ${capacity}`].join(', ');
}
