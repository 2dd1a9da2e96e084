import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { untested } from '../../spec/untested.ts';
import { packageRoot } from '../package-root.ts';
import { type PartName, type Parts, partNames, renderBook } from './book.ts';
import { staleness, staleText } from './freshness.ts';
import { renderRulesJson } from './rules-json.ts';
import { readSources } from './source-files.ts';
import { SpecError } from './spec-error.ts';
import { specification } from './specification.ts';
import { evidenceOf, openGaps, trace } from './traceability.ts';
import { renderTraceability } from './traceability-table.ts';
import { type Fault, faultsOf } from './well-formed.ts';
import { renderWireBook } from './wire-book.ts';
import { renderVectors } from './wire-vectors.ts';

/**
 * Writes spec/protocol.md, spec/rules.json, docs/traceability.md, spec/wire.md and spec/vectors/.
 * `--check` writes nothing and fails when one of them is stale; `--strict` fails on gaps as well.
 */
export function generate(options: readonly string[], root: string = packageRoot): number {
  const unknown = options.filter((option) => option !== '--check' && option !== '--strict');
  if (unknown.length > 0) {
    throw new SpecError(
      'bad-argument',
      `Found ${unknown.join(' ')}, expected --check or --strict.`,
    );
  }
  const faults = faultsOf(specification);
  if (faults.length > 0) {
    for (const fault of faults) console.error(faultText(fault, root));
    return 1;
  }
  const traceability = trace(specification, evidenceOf(readSources(root)), untested);
  const outputs = [
    ['spec/protocol.md', renderBook(specification, readParts(root))],
    ['spec/rules.json', renderRulesJson(specification)],
    ['docs/traceability.md', renderTraceability(traceability, specification)],
    ['spec/wire.md', renderWireBook(readWireProse(root), specification.messages)],
    ...renderVectors().map(([file, text]) => [`spec/vectors/${file}`, text] as const),
  ] as const;
  const stale = outputs.flatMap(
    ([file, text]) => staleness(file, readIfThere(root, file), text) ?? [],
  );
  if (options.includes('--check')) for (const one of stale) console.error(staleText(one));
  else for (const [file, text] of outputs) writeFileSync(join(root, file), text);
  const open = openGaps(traceability);
  if (options.includes('--strict')) {
    for (const { subject, expected } of open) console.error(`${subject}: lacks ${expected}`);
  }
  console.log(`${specification.rules.length} rules, ${open.length} gaps without a reason`);
  const failed =
    (options.includes('--check') && stale.length > 0) ||
    (options.includes('--strict') && open.length > 0);
  return failed ? 1 : 0;
}

/** Errors: `SpecError` with code `missing-part`, naming the file. */
export function readParts(root: string = packageRoot): Parts {
  return Object.fromEntries(partNames.map((name) => [name, readPart(root, name)])) as Record<
    PartName,
    string
  >;
}

/** Errors: as `readParts`. */
export const readWireProse = (root: string = packageRoot): string => readPart(root, 'wire');

function readPart(root: string, name: PartName | 'wire'): string {
  const text = readIfThere(root, `spec/parts/${name}.md`);
  if (text !== null) return text;
  throw new SpecError('missing-part', `Expected the file spec/parts/${name}.md.`);
}

/** A fault with the line its item stands in. */
export function faultText({ file, item, found, expected }: Fault, root: string): string {
  const lines = (readIfThere(root, file) ?? '').split('\n');
  const index = lines.findIndex((line) => line.includes(`'${item}'`) || line.includes(`${item},`));
  return `${file}:${index + 1}: ${item}: found ${found}, expected ${expected}`;
}

function readIfThere(root: string, file: string): string | null {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
