import { instance } from '@viz-js/viz';
import type { Cause, Edge, Outline, Region, State } from './outline.ts';
import { escaped, wordsOf, wrapped } from './wording.ts';

/** A chart as an SVG picture: each state with the sentence that is true in it. */
export const renderSvg = (outline: Outline): Promise<string> => svgOf(renderDot(outline));

/** A picture from text in the language of Graphviz; the same text gives the same picture. */
export async function svgOf(dot: string): Promise<string> {
  const viz = await instance();
  const picture = viz.renderString(dot, { format: 'svg' });
  // The version of the layout engine is no part of the picture.
  const plain = picture.slice(picture.indexOf('<svg')).replace(/<!--[\s\S]*?-->\n?/g, '');
  return `${withRoomForText(plain).trimEnd()}\n`;
}

/** Fonts differ in width from reader to reader: text is drawn a little smaller than laid out. */
function withRoomForText(picture: string): string {
  const drawnSize = (size: string) => (Number(size) * 0.9).toFixed(2);
  return picture
    .replace(/font-size="([\d.]+)"/g, (_, size: string) => `font-size="${drawnSize(size)}"`)
    .replace(/font-family="[^"]*"/g, 'font-family="Helvetica,Arial,sans-serif"');
}

const ink = '#1f2933';
const faint = '#52606d';
const fills = ['#e8f1fb', '#eaf6ee', '#fdf3e3'];
const frames = ['#3d7ab8', '#3a8f5c', '#b7791f'];

/** The same as text in the language of Graphviz. */
export function renderDot(outline: Outline): string {
  const font = 'fontname="Helvetica"';
  return [
    `digraph "${outline.name}" {`,
    `  graph [rankdir=TB bgcolor="white" pad=0.3 nodesep=0.45 ranksep=0.55 ${font} fontsize=14 fontcolor="${faint}"]`,
    `  node [shape=plain ${font} fontsize=12.5 fontcolor="${ink}"]`,
    `  edge [${font} fontsize=11 fontcolor="${ink}" color="${faint}" arrowsize=0.7 penwidth=1.1]`,
    ...outline.regions.flatMap((region, index) => clusterOf(region, index)),
    '}',
  ].join('\n');
}

function clusterOf(region: Region, index: number): string[] {
  const node = (name: string) => `"${index}.${name}"`;
  const open = region.name !== '';
  const anywhere = region.edges.some(({ from }) => from === null);
  return [
    open ? `  subgraph "cluster_${index}" {` : '  {',
    ...(open
      ? [
          `    label=<<B>${titleOf(region)}</B>> labeljust=l color="#cbd2d9" style=rounded margin=30`,
        ]
      : []),
    `    ${node('(start)')} [shape=circle label="" width=0.14 fixedsize=true style=filled fillcolor="${ink}" color="${ink}"]`,
    `    ${node('(start)')} -> ${node(region.initial)}`,
    ...region.states.map((state) => `    ${node(state.name)} [label=<${boxOf(state, index)}>]`),
    ...(anywhere
      ? [
          `    ${node('(any)')} [shape=box style="dashed,rounded" margin="0.12,0.05" color="${faint}" fontcolor="${faint}" label=<<I>in any state</I>>]`,
        ]
      : []),
    ...region.edges.map((edge) => `    ${edgeOf(edge, node)}`),
    '  }',
  ];
}

function titleOf({ name, copies }: Region): string {
  return copies === 1 ? escaped(name) : `${escaped(name)}: each has a region like this`;
}

function boxOf({ name, description, final }: State, index: number): string {
  const fill = fills[index % fills.length];
  const frame = frames[index % frames.length];
  const note = wrapped(description, 36)
    .map((line) => escaped(line))
    .join('<BR ALIGN="LEFT"/>');
  const body =
    description === ''
      ? ''
      : `<FONT POINT-SIZE="11" COLOR="${faint}">${note}<BR ALIGN="LEFT"/></FONT>`;
  const border = final ? 3 : 1;
  const cell = `<TD ALIGN="LEFT" BALIGN="LEFT"><B>${escaped(name)}</B><BR ALIGN="LEFT"/>${body}</TD>`;
  return `<TABLE BORDER="${border}" COLOR="${frame}" STYLE="ROUNDED" BGCOLOR="${fill}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="7"><TR>${cell}</TR></TABLE>`;
}

function edgeOf({ from, to, causes }: Edge, node: (name: string) => string): string {
  const lines = [...new Set(causes.map(labelOf))].join('<BR ALIGN="LEFT"/>');
  const dashed = from === null ? ' style=dashed' : '';
  const cell = `<TD ALIGN="LEFT" BALIGN="LEFT">${lines}<BR ALIGN="LEFT"/></TD>`;
  const label = `<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4"><TR>${cell}</TR></TABLE>`;
  return `${node(from ?? '(any)')} -> ${node(to)} [label=<${label}>${dashed}]`;
}

function labelOf({ event, guard }: Cause): string {
  const condition =
    guard === '' ? '' : `<FONT COLOR="${faint}"><I>[${escaped(wordsOf(guard))}]</I></FONT>`;
  return [`${escaped(event)}`, condition].filter((part) => part !== '').join(' ');
}
