import { svgOf } from './graphviz.ts';

/** The one picture of the README: who holds what, and what moves when the primary is lost. */
export const renderArrangement = (): Promise<string> => svgOf(picture);

const site = (title: string, fill: string, frame: string, lines: readonly string[]): string => {
  const small = lines.map((line) => `${line}<BR ALIGN="LEFT"/>`).join('');
  return `<TABLE BORDER="1" COLOR="${frame}" STYLE="ROUNDED" BGCOLOR="${fill}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="8"><TR><TD ALIGN="LEFT" BALIGN="LEFT"><B>${title}</B><BR ALIGN="LEFT"/><FONT POINT-SIZE="11" COLOR="#52606d">${small}</FONT></TD></TR></TABLE>`;
};

const flow = (from: string, to: string, label: string, more = ''): string =>
  `  ${from} -> ${to} [label=<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="3"><TR><TD BALIGN="LEFT">${label}</TD></TR></TABLE>> ${more}]`;

const loss =
  '<TABLE BORDER="0"><TR><TD><FONT COLOR="#c0392b" POINT-SIZE="11.5"><B>primary lost?</B><BR/>compare the sidefiles by sequence,<BR/>send what is lacking</FONT></TD></TR></TABLE>';

const picture = [
  'digraph arrangement {',
  '  graph [rankdir=LR bgcolor="white" pad=0.3 nodesep=0.5 ranksep=1.3 fontname="Helvetica"]',
  '  node [shape=plain fontname="Helvetica" fontsize=13 fontcolor="#1f2933"]',
  '  edge [fontname="Helvetica" fontsize=11 fontcolor="#1f2933" color="#52606d" arrowsize=0.7 penwidth=1.2]',
  `  host [label=<${site('host', '#ffffff', '#9aa5b1', ['writes blocks'])}>]`,
  `  primary [label=<${site('primary', '#e8f1fb', '#3d7ab8', [
    'numbers each write',
    'third sidefile: who holds what',
  ])}>]`,
  '  { rank=same; lost',
  `    sync [label=<${site('sync mirror, near', '#eaf6ee', '#3a8f5c', [
    'first sidefile: recent writes,',
    'and what the async mirror holds',
  ])}>]`,
  `    async [label=<${site('async mirror, far', '#fdf3e3', '#b7791f', [
    'second sidefile: recent writes,',
    'sorted by sequence',
  ])}>]`,
  '  }',
  flow('host', 'primary', '1 write'),
  flow('primary', 'host', '4 acknowledged'),
  flow('primary', 'sync', '2 write'),
  flow('sync', 'primary', '3 stored'),
  flow('primary', 'sync', 'what the async<BR/>mirror holds', 'style=dotted'),
  flow('primary', 'async', '2 write'),
  flow('async', 'primary', 'stored, later'),
  `  lost [label=<${loss}>]`,
  '  sync -> lost [dir=back style=dashed color="#c0392b" penwidth=2]',
  '  lost -> async [style=dashed color="#c0392b" penwidth=2]',
  '}',
].join('\n');
