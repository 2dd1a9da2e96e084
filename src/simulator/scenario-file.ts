import { readFile } from 'node:fs/promises';
import { equivalents } from '../../models/hidden-mutants.ts';
import { mutants } from '../../models/mutants.ts';
import { HostError } from '../runtime/host-error.ts';
import type { Fault } from './fault.ts';
import type { Scenario } from './scenario.ts';
import { universe } from './universe.ts';

/** A scenario as it was left in a file. Rejects with a HostError that names the file and what is wrong in it. */
export async function readScenario(path: string): Promise<Scenario> {
  const text = await readFile(path, 'utf8');
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new HostError('refused', `${path} is no scenario: it is no JSON`, { cause });
  }
  const wrong = wrongIn(found);
  if (wrong !== null) throw new HostError('refused', `${path} is no scenario: ${wrong}`);
  return found as Scenario;
}

/** What an arrangement can be is refused by itself (option-limits.ts); here what a run needs besides. Null: nothing. */
function wrongIn(found: unknown): string | null {
  if (!isObject(found)) return 'it is no object';
  if (!Array.isArray(found.faults) || !isNumber(found.seed, 0))
    return 'it has no seed, or no faults';
  for (const name of ['sidefile', 'policies', 'tuning']) {
    if (!isObject(found[name])) return `${name} is no object`;
  }
  for (const name of ['diskMost', 'nearMost', 'farMost']) {
    if (!isNumber(found[name], 0)) return `${name} is no time: ${shown(found[name])}`;
  }
  for (const name of ['length', 'outstanding', 'blocksPerWriteMax', 'lanes']) {
    if (!isNumber(found[name], 1)) return `${name} is no number from 1: ${shown(found[name])}`;
  }
  return wrongChoice(found) ?? found.faults.map(wrongFault).find((wrong) => wrong !== null) ?? null;
}

function wrongChoice({ media, storage, tuning }: Readonly<Record<string, unknown>>): string | null {
  const choices = { storage: ['memory', 'file'], media: ['sound', 'budget', 'unlimited'] };
  for (const [name, value] of Object.entries({ storage, media })) {
    const known = choices[name as keyof typeof choices];
    if (!known.includes(value as string)) {
      return `${name} is ${shown(value)}, not one of ${known.join(', ')}`;
    }
  }
  const { weakness } = tuning as { weakness?: unknown };
  if (weakness == null || [...mutants, ...equivalents].some(({ name }) => name === weakness))
    return null;
  return `weakness is ${shown(weakness)}, which no mutant is called`;
}

/** Kinds of faults, without what they are counted by besides. */
const kinds: ReadonlySet<string> = new Set(
  universe().flatMap((name) => /^fault ([^,]+)/.exec(name)?.[1] ?? []),
);

function wrongFault(fault: Fault, index: number): string | null {
  if (!isObject(fault)) return `fault ${index} is no object`;
  if (!kinds.has(fault.kind)) {
    return `fault ${index} is ${shown(fault.kind)}, not one of ${[...kinds].join(', ')}`;
  }
  if (!isNumber(fault.at, 0) || !isNumber(fault.lasts, 0)) {
    return `fault ${index} (${fault.kind}) has no time: at ${shown(fault.at)}, lasts ${shown(fault.lasts)}`;
  }
  for (const name of ['site', 'from', 'to'] as const) {
    const site = (fault as Readonly<Record<string, unknown>>)[name];
    if (site !== undefined && ![0, 1, 2].includes(site as number)) {
      return `fault ${index} (${fault.kind}): ${name} is ${shown(site)}, not 0, 1 or 2`;
    }
  }
  return null;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNumber = (value: unknown, least: number): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= least;

const shown = (value: unknown): string => String(JSON.stringify(value)).slice(0, 60);
