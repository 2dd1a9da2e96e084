import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exampleOf } from './example.ts';

/** What a packed tarball is made of. Copied, so that nothing else is built or packed meanwhile. */
const sources = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'LICENSE',
  'README.md',
  'spec',
  'models',
  'src',
  'docs/check-your-own.md',
  'docs/diagrams',
  'docs/why-each-rule.json',
];
/** Linked from here: installing needs no network. */
const linked = ['@viz-js/viz', 'commander', 'xstate'];

const folder = mkdtempSync(join(tmpdir(), 'sidefile-package-'));
const user = join(folder, 'user');
let packed: readonly string[] = [];

beforeAll(() => {
  const checkout = join(folder, 'checkout');
  for (const source of sources) cpSync(source, join(checkout, source), { recursive: true });
  symlinkSync(resolve('node_modules'), join(checkout, 'node_modules'));
  mkdirSync(user);
  const told = npm(checkout, 'pack', '--json', '--pack-destination', folder);
  // What the build says comes first.
  const [tarball] = JSON.parse(told.slice(told.indexOf('[\n')));
  packed = tarball.files.map(({ path }: { path: string }) => path);
  const dependencies = Object.fromEntries(
    linked.map((name) => [name, `file:${resolve('node_modules', name)}`]),
  );
  const sidefile = `file:${join(folder, tarball.filename)}`;
  const description = { name: 'user', type: 'module', dependencies: { ...dependencies, sidefile } };
  writeFileSync(join(user, 'package.json'), JSON.stringify(description));
  npm(user, 'install', '--offline', '--no-audit', '--no-fund');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the tarball holds the build, the specification and the pictures, and no sources or tests', () => {
  for (const path of ['dist/src/index.js', 'dist/src/index.d.ts', 'dist/src/cli/main.js']) {
    expect(packed).toContain(path);
  }
  expect(packed).toContain('spec/sidefile.qnt');
  // The readme of the package names it.
  expect(packed).toContain('docs/check-your-own.md');
  expect(packed).toContain('docs/diagrams/primary.svg');
  expect(packed).toContain('docs/why-each-rule.json');
  expect(packed.filter((path) => /^(src|models|test|node_modules)\//.test(path))).toEqual([]);
});

it('its types are read by TypeScript before 5.7 too, which knows no buffers of typed arrays', () => {
  const declared = packed.filter((path) => path.endsWith('.d.ts'));
  expect(declared.length).toBeGreaterThan(100);
  const generic = declared.filter((path) =>
    /\b(\w+Array|Buffer)<(Shared)?ArrayBuffer/.test(
      readFileSync(join(user, 'node_modules', 'sidefile', path), 'utf8'),
    ),
  );
  expect(generic).toEqual([]);
});

it('claims 1, 33, RESYNC-110: imported from the package, the sidefiles are compared and the async mirror updated', () => {
  const printed = run('example.js', exampleOf(readFileSync('README.md', 'utf8')));
  expect(printed).toContain('site 1 to 2: delta, 2 writes');
  expect(printed).toContain('the volumes are equal');
});

it('the checker is imported from its own path', () => {
  const printed = run('checker.js', checkerProgram);
  expect(printed).toContain('counter: every property holds');
});

it('the pure machines are imported from the package', () => {
  const printed = run('machines.js', machinesProgram);
  expect(printed).toBe('primary mirror sidefile function function\n');
});

it('an arrangement lives on paths that are named one by one', () => {
  expect(run('paths.js', pathsProgram)).toBe('a far,stage,volume\nrefused\n');
});

it('volumes are written by their own thread also where the program is one line of a command', () => {
  const options = ['--input-type=module', '--eval', threadProgram];
  const ended = spawnSync(process.execPath, options, { cwd: user, encoding: 'utf8' });
  expect(ended.stdout).toBe('level\n');
  expect(ended.stderr).toBe('');
});

it('its types are found by a strict compiler', () => {
  writeFileSync(join(user, 'typed.ts'), typedProgram);
  const compiler = resolve('node_modules/.bin/tsc');
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023'];
  execFileSync(compiler, [...options, '--skipLibCheck', 'typed.ts'], { cwd: user, stdio: 'pipe' });
});

it('the example of docs/check-your-own.md is well typed where the package is installed', () => {
  const [, example] = /```ts\n(.*?)```/s.exec(readFileSync('docs/check-your-own.md', 'utf8'))!;
  writeFileSync(join(user, 'letters.ts'), example!);
  const compiler = resolve('node_modules/.bin/tsc');
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    const modules = ['--module', module, '--moduleResolution', resolution];
    const options = ['--strict', '--noEmit', ...modules, '--target', 'es2023', '--skipLibCheck'];
    const types = ['--typeRoots', resolve('node_modules/@types'), '--types', 'node'];
    execFileSync(compiler, [...options, ...types, 'letters.ts'], { cwd: user, stdio: 'pipe' });
  }
});

it('its command runs where it is installed', () => {
  const command = (...words: string[]) =>
    execFileSync('npx', ['--offline', 'sidefile', ...words], { cwd: user, encoding: 'utf8' });
  expect(command('--version').trim()).toBe(
    JSON.parse(readFileSync('package.json', 'utf8')).version,
  );
  expect(command('explain', 'EPOCH-30')).toContain('MUST');
  expect(command('check', '--list')).not.toBe('');
  expect(command('diagrams', '--output', 'pictures')).toContain('in pictures');
});

function npm(cwd: string, ...words: string[]): string {
  return execFileSync('npm', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function run(name: string, program: string): string {
  writeFileSync(join(user, name), program);
  return execFileSync(process.execPath, [name], { cwd: user, encoding: 'utf8' });
}

const checkerProgram = `
import { always, checkModel, renderText } from 'sidefile/checker';
const counter = {
  name: 'counter',
  initial: [0],
  actions: (count) => (count < 3 ? [{ name: 'count', next: count + 1 }] : []),
  properties: [always('X-1', 'it ends at 3', (count) => count <= 3)],
};
console.log(renderText(await checkModel(counter)));
`;

const machinesProgram = `
import { BackendError, HostError, createArrangement, openArrangement } from 'sidefile';
const away = { storage: { directory: 'nowhere' }, volumes: [8] };
const [nowhere, nothing] = await Promise.all(
  [openArrangement(away), createArrangement({})].map((made) => made.catch((error) => error)),
);
if (!(nowhere instanceof BackendError && nothing instanceof HostError)) throw nowhere;
import { mirrorChart, plan, primaryChart, sidefileChart, step } from 'sidefile';
console.log(primaryChart.id, mirrorChart.id, sidefileChart.id, typeof step, typeof plan);
`;

const pathsProgram = `
import { createArrangement, openArrangement } from 'sidefile';
import { mkdtempSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
const [fast, large] = ['fast', 'large'].map((name) => mkdtempSync(join(process.cwd(), name)));
const near = { header: join(fast, 'header'), sidefile: join(fast, 'ring'), volumes: [join(large, 'volume')], stage: join(large, 'stage') };
const storage = { sites: [near, join(fast, 'mirror'), join(large, 'far')] };
const sites = await createArrangement({ storage, volumes: [8] });
await sites.write(0, 7, Buffer.alloc(4096, 'a'));
await sites.close();
const again = await openArrangement({ storage, volumes: [8] });
console.log(String.fromCharCode((await again.read(0, 7, 1))[4095]), readdirSync(large).sort().join());
await again.close();
const relative = createArrangement({ storage: { sites: [{ ...near, stage: 'stage' }, 'b', 'c'] }, volumes: [8] });
console.log(await relative.catch(({ code }) => code));
`;

const threadProgram = `
import { createArrangement } from 'sidefile';
const options = { storage: { directory: 'one-line' }, volumes: [8], sidefile: { capacity: 4 } };
const sites = await createArrangement(options);
for (let block = 0; block < 8; block++) await sites.write(0, block, Buffer.alloc(4096, block));
while (!sites.status().level) await new Promise((resume) => setTimeout(resume, 5));
await sites.close();
console.log('level');
`;

const typedProgram = `
import { type Arrangement, createArrangement, type SiteEvent, type SitePaths } from 'sidefile';
import { type Verdict, exitCode } from 'sidefile/checker';
const arrangement: Arrangement = await createArrangement({ storage: 'memory', volumes: [8] });
const bytes: Uint8Array = await arrangement.read(0, 0, 1);
const event: SiteEvent = { type: 'flushed', through: bytes.length };
export const code = (verdict: Verdict): number => exitCode(verdict) + (event.type === 'flushed' ? 0 : 1);
const paths: SitePaths = { header: '/a', sidefile: '/b', volumes: ['/c'], stage: '/d' };
export const placed = () => createArrangement({ storage: { sites: [paths, '/e', '/f'] }, volumes: [8] });
// @ts-expect-error there is no volume "0"
await arrangement.read('0', 0, 1);
`;
