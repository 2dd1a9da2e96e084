import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SpinRun {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly cpu: number;
}

/**
 * Two-phase commit checked by Spin's compiled verifier; null if Spin or a C compiler is not there. `repeats`: messages that
 * arrived arrive again, as in the TLA+ example, and change nothing.
 */
export function runSpin(participants: number, repeats: boolean): SpinRun | null {
  const folder = mkdtempSync(join(tmpdir(), 'spin-'));
  try {
    writeFileSync(join(folder, 'commit.pml'), promela(participants, repeats));
    const run = (program: string, ...words: string[]) =>
      execFileSync(program, words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    try {
      run('spin', '-a', 'commit.pml');
      run('cc', '-O2', '-DSAFETY', '-DNOREDUCE', '-DMEMLIM=8000', '-o', 'pan', 'pan.c');
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return null;
      throw error;
    }
    const begun = process.hrtime.bigint();
    const timed = "TIMEFORMAT='cpu %U %S'; time ./pan -m10000000 -w24 2>&1";
    const { stderr, stdout: printed } = spawnSync('bash', ['-c', timed], {
      cwd: folder,
      encoding: 'utf8',
    });
    const [, user, system] = /cpu (\S+) (\S+)/.exec(stderr)!;
    return {
      states: Number(/(\S+) states, stored/.exec(printed)![1]),
      transitions: Number(/(\S+) transitions/.exec(printed)![1]),
      seconds: Number(process.hrtime.bigint() - begun) / 1e9,
      cpu: Number(user) + Number(system),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One process with the state as globals, so that its states are the model's states and no more. */
function promela(count: number, repeats: boolean): string {
  const unless = (said: string) => (repeats ? '' : ` && ${said}`);
  const actions = Array.from(
    { length: count },
    (_, at) => `
  :: atomic { decided == 0 && voted[${at}]${unless(`!heard[${at}]`)} -> heard[${at}] = 1 }
  :: atomic { rm[${at}] == 0 -> rm[${at}] = 1; voted[${at}] = 1 }
  :: atomic { rm[${at}] == 0 -> rm[${at}] = 3 }
  :: atomic { decided == 1${unless(`rm[${at}] != 2`)} -> rm[${at}] = 2 }
  :: atomic { decided == 2${unless(`rm[${at}] != 3`)} -> rm[${at}] = 3 }`,
  ).join('');
  const all = Array.from({ length: count }, (_, at) => `heard[${at}]`).join(' && ');
  return `byte rm[${count}]; bit voted[${count}]; bit heard[${count}]; byte decided;
active proctype all() {
end: do
  :: atomic { decided == 0 -> decided = 2 }
  :: atomic { decided == 0 && ${all} -> decided = 1 }${actions}
  od
}
`;
}
