import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { writeBenchmarks } from './parts/document.ts';
import { resyncBytes } from './parts/resync-bytes.ts';
import type { Row } from './parts/row.ts';
import { inMemory, onFiles } from './parts/writes.ts';

/**
 * `npm run bench`: speed, bytes and memory as ratios of one run, each beside its bound; or some of
 * them, `npm run bench -- bytes memory`. `--write` puts what was measured into docs/benchmarks.md. Measurements that are compared take turns, so that a busy machine
 * disturbs both; how busy it was is told.
 */
const busy = () => loadavg()[0]!;
const before = busy();
const rows: Row[] = [];

function show(more: readonly Row[]): void {
  rows.push(...more);
  for (const { name, measured, target, holds } of more) {
    const verdict = holds === null ? '    ' : holds ? 'ok  ' : 'MISS';
    console.log(`${verdict} ${name}: ${measured}${target ? `; bound: ${target}` : ''}`);
  }
}

const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const wants = (part: Row['part']) => named.length === 0 || named.includes(part);
if (wants('bytes')) show(await resyncBytes());
if (wants('memory')) show(inFreshProcess('./parts/memory-rows.js'));
if (wants('speed')) {
  const memory = await inMemory();
  show(memory.rows);
  for (const order of ['apart', 'row'] as const) {
    for (const outstanding of [1, 8, 32, 256]) show(await onFiles(outstanding, order, memory.load));
  }
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`;
const crowded = Math.min(before, busy()) > cpus().length;
const little = crowded ? ' (other work took most of the cores: the clock says little)' : '';
const load = `load average ${before.toFixed(1)} before and ${busy().toFixed(1)} after${little}`;
console.log(`\n${machine}; ${load}`);
if (process.argv.includes('--write')) await writeBenchmarks(rows, `${machine}; ${load}`);

/** Memory is measured where nothing else was kept before. */
function inFreshProcess(module: string): Row[] {
  const path = fileURLToPath(new URL(module, import.meta.url));
  const told = execFileSync(process.execPath, ['--expose-gc', path]);
  return JSON.parse(told.toString()) as Row[];
}
