import { readFile, writeFile } from 'node:fs/promises';
import type { Row } from './row.ts';

const path = new URL('../../../docs/benchmarks.md', import.meta.url);
const begin = '<!-- written by npm run bench -- --write -->';
const end = '<!-- end of what npm run bench wrote -->';

const headings: Record<Row['part'], string> = {
  speed: 'Writes',
  bytes: 'Bytes a resync moves',
  memory: 'Memory and time of a large sidefile',
};

/** Puts the rows between the marks of docs/benchmarks.md; the words around them stay. */
export async function writeBenchmarks(rows: readonly Row[], machine: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place between its marks`);
  const parts = (['speed', 'bytes', 'memory'] as const).map((part) => {
    const lines = rows.filter((row) => row.part === part).map(lineOf);
    const head = ['| | measured | bound | |', '|---|---|---|---|'];
    return [`## ${headings[part]}`, '', ...head, ...lines].join('\n');
  });
  const table = [begin, '', `Measured on: ${machine}.`, '', parts.join('\n\n'), '', ''].join('\n');
  await writeFile(path, text.slice(0, from) + table + text.slice(to));
}

const lineOf = ({ name, measured, target, holds }: Row): string =>
  `| ${name} | ${measured} | ${target} | ${holds === null ? '' : holds ? 'holds' : '**missed**'} |`;
