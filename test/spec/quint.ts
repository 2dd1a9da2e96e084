import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = `${root}node_modules/@informalsystems/quint/dist/src/cli.js`;

export const SPECIFICATION = 'spec/sidefile.qnt';
export const TESTS = 'spec/sidefile_test.qnt';
export const AS_BUILT = 'spec/as_built.qnt';

/** What one call of the Quint tool said. `code` 0: nothing was found wrong. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs Quint from the package, with the back end that needs no download. Never rejects. */
export function quint(command: string, ...options: readonly string[]): Promise<Outcome> {
  const backend = command === 'typecheck' ? [] : ['--backend=typescript'];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, command, ...options, ...backend], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** How often each witness was seen, by name. */
export function witnessed(output: string): ReadonlyMap<string, number> {
  const lines = output.matchAll(/^(W_\w+) was witnessed in (\d+) trace/gm);
  return new Map([...lines].map(([, name, count]) => [name ?? '', Number(count)]));
}
