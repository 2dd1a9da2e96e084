import { renderMermaid } from './mermaid.ts';
import type { Outline, Reaction, Region } from './outline.ts';
import { wordsOf } from './wording.ts';

/** A chart as a page of Markdown: the picture, Mermaid per region, and what it does in each state. */
export function renderPage(outline: Outline, source: string): string {
  const { name, regions, reactions } = outline;
  const sections = regions.map((region) => sectionOf(region));
  const always =
    reactions.length === 0 ? [] : ['## In every state', '', ...tableOf(reactions, false), ''];
  return [
    `# The ${name} chart`,
    '',
    `Generated from [\`${source}\`](../../${source}) by \`npx sidefile diagrams\`; do not edit.`,
    '',
    `![The ${name} chart](${name}.svg)`,
    '',
    'An arrow carries the event and, in brackets, the guard; without an event it is taken as soon as',
    'the guard allows. Events that are ignored on purpose are left out.',
    '',
    ...sections.flat(),
    ...always,
  ].join('\n');
}

function sectionOf(region: Region): string[] {
  const title = region.name === '' ? 'States' : titleOf(region);
  const done = [
    ...region.edges.flatMap(({ from, to, causes }) =>
      causes.map((cause) => ({ from, to, ...cause })),
    ),
    ...region.reactions,
  ];
  return [
    `## ${title}`,
    '',
    '```mermaid',
    renderMermaid(region).trimEnd(),
    '```',
    '',
    ...region.states.map(
      ({ name, description, entry }) =>
        `- **${name}**: ${description}${entry.length === 0 ? '' : ` On entry: ${doing(entry)}.`}`,
    ),
    '',
    ...tableOf(byState(done, region), true),
    '',
  ];
}

function titleOf({ name, copies }: Region): string {
  return copies === 1 ? `Region: ${name}` : `Regions: ${name} (alike)`;
}

type Row = Reaction & { readonly to?: string };

/** In the order of the chart's states; what is done in each of them comes first. */
function byState(rows: readonly Row[], { states }: Region): Row[] {
  const names: (string | null)[] = [null, ...states.map(({ name }) => name)];
  return names.flatMap((name) => rows.filter(({ from }) => from === name));
}

function tableOf(rows: readonly Row[], places: boolean): string[] {
  const head = places
    ? ['| state | event | guard | does | goes to |', '|---|---|---|---|---|']
    : ['| event | guard | does |', '|---|---|---|'];
  const lines = rows.map(({ from, to, event, guard, actions }) => {
    const cells = [event === '' ? 'by itself' : `\`${event}\``, wordsOf(guard), doing(actions)];
    const all = places ? [from ?? '*any*', ...cells, to === undefined ? '' : `**${to}**`] : cells;
    return `| ${all.join(' | ')} |`;
  });
  return [...head, ...lines];
}

const doing = (actions: readonly string[]): string => actions.map(wordsOf).join(', ');
