import { readFileSync, writeFileSync } from 'node:fs';
import type { Refined } from './refine-world.ts';

const page = new URL('../../docs/spec-checked.md', import.meta.url);
const rowsBegin = '|---|---|---|---|\n';

const figure = (value: number): string => value.toLocaleString('en-US');

const rowOf = ({ name, pairs, states, transitions }: Refined): string =>
  `| ${name} | ${figure(states)} | ${figure(transitions)} | ${figure(pairs)} |`;

/** Lines that say what the page has otherwise, of the worlds looked at; `isWhole`: there must be no other rows, and the sum. */
export function staleIn(all: readonly Refined[], isWhole: boolean, sum: string): string[] {
  const text = readFileSync(page, 'utf8');
  const told = text.split('\n').filter((line) => line.startsWith('| '));
  const missing = all.map(rowOf).filter((row) => !told.includes(row));
  if (!isWhole) return missing;
  const beyond = told.slice(1).filter((line) => !all.some((refined) => rowOf(refined) === line));
  return [...missing, ...beyond, ...(unwrapped(text).includes(sum) ? [] : [sum])];
}

/** How many worlds the page tells of one; of one it does not know, none. */
export function statesTold(name: string): number {
  const row = readFileSync(page, 'utf8').match(new RegExp(`^\\| ${name} \\| ([\\d,]+) `, 'm'));
  return Number((row?.[1] ?? '0').replaceAll(',', ''));
}

/** Writes the rows anew, and the sentence of the sum. */
export function writeTable(all: readonly Refined[], sum: string): void {
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(rowsBegin) + rowsBegin.length;
  const sorted = [...all].sort((one, other) => (one.name < other.name ? -1 : 1));
  const after = text.slice(from).replace(/^(\|.*\n)*/, '');
  const before = text
    .slice(0, from)
    .replace(/[\d,]+ worlds of the default set, [\d,]+ worlds and [\d,]+ transitions/, sum);
  writeFileSync(page, `${before}${sorted.map(rowOf).join('\n')}\n${after}`);
}

/** As the page has it. */
export function sumOf(all: readonly Refined[]): string {
  const sum = (of: 'states' | 'transitions') => figure(all.reduce((sum, one) => sum + one[of], 0));
  return `${figure(all.length)} worlds of the default set, ${sum('states')} worlds and ${sum('transitions')} transitions`;
}

const unwrapped = (text: string): string => text.replaceAll('\n', ' ');
