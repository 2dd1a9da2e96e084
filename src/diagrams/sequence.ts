import { escaped, wrapped } from './wording.ts';

/** Who said what to whom, in order. */
export interface SequenceDiagram {
  readonly title: string;
  readonly participants: readonly string[];
  readonly rows: readonly Row[];
}

export type Row = Message | Note;

export interface Message {
  readonly kind: 'message';
  readonly number: number | null;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** The whole of it, where `text` is short. Use: shown when pointed at. */
  readonly detail?: string;
  readonly fate: 'arrives' | 'is sent' | 'is lost';
}

/** Something that happens across the picture, or at one participant. */
export interface Note {
  readonly kind: 'note';
  readonly number: number | null;
  readonly text: string;
  readonly at?: string;
  readonly tone: 'step' | 'fault' | 'end';
}

const columnWidth = 230;
const margin = 30;
const headHeight = 34;
const lineHeight = 14;
const colours = {
  step: { fill: '#e8f1fb', frame: '#3d7ab8' },
  fault: { fill: '#fdecea', frame: '#c0392b' },
  end: { fill: '#fdf3e3', frame: '#b7791f' },
} as const;

/** A sequence diagram as SVG: solid arrows arrive, dashed ones are sent, crossed ones are lost. */
export function renderSequence({ title, participants, rows }: SequenceDiagram): string {
  const names = participants.length > 0 ? participants : ['world'];
  const width = 2 * margin + columnWidth * names.length;
  const titleLines = wrapped(title, Math.floor(width / 7.5));
  const top = margin + titleLines.length * 18 + 8;
  const drawn: string[] = [];
  let y = top + headHeight + 18;
  for (const row of rows) {
    const { height, lines } =
      row.kind === 'note' ? noteAt(row, names, y) : messageAt(row, names, y);
    drawn.push(...lines);
    y += height;
  }
  const height = y + margin;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica,Arial,sans-serif" font-size="11" fill="#1f2933">`,
    `<title>${escaped(title)}</title>`,
    marker,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...titleLines.map(
      (line, index) =>
        `<text x="${margin}" y="${margin + index * 18}" font-size="14" font-weight="bold">${escaped(line)}</text>`,
    ),
    ...names.flatMap((name, index) => participantAt(name, columnOf(index), top, height - margin)),
    ...drawn,
    '</svg>',
  ].join('\n')}\n`;
}

const marker =
  '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 1 L10 5 L0 9 z" fill="#52606d"/></marker></defs>';

const columnOf = (index: number): number => margin + columnWidth * (index + 0.5);

function participantAt(name: string, x: number, top: number, bottom: number): string[] {
  const width = columnWidth - 70;
  return [
    `<line x1="${x}" y1="${top + headHeight}" x2="${x}" y2="${bottom}" stroke="#9aa5b1" stroke-dasharray="2 4"/>`,
    `<rect x="${x - width / 2}" y="${top}" width="${width}" height="${headHeight}" rx="8" fill="#eaf6ee" stroke="#3a8f5c"/>`,
    `<text x="${x}" y="${top + 21}" text-anchor="middle" font-size="12" font-weight="bold">${escaped(name)}</text>`,
  ];
}

interface Drawn {
  readonly height: number;
  readonly lines: readonly string[];
}

function noteAt(note: Note, names: readonly string[], y: number): Drawn {
  const column = note.at === undefined ? -1 : names.indexOf(note.at);
  const width = column < 0 ? columnWidth * names.length - 40 : columnWidth - 30;
  const x = column < 0 ? margin + 20 : columnOf(column) - width / 2;
  const text = note.number === null ? note.text : `${note.number}. ${note.text}`;
  const lines = wrapped(text, Math.floor((width - 16) / 5.9));
  const { fill, frame } = colours[note.tone];
  const height = lines.length * lineHeight + 8;
  return {
    height: height + 12,
    lines: [
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5" fill="${fill}" stroke="${frame}"/>`,
      ...lines.map(
        (line, index) =>
          `<text x="${x + 8}" y="${y + 15 + index * lineHeight}">${escaped(line)}</text>`,
      ),
    ],
  };
}

function messageAt(message: Message, names: readonly string[], y: number): Drawn {
  const { from, to, fate } = message;
  const start = columnOf(names.indexOf(from));
  const end = columnOf(names.indexOf(to));
  const own = from === to;
  const room = own ? columnWidth - 30 : Math.abs(end - start) - 24;
  const text = message.number === null ? message.text : `${message.number}. ${message.text}`;
  const lines = wrapped(text, Math.floor(room / 5.9));
  const base = y + lines.length * lineHeight + 2;
  const centre = own ? start + 12 : (start + end) / 2;
  const anchor = own ? 'start' : 'middle';
  const detail = message.detail === undefined ? '' : `<title>${escaped(message.detail)}</title>`;
  const dash = fate === 'is sent' ? ' stroke-dasharray="5 3"' : '';
  const stroke = `fill="none" stroke="#52606d" stroke-width="1.3"${dash}`;
  const lost = fate === 'is lost';
  const tip = lost ? '' : ' marker-end="url(#head)"';
  const stop = lost ? start + (end - start) * 0.6 : end;
  const path = own
    ? `<path d="M${start} ${base} h26 v12 h-26" ${stroke}${tip}/>`
    : `<path d="M${start} ${base} H${stop}" ${stroke}${tip}/>`;
  return {
    height: lines.length * lineHeight + (own ? 28 : 16),
    lines: [
      `<g>${detail}`,
      ...lines.map(
        (line, index) =>
          `<text x="${centre}" y="${y + 10 + index * lineHeight}" text-anchor="${anchor}">${escaped(line)}</text>`,
      ),
      path,
      ...(lost && !own ? [crossAt(stop, base)] : []),
      '</g>',
    ],
  };
}

const crossAt = (x: number, y: number): string =>
  `<path d="M${x - 5} ${y - 5} l10 10 M${x + 5} ${y - 5} l-10 10" stroke="#c0392b" stroke-width="2"/>`;
