import type { Counterexample, Step } from '../counterexample.ts';
import type { Happening } from '../space.ts';

const arrows: Readonly<Record<Happening['kind'], string>> = {
  arrives: '->>',
  'is told': '->>',
  happens: '->>',
  'is sent': '--)',
  'is lost': '--x',
  'is ignored': '--x',
  'is full': '--x',
};

/** Words with which Mermaid begins or ends a line, in small letters. */
const ownWords = [
  ...['activate', 'actor', 'alt', 'and', 'as', 'autonumber', 'box', 'break', 'create', 'critical'],
  ...['deactivate', 'destroy', 'else', 'end', 'link', 'links', 'loop', 'note', 'opt', 'option'],
  ...['over', 'par', 'participant', 'rect', 'title'],
];

/** A counterexample as a Mermaid sequence diagram: solid arrows arrive, dashed ones are sent, crossed ones are lost. */
export function renderMermaid(counterexample: Counterexample): string {
  const { claim, loopFrom, noReturnFrom, steps } = counterexample;
  const names = participants(steps);
  const ids = identifiers(names);
  const lines = [
    'sequenceDiagram',
    '  autonumber',
    ...names.map((name) => `  participant ${ids.get(name)} as ${label(name)}`),
  ];
  const everyone =
    names.length === 0
      ? 'world'
      : [names[0]!, names.at(-1)!].map((name) => ids.get(name)).join(',');
  if (names.length === 0) lines.push('  participant world');
  for (const step of steps.slice(1)) {
    if (loopFrom !== null && step.number === loopFrom + 1) lines.push('  loop for ever');
    lines.push(
      `  Note over ${everyone}: ${step.number}. ${label(step.action)}${step.fault ? ' (fault)' : ''}`,
    );
    for (const happening of step.happened) lines.push(`  ${arrow(happening, ids)}`);
    if (noReturnFrom === step.number) lines.push(`  Note over ${everyone}: the point of no return`);
  }
  if (loopFrom !== null && steps.length > loopFrom + 1) lines.push('  end');
  lines.push(`  Note over ${everyone}: ${label(claim)}`);
  return `${lines.join('\n')}\n`;
}

function participants(steps: readonly Step[]): readonly string[] {
  const happened = steps.flatMap((step) => step.happened);
  return [...new Set(happened.flatMap(({ from, to }) => (from === '' ? [to] : [from, to])))];
}

function arrow({ event, from, kind, to }: Happening, ids: ReadonlyMap<string, string>): string {
  const source = ids.get(from === '' ? to : from);
  return `${source}${arrows[kind]}${ids.get(to)}: ${label(eventLabel(event))}`;
}

function eventLabel(event: unknown): string {
  return typeof event === 'string' ? event : JSON.stringify(event);
}

/** Of letters that Mermaid takes, none a word of its own, and no two the same. */
function identifiers(names: readonly string[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set(ownWords);
  for (const name of names) {
    let id = name.replace(/\W/g, '_');
    while (id === '' || taken.has(id.toLowerCase())) id += '_';
    taken.add(id.toLowerCase());
    ids.set(name, id);
  }
  return ids;
}

/** Mermaid reads `;` and `#` as its own. */
function label(text: string): string {
  return text
    .replace(/#/g, '#35;')
    .replace(/;/g, ',')
    .replace(/[\r\n]/g, ' ');
}
