import { spawn } from 'node:child_process';

/**
 * flock(2) through an inherited descriptor. Node has no call for it, but the lock belongs to the open
 * file description, which a child shares: the child takes it and ends, we keep it. The kernel lets it
 * go when our descriptor closes, also after kill -9, so no lock is ever stale; it holds between
 * containers that share a file system, and on block devices.
 */
export async function lockFile(descriptor: number): Promise<boolean> {
  const faults: string[] = [];
  for (const [command, ...words] of lockers) {
    const status = await run(command!, words, descriptor);
    if (status === 0) return true;
    if (status === conflict) return false;
    faults.push(`${command} ends with ${status}`);
  }
  throw new Error(`flock or perl must run for it: ${faults.join(', ')}`);
}

const conflict = 1;

const lockers = [
  ['flock', '-n', '-x', '3'],
  [
    'perl',
    '-e',
    'use Fcntl ":flock"; open(my $file, "+<&=3") or exit 2; exit(flock($file, LOCK_EX | LOCK_NB) ? 0 : 1)',
  ],
];

/** The status it ends with, or the signal, or why it does not run. */
function run(command: string, words: string[], descriptor: number): Promise<number | string> {
  return new Promise((resolve) => {
    const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
    child.on('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    child.on('exit', (status, signal) => resolve(status ?? signal!));
  });
}
