import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Outcome, quint, withBackend } from './quint.ts';

/** One thread answers call after call (quint.ts) what Quint's program says when it is started for each. */

const folder = mkdtempSync(join(tmpdir(), 'sidefile-quint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = join(folder, 'tally.qnt');
writeFileSync(
  text,
  `module tally {
  var n: int
  var last: { step: int, added: int }
  action add(by) = all { n' = n + by, last' = { ...last, step: last.step + 1, added: by } }
  action init = all { n' = 0, last' = { step: 0, added: 0 } }
  action step = { nondet by = oneOf(1.to(3)) add(by) }
  val small = Set(0, n).forall(m => m < 7)
  val odd = n != 5
  val astray = Set(1, 2).exists(m => Map(1 -> true).get(m))
  val W_two = Set(1, 2).exists(m => and { m == n, m > 1 })
  run twoTest = init.then(add(2)).expect(W_two)
  run twoByChanceTest = init.then(step).expect(W_two)
}`,
);

const out = (name: string) => `--out-itf=${join(folder, name)}.itf.json`;
const run = (...options: string[]) => ['run', text, '--max-samples=20', '--seed=3', ...options];
const calls: readonly (readonly string[])[] = [
  ['typecheck', text],
  run('--invariants', 'small', 'odd', '--mbt', out('broken')),
  run('--invariants', 'nowhere', 'missing'),
  run('--witnesses', 'W_two', '--n-traces=2', out('{seq}')),
  run('--n-traces=21', '--no-such-option'),
  run('--invariant=small', '--step=odd'),
  ['test', text, '--seed=3', '--max-samples=3'],
  ['test', text, '--seed=3', '--max-samples=3', '--match=twoTest', out('{test}')],
  run('--invariant', '{ val m = n m < 7 }'),
  run('--invariant=astray'),
];

const program = 'node_modules/@informalsystems/quint/dist/src/cli.js';

function freshly(words: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) =>
    execFile(process.execPath, [program, ...withBackend(words)], (error, said, complained) =>
      resolve({ code: Number(error?.code ?? 0), output: said + complained }),
    ),
  );
}

/** Without how long it took. */
const timeless = ({ code, output }: Outcome) => ({
  code,
  lines: output
    .replace(/\d+ms( at \d+ traces)?/g, '')
    .split('\n')
    .sort(),
});

/** What calls wrote, without when. */
function takeTraces(): ReadonlyMap<string, unknown> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.itf.json'));
  return new Map(
    names.sort().map((name) => {
      const { '#meta': _, ...trace } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      rmSync(join(folder, name));
      return [name, trace];
    }),
  );
}

test('call after call in one thread says what a program of its own says', async () => {
  const found: unknown[] = [];
  for (const [command, asked, ...options] of calls) {
    found.push(timeless(await quint(command!, asked!, ...options)));
  }
  const written = takeTraces();
  expect([...written.keys()]).toEqual(
    ['0', '1', 'broken', 'twoTest'].map((name) => `${name}.itf.json`),
  );
  for (const [index, words] of calls.entries()) {
    expect(found[index], words.join(' ')).toEqual(timeless(await freshly(words)));
  }
  expect(written).toEqual(takeTraces());
});
