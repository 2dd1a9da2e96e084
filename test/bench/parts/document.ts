import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../../src/package-root.ts';
import type { Row } from './row.ts';

const path = join(packageRoot, 'docs/benchmarks.md');
const commandOf = (part: Row['part']) =>
  part === 'checker' || part === 'spin' ? 'bench:check' : 'bench';
const begin = (part: Row['part']) =>
  `<!-- ${part}: written by npm run ${commandOf(part)} -- --write -->`;
const end = (part: Row['part']) => `<!-- end of ${part} -->`;

const headings: Record<Row['part'], string> = {
  speed: 'Writes',
  bytes: 'Bytes a resync moves',
  memory: 'Memory and time of a large sidefile',
  checker: 'The model checker',
  spin: 'The model checker beside Spin',
};

/** Puts the rows between the marks of their part in docs/benchmarks.md; all else stays. */
export async function writeBenchmarks(rows: readonly Row[], machine: string): Promise<void> {
  let text = await readFile(path, 'utf8');
  for (const part of new Set(rows.map((row) => row.part))) {
    const [from, to] = [text.indexOf(begin(part)), text.indexOf(end(part))];
    if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for ${part}`);
    const lines = rows.filter((row) => row.part === part).map(lineOf);
    const head = ['| | measured | bound | |', '|---|---|---|---|'];
    const told = [`## ${headings[part]}`, '', `Measured on: ${machine}.`, '', ...head, ...lines];
    const table = [begin(part), '', ...told, '', ''].join('\n');
    text = text.slice(0, from) + table + text.slice(to);
  }
  await writeFile(path, text);
}

const lineOf = ({ name, measured, target, holds }: Row): string =>
  `| ${name} | ${measured} | ${target} | ${holds === null ? '' : holds ? 'holds' : '**missed**'} |`;
